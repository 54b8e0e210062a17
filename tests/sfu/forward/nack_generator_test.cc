#include "sfu/forward/nack_generator.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

constexpr Duration kRoundTrip = Duration::Millis(100);

class NackGeneratorTest : public ::testing::Test {
 protected:
  std::vector<int> Collect() {
    std::array<SeqNum, 64> out;
    size_t n = nack.Collect(now, kRoundTrip, out);
    std::vector<int> seqs;
    for (size_t i = 0; i < n; ++i) seqs.push_back(out[i].value());
    return seqs;
  }
  void Wait(int64_t ms) { now = now + Duration::Millis(ms); }

  NackGenerator nack;
  Timestamp now = Timestamp::Seconds(5);
};

TEST_F(NackGeneratorTest, GivesReorderingAMoment) {
  nack.HandlePacket(10, now);
  nack.HandlePacket(12, now);
  EXPECT_TRUE(Collect().empty());
  nack.HandlePacket(11, now);
  Wait(100);
  EXPECT_TRUE(Collect().empty());
  EXPECT_TRUE(nack.NextTimeout().IsNever());
}

TEST_F(NackGeneratorTest, AsksOncePerRoundTripAndGivesUp) {
  nack.HandlePacket(65535, now);
  nack.HandlePacket(65539, now);
  EXPECT_EQ(nack.NextTimeout(), now + NackGenerator::kReorderGrace);
  Wait(5);
  EXPECT_EQ(Collect(), (std::vector{0, 1, 2}));
  EXPECT_TRUE(Collect().empty());
  nack.HandlePacket(65537, now);
  int asked = 1;
  for (int ms = 0; ms < 3000; ++ms) {
    Wait(1);
    auto seqs = Collect();
    if (seqs.empty()) continue;
    ++asked;
    EXPECT_EQ(seqs, (std::vector{0, 2}));
  }
  EXPECT_EQ(asked, NackGenerator::kMaxRetries);
  EXPECT_TRUE(nack.TakeGaveUp());
  EXPECT_FALSE(nack.TakeGaveUp());
  EXPECT_TRUE(nack.empty());
}

TEST_F(NackGeneratorTest, TooManyLossesAreGivenUpAtOnce) {
  nack.HandlePacket(1, now);
  nack.HandlePacket(2 + static_cast<int64_t>(NackGenerator::kMaxMissing), now);
  EXPECT_FALSE(nack.TakeGaveUp());
  nack.HandlePacket(4 + static_cast<int64_t>(NackGenerator::kMaxMissing), now);
  EXPECT_TRUE(nack.TakeGaveUp());
  Wait(10);
  EXPECT_TRUE(Collect().empty());
}

TEST_F(NackGeneratorTest, WhatDoesNotFitIsAskedForNext) {
  nack.HandlePacket(1, now);
  nack.HandlePacket(102, now);
  Wait(5);
  EXPECT_EQ(Collect().size(), 64u);
  EXPECT_LE(nack.NextTimeout(), now);
  EXPECT_EQ(Collect().size(), 36u);
}

}  // namespace
}  // namespace parley
