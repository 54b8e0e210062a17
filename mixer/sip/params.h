#pragma once

// The ";name=value" list that follows many header values and URIs (RFC 3261 section 25.1
// generic-param). Names compare without case; values are kept as they came, quotes included.
// Value, any thread; at most kMaxParams of them are parsed.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/sip/scanner.h"

namespace parley::sip {

inline constexpr size_t kMaxParams = 64;

class Params {
 public:
  // From the scanner's place to what is no further parameter; nothing when one is malformed or
  // stands twice.
  static std::optional<Params> Parse(Scanner& scanner);
  // A URI's: no white space, other characters (RFC 3261 section 25.1 uri-parameters).
  static std::optional<Params> ParseUri(Scanner& scanner);

  bool empty() const { return list_.empty(); }
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // Nothing when absent; empty when it stands without a value.
  std::optional<std::string_view> Get(std::string_view name) const;
  void Set(std::string_view name, std::string_view value);
  void SetFlag(std::string_view name);
  void Remove(std::string_view name);

  std::string ToString() const;
  bool operator==(const Params&) const = default;

 private:
  struct Param {
    std::string name;
    std::optional<std::string> value;
    bool operator==(const Param&) const = default;
  };
  const Param* Find(std::string_view name) const;
  Param& FindOrAdd(std::string_view name);
  // False when there is no room, or the name stands already.
  bool Add(std::string_view name, std::optional<std::string_view> value);

  std::vector<Param> list_;
};

}  // namespace parley::sip
