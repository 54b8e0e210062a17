#include "signaling/phone/masked_number.h"

namespace parley {
namespace {

constexpr size_t kLong = 7;
constexpr std::string_view kHidden = " \xE2\x80\xA6 ";  // an ellipsis

}  // namespace

std::string MaskedNumber(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (std::string_view("+-.() ").find(c) == std::string_view::npos) {
      return {};
    }
  }
  if (digits.empty()) return {};
  const std::string sign = number.starts_with('+') ? "+" : "";
  const bool is_long = digits.size() >= kLong;
  const std::string front = is_long ? digits.substr(0, 2) : "";
  return sign + front + std::string(kHidden) + digits.substr(digits.size() - (is_long ? 2 : 1));
}

}  // namespace parley
