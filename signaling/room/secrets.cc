#include "signaling/room/secrets.h"

#include <cstdint>
#include <vector>

namespace parley {
namespace {

std::string RandomText(RandomSource& random, size_t bytes, unsigned bits_per_character,
                       std::string_view alphabet) {
  std::vector<uint8_t> raw(bytes);
  random.Fill(raw);
  std::string text;
  uint32_t held = 0;
  unsigned bits = 0;
  for (const uint8_t byte : raw) {
    held = (held << 8 | byte) & 0xFFFF;
    bits += 8;
    while (bits >= bits_per_character) {
      bits -= bits_per_character;
      text += alphabet[held >> bits & ((1u << bits_per_character) - 1)];
    }
  }
  if (bits > 0) {
    text += alphabet[held << (bits_per_character - bits) & ((1u << bits_per_character) - 1)];
  }
  return text;
}

}  // namespace

std::string RandomBase32(RandomSource& random, size_t bytes) {
  return RandomText(random, bytes, 5, "abcdefghijklmnopqrstuvwxyz234567");
}

std::string RandomBase64Url(RandomSource& random, size_t bytes) {
  return RandomText(random, bytes, 6,
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  // volatile: the loop may not end at the first difference.
  volatile uint8_t difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference = difference | static_cast<uint8_t>(a[i] ^ b[i]);
  }
  return difference == 0;
}

}  // namespace parley
