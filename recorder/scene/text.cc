#include "recorder/scene/text.h"

#include <cstddef>
#include <cstdint>

namespace parley {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool IsSpace(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x3000 || c == 0xFEFF;
}

bool IsHan(char32_t c) {
  return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x323AF);
}

// Of the alphabets whose capitals stand at a fixed distance.
char32_t Upper(char32_t c) {
  const bool ascii = c >= 'a' && c <= 'z';
  const bool latin = c >= 0xE0 && c <= 0xFE && c != 0xF7;
  const bool greek = c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2;
  const bool cyrillic = c >= 0x430 && c <= 0x44F;
  if (ascii || latin || greek || cyrillic) return c - 0x20;
  if (c >= 0x450 && c <= 0x45F) return c - 0x50;
  return c;
}

// RFC 3629 section 3; `size` becomes how many bytes it took.
char32_t Decode(std::string_view bytes, size_t& size) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  size = 1;
  const uint8_t first = byte(0);
  if (first < 0x80) return first;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return kReplacement;
  char32_t c = first & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kReplacement;
    c = c << 6 | (byte(i) & 0x3F);
  }
  const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (overlong || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return kReplacement;
  size = length;
  return c;
}

}  // namespace

std::vector<char32_t> CodePoints(std::string_view utf8) {
  std::vector<char32_t> all;
  all.reserve(utf8.size());
  for (size_t size = 0; !utf8.empty(); utf8.remove_prefix(size)) {
    all.push_back(Decode(utf8, size));
  }
  return all;
}

std::string ToUtf8(const std::vector<char32_t>& code_points) {
  std::string out;
  for (const char32_t c : code_points) {
    if (c < 0x80) {
      out += static_cast<char>(c);
      continue;
    }
    const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    constexpr uint8_t kFirst[] = {0, 0xC0, 0xE0, 0xF0};
    out += static_cast<char>(kFirst[more] | c >> 6 * more);
    for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (c >> 6 * i & 0x3F));
  }
  return out;
}

std::string OneLine(std::string_view utf8) {
  std::vector<char32_t> line;
  bool space = false;
  for (const char32_t c : CodePoints(utf8)) {
    if (IsSpace(c)) {
      space = !line.empty();
      continue;
    }
    if (space) line.push_back(' ');
    space = false;
    line.push_back(c);
  }
  return ToUtf8(line);
}

std::string Initials(std::string_view name) {
  std::vector<char32_t> firsts;  // of each word
  bool inside = false;
  for (const char32_t c : CodePoints(name)) {
    const bool between = IsSpace(c) || c == 0xB7;
    if (!between && !inside) firsts.push_back(Upper(c));
    inside = !between;
  }
  if (firsts.empty()) return "?";
  if (firsts.size() == 1 || IsHan(firsts[0])) return ToUtf8({firsts[0]});
  return ToUtf8({firsts.front(), firsts.back()});
}

int HueOf(std::string_view participant) {
  uint32_t hash = 0;
  for (const char32_t c : CodePoints(participant)) hash = (hash ^ c) * 0x9e3779b1u;
  return static_cast<int>((hash >> 7) % 360);
}

}  // namespace parley
