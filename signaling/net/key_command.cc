#include "signaling/net/key_command.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "signaling/api/api_keys.h"
#include "signaling/store/api_key_table.h"
#include "signaling/store/database.h"

namespace parley {
namespace {

// "2026-11-29", in UTC.
std::string Day(WallTime at) {
  const auto seconds = static_cast<std::time_t>(at.unix_seconds());
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 16> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::expected<std::string, std::string> Add(const Database& database, const KeyCommand& command,
                                            RandomSource& random, WallTime now) {
  const auto keys = LoadApiKeys(database);
  if (std::ranges::find(keys, command.name, &ApiKeyRow::name) != keys.end()) {
    return std::unexpected("there is a key of the name " + command.name + "; remove it first");
  }
  const std::string key = MakeApiKey(random);
  ApiKeyRow row{.name = command.name, .hash = HashApiKey(key), .scopes = {}, .created_at = now};
  for (const std::string_view scope : kScopeNames) {
    if (std::ranges::find(command.scopes, scope) == command.scopes.end()) continue;
    row.scopes += (row.scopes.empty() ? "" : " ") + std::string(scope);
  }
  if (!AddApiKey(database, row)) return std::unexpected(database.error());
  return key + "\n";
}

std::string List(const Database& database) {
  std::string text;
  for (const ApiKeyRow& row : LoadApiKeys(database)) {
    text += row.name + "  " + Day(row.created_at) + "  " + row.scopes + "\n";
  }
  return text.empty() ? "There are no API keys.\n" : text;
}

}  // namespace

std::expected<std::string, std::string> RunKeyCommand(const Database& database,
                                                      const KeyCommand& command,
                                                      RandomSource& random, WallTime now) {
  if (command.verb == KeyCommand::Verb::kAdd) return Add(database, command, random, now);
  if (command.verb == KeyCommand::Verb::kList) return List(database);
  if (!RemoveApiKey(database, command.name)) {
    return std::unexpected("there is no key of the name " + command.name);
  }
  return "It is removed; a server that runs refuses it within seconds.\n";
}

}  // namespace parley
