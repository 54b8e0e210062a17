#include "sfu/wire/sdp_lines.h"

#include <algorithm>

#include "sfu/wire/sdp_tokens.h"

namespace parley {
namespace {

constexpr size_t kMaxQuotedChars = 60;

bool IsControl(char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f; }

// Only ASCII is quoted: the error travels in JSON, and the text may be no UTF-8.
std::string Quote(std::string_view line) {
  std::string quoted(line.substr(0, kMaxQuotedChars));
  std::ranges::replace_if(quoted, [](char c) { return c < ' ' || c > '~'; }, '?');
  if (line.size() > kMaxQuotedChars) quoted += "...";
  return quoted;
}

}  // namespace

std::expected<std::optional<SdpLines::Line>, SdpError> SdpLines::Next() {
  // Blank lines at the end are no harm.
  if (rest_.find_first_not_of("\r\n") == std::string_view::npos) return std::nullopt;
  line_ = CutUntil(rest_, '\n');
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  ++number_;
  if (line_.size() > kMaxSdpLineBytes) return std::unexpected(Wrong("the line is too long"));
  if (line_.size() < 2 || line_[1] != '=' || line_[0] < 'a' || line_[0] > 'z') {
    return std::unexpected(Wrong("a line must be a letter, '=' and a value"));
  }
  if (std::ranges::any_of(line_, IsControl)) {
    return std::unexpected(Wrong("the line has control characters"));
  }
  return Line{number_, line_[0], line_.substr(2)};
}

SdpError SdpLines::Wrong(std::string_view what) const {
  return {number_, "Line " + std::to_string(number_) + ": " + std::string(what) + " (\"" +
                       Quote(line_) + "\")."};
}

}  // namespace parley
