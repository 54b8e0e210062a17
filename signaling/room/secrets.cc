#include "signaling/room/secrets.h"

#include <cstdint>
#include <vector>

#include "sfu/base/base64url.h"

namespace parley {

std::string RandomBase32(RandomSource& random, size_t bytes) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::vector<uint8_t> raw((bytes * 8 + 4) / 5);
  random.Fill(raw);
  std::string text;
  for (const uint8_t byte : raw) text += kAlphabet[byte & 31];
  return text;
}

std::string RandomBase64Url(RandomSource& random, size_t bytes) {
  std::vector<uint8_t> raw(bytes);
  random.Fill(raw);
  return EncodeBase64Url(raw);
}

std::string RandomDigits(RandomSource& random, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += static_cast<char>('0' + random.Below(10));
  return text;
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
