#include "mixer/sip/dtmf_info.h"

#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

constexpr uint16_t kMaxDurationMs = 10'000;

std::optional<char> DigitOf(std::string_view text) {
  if (text == "10") return '*';
  if (text == "11") return '#';
  if (text.size() != 1) return std::nullopt;
  const char c = text[0] >= 'a' && text[0] <= 'd' ? static_cast<char>(text[0] - 32) : text[0];
  return std::string_view("0123456789*#ABCD").contains(c) ? std::optional(c) : std::nullopt;
}

std::string_view NextLine(std::string_view& rest) {
  std::string_view line = CutUntil(rest, '\n');
  if (line.ends_with('\r')) line.remove_suffix(1);
  return TrimSpaces(line);
}

}  // namespace

std::optional<DtmfInfo> DtmfInfo::Parse(std::string_view content_type, std::string_view body) {
  DtmfInfo info;
  std::optional<char> digit;
  if (content_type == "application/dtmf") {
    digit = DigitOf(NextLine(body));
  } else if (content_type == "application/dtmf-relay") {
    while (!body.empty()) {
      std::string_view line = NextLine(body);
      const std::string_view name = TrimSpaces(CutUntil(line, '='));
      line = TrimSpaces(line);
      if (EqualsIgnoreCase(name, "Signal")) digit = DigitOf(line);
      const auto ms = ParseDecimal<uint16_t>(line);
      if (EqualsIgnoreCase(name, "Duration") && ms && *ms <= kMaxDurationMs) {
        info.duration = Duration::Millis(*ms);
      }
    }
  }
  if (!digit) return std::nullopt;
  info.digit = *digit;
  return info;
}

}  // namespace parley::sip
