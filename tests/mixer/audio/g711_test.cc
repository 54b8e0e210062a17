#include "mixer/audio/g711.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <vector>

#include "tests/mixer/audio/spandsp.h"

namespace parley {
namespace {

int16_t Decode(G711Law law, uint8_t code) {
  int16_t out = 0;
  G711Decode(law, {&code, 1}, {&out, 1});
  return out;
}
uint8_t Encode(G711Law law, int16_t sample) {
  uint8_t out = 0;
  G711Encode(law, {&sample, 1}, {&out, 1});
  return out;
}

class G711Test : public ::testing::TestWithParam<G711Law> {};

TEST_P(G711Test, EveryCodeSurvivesDecodingAndEncoding) {
  for (int code = 0; code < 256; ++code) {
    const auto c = static_cast<uint8_t>(code);
    const int16_t sample = Decode(GetParam(), c);
    // Mu-law has two zeros.
    if (GetParam() == G711Law::kMu && c == 0x7F) {
      EXPECT_EQ(sample, 0);
    } else {
      EXPECT_EQ(Encode(GetParam(), sample), c);
    }
  }
}

TEST_P(G711Test, EverySampleBecomesANearestValue) {
  std::array<int, 256> values;
  for (int code = 0; code < 256; ++code) {
    values[static_cast<size_t>(code)] = Decode(GetParam(), static_cast<uint8_t>(code));
  }
  for (int sample = -32768; sample <= 32767; ++sample) {
    int best = 65536;
    for (int v : values) best = std::min(best, std::abs(v - sample));
    const int16_t coded = Decode(GetParam(), Encode(GetParam(), static_cast<int16_t>(sample)));
    // Between segments of different steps the standard's border is half a smaller step off.
    const int slack = std::abs(sample) / 32 + 1;
    ASSERT_LE(std::abs(coded - sample), best + slack) << sample;
  }
}

TEST_P(G711Test, DecodesAsSpandspDoes) {
  for (int code = 0; code < 256; ++code) {
    const auto c = static_cast<uint8_t>(code);
    EXPECT_EQ(Decode(GetParam(), c),
              GetParam() == G711Law::kMu ? ulaw_to_linear(c) : alaw_to_linear(c))
        << code;
  }
}

TEST_P(G711Test, SilenceIsTheCodeOfZero) {
  EXPECT_EQ(Encode(GetParam(), 0), G711Silence(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Laws, G711Test, ::testing::Values(G711Law::kMu, G711Law::kA));

TEST(G711Test, KnownValues) {
  EXPECT_EQ(Decode(G711Law::kMu, 0x00), -32124);
  EXPECT_EQ(Decode(G711Law::kMu, 0x80), 32124);
  EXPECT_EQ(Decode(G711Law::kA, 0xD5), 8);
  EXPECT_EQ(Decode(G711Law::kA, 0xAA), 32256);
  EXPECT_EQ(Decode(G711Law::kA, 0x2A), -32256);
}

}  // namespace
}  // namespace parley
