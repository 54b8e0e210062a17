#pragma once

// Which numbers may be called from a room: typed text becomes a number of E.164, or a refusal. An
// emergency number is refused before anything else is looked at. A value, any thread.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

struct DialRulesConfig {
  // What may be called begins with one of them: "+44", "+4930"; "+": all. None: nothing may.
  std::vector<std::string> prefixes;
  // The calling code that a number without one gets; empty: such numbers are refused.
  std::string country;
  // Emergency numbers beside the world's, and whatever else is never called; also with a plus.
  std::vector<std::string> never;
};

enum class DialRefusal : uint8_t { kEmergency, kMalformed, kNoCountry, kNotAllowed };
// For a person.
std::string_view SentenceOf(DialRefusal refusal);

class DialRules {
 public:
  explicit DialRules(DialRulesConfig config);

  bool allows_any() const { return !config_.prefixes.empty(); }
  // "+442079460123".
  std::expected<std::string, DialRefusal> Check(std::string_view typed) const;

 private:
  std::expected<std::string, DialRefusal> Normalize(std::string_view typed) const;

  DialRulesConfig config_;  // digits only in `country` and `never`
};

}  // namespace parley
