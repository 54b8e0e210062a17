#pragma once

// The tables and how they came to be: each step is applied once, in order, and noted in the table
// `migration`. Before the loop starts.

#include <expected>
#include <string>

namespace parley {

class Database;

// Brings the tables up to date; a sentence when that fails or the file is newer than this program.
std::expected<void, std::string> Migrate(Database& database);

}  // namespace parley
