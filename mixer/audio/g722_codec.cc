#include "mixer/audio/g722_codec.h"

#include <algorithm>

#include "sfu/base/check.h"

namespace parley {
namespace {

// Half of the symmetric mirror filter's 24 taps (G.722 table 11).
constexpr std::array<int, 12> kMirror = {3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11};
constexpr size_t kTaps = 24;
constexpr size_t kChunk = 320;  // samples handled at once

// The lower band's decision levels, in steps of 1/4096 of the step (table 14).
constexpr std::array<int, 30> kLowerLevels = {
    0,   35,  72,  110, 150,  190,  233,  276,  323,  370,  422,  473,  530,  587,  650,
    714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919};
// Quantised differences by the upper four bits of the lower code, and by all six (table 16).
constexpr std::array<int, 16> kLower4 = {0,     -20456, -12896, -8968, -6288, -4240, -2584, -1200,
                                         20456, 12896,  8968,   6288,  4240,  2584,  1200,  0};
constexpr std::array<int, 64> kLower6 = {
    -136,   -136,   -136,  -136,  -24808, -21904, -19008, -16704, -14984, -13512, -12280,
    -11192, -10232, -9360, -8576, -7856,  -7192,  -6576,  -6000,  -5456,  -4944,  -4464,
    -4008,  -3576,  -3168, -2776, -2400,  -2032,  -1688,  -1360,  -1040,  -728,   24808,
    21904,  19008,  16704, 14984, 13512,  12280,  11192,  10232,  9360,   8576,   7856,
    7192,   6576,   6000,  5456,  4944,   4464,   4008,   3576,   3168,   2776,   2400,
    2032,   1688,   1360,  1040,  728,    432,    136,    -432,   -136};
// How the step grows by the upper four bits of the lower code (tables 15 and 13 as one).
constexpr std::array<int, 16> kLowerGrowth = {-60,  3042, 1198, 538, 334, 172, 58,  -30,
                                              3042, 1198, 538,  334, 172, 58,  -30, -60};
constexpr std::array<int, 4> kHigher2 = {-7408, -1616, 7408, 1616};
constexpr std::array<int, 4> kHigherGrowth = {798, -214, 798, -214};
constexpr int kHigherLevel = 564;

size_t Index(int i) { return static_cast<size_t>(i); }
int16_t Saturate(int v) { return static_cast<int16_t>(std::clamp(v, -32768, 32767)); }
int Magnitude(int v) { return v >= 0 ? v : ~v; }

template <class Sample>
std::pair<int, int> Mirror(const Sample* x) {
  int even = 0, odd = 0;
  for (size_t i = 0; i < kMirror.size(); ++i) {
    even += x[2 * i] * kMirror[i];
    odd += x[2 * i + 1] * kMirror[kMirror.size() - 1 - i];
  }
  return {even, odd};
}

}  // namespace

void G722Encoder::Encode(std::span<const int16_t> samples, std::span<uint8_t> out) {
  PARLEY_CHECK(samples.size() == 2 * out.size());
  std::array<int16_t, kTaps - 2 + kChunk> x;
  while (!samples.empty()) {
    const size_t n = std::min(samples.size(), kChunk);
    auto end = std::ranges::copy(history_, x.begin()).out;
    end = std::ranges::copy(samples.first(n), end).out;
    for (size_t i = 0; i < n / 2; ++i) {
      const auto [even, odd] = Mirror(x.data() + 2 * i);
      const int lower = EncodeLower((odd + even) >> 14);
      const int higher = EncodeHigher((odd - even) >> 14);
      out[i] = static_cast<uint8_t>(higher << 6 | lower);
    }
    std::copy(end - kTaps + 2, end, history_.begin());
    samples = samples.subspan(n);
    out = out.subspan(n / 2);
  }
}

int G722Encoder::EncodeLower(int sample) {
  const int error = Saturate(sample - lower_.prediction());
  const int magnitude = Magnitude(error);
  int level = 1;
  while (level < 30 && magnitude >= kLowerLevels[Index(level)] * lower_.step() >> 12) ++level;
  // Codes run down from 61 for positive errors; for negative ones the two smallest are 63 and 62,
  // the rest run down from 31 (table 12).
  const int code = error >= 0 ? 62 - level : level < 3 ? 64 - level : 34 - level;
  lower_.Adapt(lower_.step() * kLower4[Index(code >> 2)] >> 15, kLowerGrowth[Index(code >> 2)]);
  return code;
}

int G722Encoder::EncodeHigher(int sample) {
  const int error = Saturate(sample - higher_.prediction());
  const bool large = Magnitude(error) >= kHigherLevel * higher_.step() >> 12;
  const int code = (error < 0 ? 0 : 2) + (large ? 0 : 1);
  higher_.Adapt(higher_.step() * kHigher2[Index(code)] >> 15, kHigherGrowth[Index(code)]);
  return code;
}

void G722Decoder::Decode(std::span<const uint8_t> payload, std::span<int16_t> out) {
  PARLEY_CHECK(out.size() == 2 * payload.size());
  std::array<int, kTaps - 2 + kChunk> x;
  while (!payload.empty()) {
    const size_t n = std::min(payload.size(), kChunk / 2);
    auto end = std::ranges::copy(history_, x.begin()).out;
    for (size_t i = 0; i < n; ++i) {
      const int lower = DecodeLower(payload[i] & 63);
      const int higher = DecodeHigher(payload[i] >> 6);
      *end++ = lower + higher;
      *end++ = lower - higher;
      const auto [even, odd] = Mirror(x.data() + 2 * i);
      out[2 * i] = Saturate(odd >> 11);
      out[2 * i + 1] = Saturate(even >> 11);
    }
    std::copy(end - kTaps + 2, end, history_.begin());
    payload = payload.subspan(n);
    out = out.subspan(2 * n);
  }
}

int G722Decoder::DecodeLower(int code) {
  const int sample =
      std::clamp(lower_.prediction() + (lower_.step() * kLower6[Index(code)] >> 15), -16384, 16383);
  lower_.Adapt(lower_.step() * kLower4[Index(code >> 2)] >> 15, kLowerGrowth[Index(code >> 2)]);
  return sample;
}

int G722Decoder::DecodeHigher(int code) {
  const int difference = higher_.step() * kHigher2[Index(code)] >> 15;
  const int sample = std::clamp(higher_.prediction() + difference, -16384, 16383);
  higher_.Adapt(difference, kHigherGrowth[Index(code)]);
  return sample;
}

}  // namespace parley
