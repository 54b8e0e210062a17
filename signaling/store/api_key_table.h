#pragma once

// The table of API keys: what each may, by the hash of the key, which itself is kept nowhere. Any
// one thread at a time.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/units.h"

namespace parley {

class Database;

struct ApiKeyRow {
  std::string name;
  std::array<uint8_t, 32> hash{};  // SHA-256
  std::string scopes;              // with spaces between them
  WallTime created_at;
};

// In the order of their names.
std::vector<ApiKeyRow> LoadApiKeys(const Database& database);
// False when there is one of that name, or it could not be written.
bool AddApiKey(const Database& database, const ApiKeyRow& row);
// False when there is none of that name, or it could not be written.
bool RemoveApiKey(const Database& database, std::string_view name);

}  // namespace parley
