#include "mixer/audio/mix_bus.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::Noise;
using testing::Sound;

TEST(MixBusTest, EachHearsExactlyTheOthers) {
  for (size_t samples : {160u, 320u, 960u}) {
    std::vector<Sound> talkers;
    for (uint64_t i = 0; i < 100; ++i) talkers.push_back(Noise(i, samples, 32767));
    MixBus bus;
    bus.Begin(samples);
    for (const Sound& t : talkers) bus.Add(t);
    for (size_t me = 0; me < talkers.size(); ++me) {
      std::vector<int32_t> heard(samples);
      bus.SumWithout(talkers[me], heard);
      for (size_t i = 0; i < samples; ++i) {
        int64_t expected = 0;
        for (size_t other = 0; other < talkers.size(); ++other) {
          if (other != me) expected += talkers[other][i];
        }
        ASSERT_EQ(heard[i], expected) << "talker " << me << " sample " << i;
      }
    }
  }
}

TEST(MixBusTest, HoldsTenThousandAtFullScale) {
  const Sound loud(160, -32768);
  MixBus bus;
  bus.Begin(160);
  for (int i = 0; i < 10000; ++i) bus.Add(loud);
  for (int32_t s : bus.sum()) ASSERT_EQ(s, -327'680'000);
}

TEST(MixBusTest, BeginsEmpty) {
  MixBus bus;
  bus.Begin(960);
  bus.Add(Sound(960, 5));
  bus.Begin(320);
  ASSERT_EQ(bus.sum().size(), 320u);
  for (int32_t s : bus.sum()) ASSERT_EQ(s, 0);
}

TEST(MixBusTest, AlonePeopleHearNothing) {
  const Sound voice = Noise(7, 320, 32767);
  MixBus bus;
  bus.Begin(320);
  bus.Add(voice);
  std::vector<int32_t> heard(320, 1);
  bus.SumWithout(voice, heard);
  EXPECT_EQ(heard, std::vector<int32_t>(320, 0));
}

}  // namespace
}  // namespace parley
