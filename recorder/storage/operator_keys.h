#pragma once

// The operator's keys: the first seals new recordings, all open those that were sealed before.
// Value.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "recorder/storage/secret_key.h"

namespace parley {

class OperatorKeys {
 public:
  static constexpr size_t kMostKeys = 64;

  // A key a line; empty lines and what follows a # are passed over. A sentence's end when a line is
  // no key, there is none, or one is there twice: "line 2 is no key: …".
  static std::expected<OperatorKeys, std::string> Parse(std::string_view text);

  bool empty() const { return keys_.empty(); }
  const SecretKey& current() const { return keys_.front(); }
  // Null when it has none of that id.
  const SecretKey* Find(std::string_view id) const;

 private:
  std::vector<SecretKey> keys_;
};

}  // namespace parley
