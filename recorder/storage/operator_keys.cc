#include "recorder/storage/operator_keys.h"

#include <algorithm>

namespace parley {
namespace {

std::string_view Trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  constexpr std::string_view kBlank = " \t\r";
  const size_t first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlank) + 1 - first);
}

}  // namespace

std::expected<OperatorKeys, std::string> OperatorKeys::Parse(std::string_view text) {
  OperatorKeys keys;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::string where = "line " + std::to_string(number);
    auto key = SecretKey::Parse(line);
    if (!key)
      return std::unexpected(where + " is no key: a key is " + std::string(SecretKey::kAllowed));
    if (std::ranges::find(keys.keys_, *key) != keys.keys_.end()) {
      return std::unexpected(where + " has a key that is there already");
    }
    if (keys.keys_.size() == kMostKeys) {
      return std::unexpected("there are more than " + std::to_string(kMostKeys) + " keys");
    }
    keys.keys_.push_back(*std::move(key));
  }
  if (keys.empty()) {
    return std::unexpected("there is no key: a key is " + std::string(SecretKey::kAllowed));
  }
  return keys;
}

const SecretKey* OperatorKeys::Find(std::string_view id) const {
  const auto found =
      std::ranges::find_if(keys_, [id](const SecretKey& key) { return key.Id() == id; });
  return found == keys_.end() ? nullptr : &*found;
}

}  // namespace parley
