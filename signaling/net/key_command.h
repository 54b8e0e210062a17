#pragma once

// `parley key add|list|remove`: API keys, made and removed in the store of a server that runs or
// does not. At start.

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/base/units.h"

namespace parley {

class Database;

struct KeyCommand {
  enum class Verb : uint8_t { kAdd, kList, kRemove };
  Verb verb = Verb::kList;
  std::string name;                 // of add and remove
  std::vector<std::string> scopes;  // of add
};

// What to print; a sentence when it cannot be done. A new key is printed this once.
std::expected<std::string, std::string> RunKeyCommand(const Database& database,
                                                      const KeyCommand& command,
                                                      RandomSource& random, WallTime now);

}  // namespace parley
