#pragma once

// What lies where in the data directory, and what it takes to open it. At start.

#include <filesystem>
#include <memory>
#include <string>

#include "signaling/api/config.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/launch/or_sentence.h"

namespace parley {

class SqliteStore;

std::filesystem::path StoreFile(const Config& config);
std::filesystem::path RecordingsDirectory(const Config& config);

// Makes the directory, for this user alone, and the database in it where they are missing.
OrSentence<std::unique_ptr<SqliteStore>> OpenStore(const Config& config);

// Of the operator's keys and the server's own, which the store keeps.
OrSentence<JwtTokenVerifier> LoadVerifier(const Config& config, SqliteStore& store);

}  // namespace parley
