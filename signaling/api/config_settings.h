#pragma once

// The table of all settings: where each stands in parley.toml, what it allows, where it goes in
// Config. One row is all that a new setting needs. At start.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "signaling/api/config.h"

namespace parley {

// A value as it stands in the file.
using ConfigValue = std::variant<std::monostate, bool, int64_t, std::string,
                                 std::vector<std::string>, std::vector<KeyConfig>>;

struct ConfigSetting {
  std::string section;
  std::string key;
  std::string allowed;  // completes "allowed is …"
  // False when the value is of the wrong type or out of range.
  std::function<bool(const ConfigValue&, Config&)> set;

  std::string name() const { return section + "." + key; }
};

std::span<const ConfigSetting> ConfigSettings();

}  // namespace parley
