#include "signaling/phone/dial_rules.h"

#include <algorithm>
#include <utility>

#include "signaling/phone/emergency_numbers.h"

namespace parley {
namespace {

// E.164 section 6.1; the shortest that anybody has.
constexpr size_t kMostDigits = 15;
constexpr size_t kFewestDigits = 7;
constexpr size_t kLongestTyped = 64;
constexpr std::string_view kNorthAmerica = "1";

std::string DigitsOf(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

// Full-width digits and plus, as Chinese keyboards type them (U+FF10 to U+FF19, U+FF0B), are ours.
std::string Narrow(std::string_view text) {
  constexpr std::string_view kLead = "\xEF\xBC";
  std::string narrow;
  while (!text.empty()) {
    const auto last = text.size() >= 3 ? static_cast<uint8_t>(text[2]) : 0;
    if (text.starts_with(kLead) && ((last >= 0x90 && last <= 0x99) || last == 0x8B)) {
      narrow += last == 0x8B ? '+' : static_cast<char>('0' + (last - 0x90));
      text.remove_prefix(3);
    } else {
      narrow += text.front();
      text.remove_prefix(1);
    }
  }
  const size_t first = narrow.find_first_not_of(' ');
  return first == std::string::npos ? std::string() : narrow.substr(first);
}

// N11 is nobody's area in North America.
bool IsPossible(std::string_view digits) {
  if (digits.size() < kFewestDigits || digits.size() > kMostDigits) return false;
  const size_t code = CallingCodeSize(digits);
  if (code == 0) return false;
  const std::string_view national = digits.substr(code);
  if (digits.substr(0, code) != kNorthAmerica) return true;
  return national.size() == 10 && national[0] >= '2' && national[3] >= '2' &&
         national.substr(1, 2) != "11";
}

}  // namespace

std::string_view SentenceOf(DialRefusal refusal) {
  switch (refusal) {
    case DialRefusal::kEmergency:
      return "Emergency numbers cannot be called from here. Use a telephone and dial the number "
             "there.";
    case DialRefusal::kMalformed:
      return "This is no telephone number. Write it with a plus and the country's code, as in "
             "+44 20 7946 0123.";
    case DialRefusal::kNoCountry:
      return "Write the number with a plus and the country's code, as in +44 20 7946 0123.";
    case DialRefusal::kNotAllowed:
      break;
  }
  return "Whoever runs this server does not allow calls to this number.";
}

DialRules::DialRules(DialRulesConfig config) : config_(std::move(config)) {
  config_.country = DigitsOf(config_.country);
  for (std::string& number : config_.never) number = DigitsOf(number);
}

std::expected<std::string, DialRefusal> DialRules::Check(std::string_view typed) const {
  if (typed.size() > kLongestTyped) return std::unexpected(DialRefusal::kMalformed);
  const std::string narrow = Narrow(typed);
  if (ReachesEmergency(narrow, config_.never)) return std::unexpected(DialRefusal::kEmergency);
  auto number = Normalize(narrow);
  if (!number) return number;
  if (ReachesEmergency(*number, config_.never)) return std::unexpected(DialRefusal::kEmergency);
  const bool allowed = std::ranges::any_of(
      config_.prefixes, [&](const std::string& prefix) { return number->starts_with(prefix); });
  if (!allowed) return std::unexpected(DialRefusal::kNotAllowed);
  return number;
}

std::expected<std::string, DialRefusal> DialRules::Normalize(std::string_view typed) const {
  constexpr std::string_view kReadable = "-.() /";
  const bool plus = typed.starts_with('+');
  const std::string_view rest = typed.substr(plus ? 1 : 0);
  for (const char c : rest) {
    if ((c < '0' || c > '9') && !kReadable.contains(c)) {
      return std::unexpected(DialRefusal::kMalformed);
    }
  }
  std::string digits = DigitsOf(rest);
  const bool american = config_.country == kNorthAmerica;
  if (!plus) {
    const std::string_view abroad = american ? "011" : "00";
    if (digits.starts_with(abroad)) {
      digits.erase(0, abroad.size());
    } else if (config_.country.empty()) {
      return std::unexpected(digits.empty() ? DialRefusal::kMalformed : DialRefusal::kNoCountry);
    } else {
      // The trunk prefix; Italy's zero is a part of the number.
      const char trunk = american ? '1' : config_.country == "7" ? '8' : '0';
      if (digits.starts_with(trunk) && config_.country != "39") digits.erase(0, 1);
      digits = config_.country + digits;
    }
  }
  if (!IsPossible(digits)) return std::unexpected(DialRefusal::kMalformed);
  return "+" + digits;
}

}  // namespace parley
