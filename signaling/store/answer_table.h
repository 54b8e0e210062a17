#pragma once

// The table of answers that are given again to whoever repeats a request by its idempotency key
// (PROTOCOL.md, "Idempotency keys"). Any one thread at a time.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sfu/base/units.h"

namespace parley {

class Database;

struct AnswerRow {
  std::array<uint8_t, 32> key{};      // hash of the bearer and the key
  std::array<uint8_t, 32> request{};  // hash of what was asked
  int status = 0;
  std::string body;  // JSON, or empty
  WallTime at;
};

// The oldest first.
std::vector<AnswerRow> LoadAnswers(const Database& database);
// Replaces what stood under its key; false when it could not be written.
bool SaveAnswer(const Database& database, const AnswerRow& row);
// All that were given before.
bool ForgetAnswers(const Database& database, WallTime before);

}  // namespace parley
