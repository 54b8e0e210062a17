#include "mixer/audio/g711.h"

#include <algorithm>
#include <array>
#include <bit>

#include "sfu/base/check.h"

namespace parley {
namespace {

// Both laws are a sign, three bits of exponent and four of mantissa (ITU-T G.711 tables 1 and 2),
// here scaled to 16 bits: mu-law's smallest step is 8 and its curve is shifted by 132 so that every
// segment begins at a power of two; A-law's smallest step is 16 and its two lowest segments are one
// straight line.
constexpr int kMuShift = 132;
constexpr int kMuClip = 32635;

constexpr int16_t DecodeMu(uint8_t code) {
  const int inverted = ~code & 0xFF;
  const int exponent = inverted >> 4 & 7;
  const int magnitude = (((inverted & 15) << 3) + kMuShift) << exponent;
  return static_cast<int16_t>(inverted & 0x80 ? kMuShift - magnitude : magnitude - kMuShift);
}

constexpr int16_t DecodeA(uint8_t code) {
  const int even_inverted = code ^ 0x55;
  const int exponent = even_inverted >> 4 & 7;
  int magnitude = ((even_inverted & 15) << 4) + 8;
  if (exponent > 0) magnitude = (magnitude + 256) << (exponent - 1);
  return static_cast<int16_t>(even_inverted & 0x80 ? magnitude : -magnitude);
}

constexpr int BitWidth(int v) { return static_cast<int>(std::bit_width(static_cast<unsigned>(v))); }

constexpr uint8_t EncodeMu(int sample) {
  const bool negative = sample < 0;
  const int magnitude = std::min(negative ? ~sample : sample, kMuClip) + kMuShift;
  const int exponent = BitWidth(magnitude) - 8;
  const int mantissa = magnitude >> (exponent + 3) & 15;
  return static_cast<uint8_t>(~((negative ? 0x80 : 0) | exponent << 4 | mantissa));
}

constexpr uint8_t EncodeA(int sample) {
  const bool negative = sample < 0;
  const int magnitude = (negative ? ~sample : sample) >> 4;
  const int exponent = std::max(BitWidth(magnitude) - 4, 0);
  const int mantissa = magnitude >> std::max(exponent - 1, 0) & 15;
  return static_cast<uint8_t>(((negative ? 0 : 0x80) | exponent << 4 | mantissa) ^ 0x55);
}

template <class Entry, size_t kSize, class Make>
constexpr std::array<Entry, kSize> Table(Make make) {
  std::array<Entry, kSize> table{};
  for (size_t i = 0; i < kSize; ++i) table[i] = make(i);
  return table;
}

constexpr auto kDecodeMu =
    Table<int16_t, 256>([](size_t i) { return DecodeMu(static_cast<uint8_t>(i)); });
constexpr auto kDecodeA =
    Table<int16_t, 256>([](size_t i) { return DecodeA(static_cast<uint8_t>(i)); });
// By the sample's upper bits: no code begins between two multiples of 4 (mu-law) or 16 (A-law).
constexpr auto kEncodeMu = Table<uint8_t, 16384>(
    [](size_t i) { return EncodeMu(static_cast<int16_t>(static_cast<uint16_t>(i << 2))); });
constexpr auto kEncodeA = Table<uint8_t, 4096>(
    [](size_t i) { return EncodeA(static_cast<int16_t>(static_cast<uint16_t>(i << 4))); });

}  // namespace

void G711Encode(G711Law law, std::span<const int16_t> in, std::span<uint8_t> out) {
  PARLEY_CHECK(in.size() == out.size());
  if (law == G711Law::kMu) {
    for (size_t i = 0; i < in.size(); ++i) out[i] = kEncodeMu[static_cast<uint16_t>(in[i]) >> 2];
  } else {
    for (size_t i = 0; i < in.size(); ++i) out[i] = kEncodeA[static_cast<uint16_t>(in[i]) >> 4];
  }
}

void G711Decode(G711Law law, std::span<const uint8_t> in, std::span<int16_t> out) {
  PARLEY_CHECK(in.size() == out.size());
  const auto& table = law == G711Law::kMu ? kDecodeMu : kDecodeA;
  for (size_t i = 0; i < in.size(); ++i) out[i] = table[in[i]];
}

}  // namespace parley
