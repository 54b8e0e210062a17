#include "signaling/api/config.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "signaling/api/config_settings.h"

namespace parley {
namespace {

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::vector<std::string> SectionNames() {
  std::vector<std::string> names;
  for (const ConfigSetting& setting : ConfigSettings()) {
    if (names.empty() || names.back() != setting.section) names.push_back(setting.section);
  }
  return names;
}

std::vector<std::string> KeyNames(std::string_view section) {
  std::vector<std::string> names;
  for (const ConfigSetting& setting : ConfigSettings()) {
    if (setting.section == section) names.push_back(setting.key);
  }
  return names;
}

// "; did you mean X?" for a near miss, else "; there is: A, B, …".
std::string Suggestion(std::string_view found, const std::vector<std::string>& known,
                       std::string_view prefix) {
  const auto best = std::ranges::min_element(
      known, {}, [&](const std::string& name) { return EditDistance(found, name); });
  if (best != known.end() && EditDistance(found, *best) <= std::max<size_t>(2, best->size() / 3)) {
    return "; did you mean \"" + std::string(prefix) + *best + "\"?";
  }
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  return "; there is: " + list;
}

std::string Place(std::string_view file, const toml::source_region& source) {
  return std::string(file) + ":" + std::to_string(source.begin.line) + ": ";
}

std::optional<KeyConfig> KeyOf(const toml::table& table) {
  KeyConfig key;
  for (const auto& [name, node] : table) {
    const auto text = node.value_exact<std::string>();
    if (!text) return std::nullopt;
    if (name.str() == "id") {
      key.id = *text;
    } else if (name.str() == "secret") {
      key.secret = *text;
    } else if (name.str() == "file") {
      key.file = *text;
    } else {
      return std::nullopt;
    }
  }
  return key;
}

ConfigValue ValueOf(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* text = node.as_string()) return text->get();
  const toml::array* array = node.as_array();
  if (!array) return {};
  if (!array->empty() && array->is_homogeneous(toml::node_type::table)) {
    std::vector<KeyConfig> keys;
    for (const toml::node& element : *array) {
      auto key = KeyOf(*element.as_table());
      if (!key) return {};
      keys.push_back(*std::move(key));
    }
    return keys;
  }
  std::vector<std::string> texts;
  for (const toml::node& element : *array) {
    auto text = element.value_exact<std::string>();
    if (!text) return {};
    texts.push_back(*std::move(text));
  }
  return texts;
}

// What stands there, for an error. A key's secret is never shown.
std::string Shown(const toml::node& node) {
  if (const auto* text = node.as_string()) return '"' + text->get().substr(0, 80) + '"';
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* number = node.as_floating_point()) return std::to_string(number->get());
  if (node.is_table()) return "a table";
  if (const auto* array = node.as_array()) {
    if (!array->is_homogeneous(toml::node_type::string)) return "a list";
    std::string list;
    for (const toml::node& element : *array) list += (list.empty() ? "" : ", ") + Shown(element);
    return "[" + list + "]";
  }
  return "a date or time";
}

// toml++ 3.3 takes for granted that a key follows "[" (its assertion is an assumption in release
// builds), so that is checked before. The line, from 1, where none does; 0 when all is well. No
// setting is a list of lists, so a line that begins with "[" can only be a section.
size_t LineOfBadSection(std::string_view toml) {
  for (size_t line = 1; !toml.empty(); ++line) {
    std::string_view text = toml.substr(0, toml.find('\n'));
    toml.remove_prefix(std::min(text.size() + 1, toml.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (!text.starts_with('[')) continue;
    text.remove_prefix(text.starts_with("[[") ? 2 : 1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    const char c = text.empty() ? ']' : text.front();
    const bool key = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '-' || c == '"' || c == '\'';
    if (!key) return line;
  }
  return 0;
}

}  // namespace

std::expected<Config, std::string> ParseConfig(std::string_view toml, std::string_view file) {
  if (const size_t line = LineOfBadSection(toml); line != 0) {
    return std::unexpected(std::string(file) + ":" + std::to_string(line) +
                           ": this is not TOML: a section needs a name, as [http]");
  }
  const toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    return std::unexpected(Place(file, parsed.error().source()) +
                           "this is not TOML: " + std::string(parsed.error().description()));
  }
  Config config;
  for (const auto& [section, node] : parsed.table()) {
    const std::string section_name(section.str());
    const std::vector<std::string> keys = KeyNames(section_name);
    if (keys.empty()) {
      return std::unexpected(Place(file, section.source()) + "unknown section \"" + section_name +
                             "\"" + Suggestion(section_name, SectionNames(), ""));
    }
    const toml::table* table = node.as_table();
    if (!table) {
      return std::unexpected(Place(file, section.source()) + "\"" + section_name + "\" is " +
                             Shown(node) + "; allowed is a section: [" + section_name + "]");
    }
    for (const auto& [key, value] : *table) {
      const std::string name = section_name + "." + std::string(key.str());
      const auto setting = std::ranges::find(ConfigSettings(), name, &ConfigSetting::name);
      if (setting == ConfigSettings().end()) {
        return std::unexpected(Place(file, key.source()) + "unknown key \"" + name + "\"" +
                               Suggestion(key.str(), keys, section_name + "."));
      }
      if (!setting->set(ValueOf(value), config)) {
        return std::unexpected(Place(file, value.source()) + name + " is " + Shown(value) +
                               "; allowed is " + setting->allowed);
      }
    }
  }
  if (config.http.certificate.empty() != config.http.key.empty()) {
    return std::unexpected(std::string(file) +
                           ": http.certificate and http.key belong together; only one is given");
  }
  return config;
}

}  // namespace parley
