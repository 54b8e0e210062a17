#include "signaling/room/display_name.h"

#include <cstdint>
#include <vector>

namespace parley {
namespace {

// RFC 3629 section 4: the shortest form only, no surrogates, at most U+10FFFF.
std::optional<std::vector<char32_t>> Decode(std::string_view text) {
  std::vector<char32_t> points;
  points.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    const size_t length = lead < 0x80   ? 1
                          : lead < 0xC2 ? 0
                          : lead < 0xE0 ? 2
                          : lead < 0xF0 ? 3
                          : lead < 0xF5 ? 4
                                        : 0;
    if (length == 0 || length > text.size() - i) return std::nullopt;
    char32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
    for (size_t k = 1; k < length; ++k) {
      const auto next = static_cast<uint8_t>(text[i + k]);
      if ((next & 0xC0) != 0x80) return std::nullopt;
      point = point << 6 | (next & 0x3F);
    }
    const bool too_long = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (too_long || surrogate || point > 0x10FFFF) return std::nullopt;
    points.push_back(point);
    i += length;
  }
  return points;
}

void Append(std::string& out, char32_t point) {
  const auto byte = [&](char32_t value) { out.push_back(static_cast<char>(value)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6);
    byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  } else {
    byte(0xF0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3F));
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  }
}

// Unicode's White_Space, without the controls among them.
bool IsSpace(char32_t c) {
  return c == ' ' || c == 0x00A0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

bool IsTrimmed(char32_t c) { return IsSpace(c) || (c >= 0x09 && c <= 0x0D); }

bool IsControl(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
}

bool SteersDirection(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
         c == 0x200F || c == 0x061C;
}

// Joiners, fillers, variation selectors and the byte order mark: fine between letters, nothing
// alone.
bool IsInvisible(char32_t c) {
  return (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF || c == 0x00AD || c == 0x034F ||
         c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || (c >= 0xFE00 && c <= 0xFE0F) ||
         (c >= 0xE0000 && c <= 0xE0FFF) || (c >= 0x2061 && c <= 0x2064) ||
         (c >= 0x180B && c <= 0x180F);
}

}  // namespace

std::optional<std::string> NormalizeDisplayName(std::string_view text, size_t max_code_points) {
  const auto points = Decode(text);
  if (!points) return std::nullopt;
  size_t begin = 0;
  size_t end = points->size();
  while (begin < end && IsTrimmed((*points)[begin])) ++begin;
  while (end > begin && IsTrimmed((*points)[end - 1])) --end;
  if (end - begin > max_code_points) return std::nullopt;

  std::string name;
  bool visible = false;
  for (size_t i = begin; i < end; ++i) {
    const char32_t c = (*points)[i];
    if (IsControl(c) || SteersDirection(c)) return std::nullopt;
    visible = visible || !(IsSpace(c) || IsInvisible(c));
    Append(name, c);
  }
  if (!visible) return std::nullopt;
  return name;
}

std::optional<size_t> CountCodePoints(std::string_view text) {
  const auto points = Decode(text);
  if (!points) return std::nullopt;
  return points->size();
}

}  // namespace parley
