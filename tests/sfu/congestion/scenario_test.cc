#include <gtest/gtest.h>

#include <iostream>

#include "tests/sfu/congestion/simulated_path.h"

namespace parley {
namespace {

using test::BottleneckProfile;
using test::SimulatedPath;

constexpr uint64_t kSeeds[] = {1, 2, 3};

void Print(const char* what, uint64_t seed, const SimulatedPath::Figures& f) {
  std::cout << what << " (seed " << seed << "): received " << f.received.kbps()
            << " kb/s, estimate " << f.lowest_estimate.kbps() << ".." << f.highest_estimate.kbps()
            << ", queueing p95 " << f.queueing_p95.ms() << " ms, audio delay p95 "
            << f.audio_delay_p95.ms() << " ms, audio lost " << f.audio_loss * 100 << " %, padding "
            << f.padding * 100 << " %, competitor " << f.competitor.kbps() << " kb/s\n";
}

SimulatedPath::Traffic Elastic(int64_t kbps) {
  SimulatedPath::Traffic traffic;
  traffic.elastic = Bitrate::Kbps(kbps);
  return traffic;
}

BottleneckProfile Link(int64_t kbps) {
  BottleneckProfile profile;
  profile.capacity = Bitrate::Kbps(kbps);
  return profile;
}

TEST(CongestionScenario, ProbesUpToWhatCanBeUsedWithinASecond) {
  for (uint64_t seed : kSeeds) {
    SimulatedPath path(Link(5000), seed);
    auto reached = path.RunUntil([&] { return path.layer() == 2; }, Duration::Seconds(5));
    ASSERT_TRUE(reached) << "seed " << seed;
    EXPECT_LE(*reached, Duration::Seconds(1)) << "seed " << seed;
    path.Run(Duration::Seconds(30));
    Print("wide link", seed, path.Measure());
    EXPECT_EQ(path.layer(), 2u);
  }
}

TEST(CongestionScenario, FollowsACapacityStepDownAndUp) {
  for (uint64_t seed : kSeeds) {
    SimulatedPath path(Link(2000), seed);
    path.Run(Duration::Seconds(20));
    const auto before = path.Measure();
    Print("2 Mb/s", seed, before);
    path.SetCapacity(Bitrate::Kbps(300));
    auto down =
        path.RunUntil([&] { return path.estimate() <= Bitrate::Kbps(300); }, Duration::Seconds(10));
    ASSERT_TRUE(down);
    std::cout << "down in " << down->ms() << " ms\n";
    EXPECT_LE(*down, Duration::Seconds(2));
    path.Run(Duration::Seconds(4) - *down);
    Print("the step", seed, path.Measure());
    path.Run(Duration::Seconds(26));
    const auto low = path.Measure();
    Print("300 kb/s", seed, low);
    EXPECT_LE(low.audio_loss, 0.01);
    EXPECT_LE(low.queueing_p95, Duration::Millis(150));
    path.SetCapacity(Bitrate::Kbps(2000));
    auto up = path.RunUntil([&] { return path.layer() == 2; }, Duration::Seconds(60));
    ASSERT_TRUE(up);
    std::cout << "up in " << up->ms() << " ms\n";
    EXPECT_LE(*up, Duration::Seconds(15));
    path.Measure();
    path.Run(Duration::Seconds(20));
    Print("2 Mb/s again", seed, path.Measure());
  }
}

TEST(CongestionScenario, FillsALinkWithoutFillingItsQueue) {
  for (uint64_t seed : kSeeds) {
    for (int64_t buffer : {20'000, 100'000, 1'000'000}) {
      BottleneckProfile link = Link(1500);
      link.buffer = DataSize::Bytes(buffer);
      SimulatedPath path(link, seed, Elastic(10'000));
      path.Run(Duration::Seconds(10));
      path.Measure();
      path.Run(Duration::Seconds(60));
      const auto f = path.Measure();
      std::cout << "buffer " << buffer << ": ";
      Print("elastic on 1.5 Mb/s", seed, f);
      EXPECT_GE(f.received, Bitrate::Kbps(1500) * 0.75);
      EXPECT_LE(f.queueing_p95, Duration::Millis(150));
    }
  }
}

TEST(CongestionScenario, JitterIsNotCongestion) {
  for (uint64_t seed : kSeeds) {
    for (bool aggregate : {false, true}) {
      BottleneckProfile link = Link(4000);
      link.jitter = Duration::Millis(aggregate ? 5 : 30);
      if (aggregate) link.aggregation = Duration::Millis(20);
      SimulatedPath path(link, seed);
      path.Run(Duration::Seconds(10));
      path.Measure();
      path.Run(Duration::Seconds(60));
      const auto f = path.Measure();
      Print(aggregate ? "Wi-Fi bursts" : "jitter", seed, f);
      // A medium that delivers in bursts hides the probes' rate now and then.
      EXPECT_GE(f.received, aggregate ? Bitrate::Kbps(800) : Bitrate::Kbps(1300));
    }
  }
}

TEST(CongestionScenario, ReorderingIsNeitherLossNorCongestion) {
  for (uint64_t seed : kSeeds) {
    BottleneckProfile link = Link(4000);
    link.jitter = Duration::Millis(15);
    link.reorder = true;
    SimulatedPath path(link, seed);
    path.Run(Duration::Seconds(10));
    path.Measure();
    path.Run(Duration::Seconds(60));
    const auto f = path.Measure();
    Print("reordering", seed, f);
    EXPECT_GE(f.received, Bitrate::Kbps(1300));
    EXPECT_LT(path.estimator().loss(), 0.001);
  }
}

TEST(CongestionScenario, RandomLossIsNotCongestion) {
  for (uint64_t seed : kSeeds) {
    for (double loss : {0.02, 0.05, 0.1, 0.2}) {
      BottleneckProfile link = Link(4000);
      link.loss = loss;
      SimulatedPath path(link, seed);
      path.Run(Duration::Seconds(10));
      path.Measure();
      path.Run(Duration::Seconds(60));
      const auto f = path.Measure();
      std::cout << "loss " << loss << ": ";
      Print("random", seed, f);
      EXPECT_GE(f.received, (loss < 0.2 ? Bitrate::Kbps(1200) : Bitrate::Kbps(400)) * (1 - loss));
    }
  }
}

TEST(CongestionScenario, LossOfATinyQueueIsCongestion) {
  for (uint64_t seed : kSeeds) {
    BottleneckProfile link = Link(1000);
    link.buffer = DataSize::Bytes(4500);
    SimulatedPath path(link, seed, Elastic(5000));
    path.Run(Duration::Seconds(10));
    path.Measure();
    path.Run(Duration::Seconds(60));
    const auto f = path.Measure();
    Print("tiny queue", seed, f);
    EXPECT_GE(f.received, Bitrate::Kbps(500));
    EXPECT_LE(f.audio_loss, 0.05);
  }
}

TEST(CongestionScenario, SharesWithATcpLikeFlow) {
  for (uint64_t seed : kSeeds) {
    BottleneckProfile link = Link(2000);
    link.buffer = DataSize::Bytes(50'000);
    SimulatedPath path(link, seed, Elastic(5000));
    path.Run(Duration::Seconds(10));
    path.competitor().Start();
    path.Run(Duration::Seconds(10));
    path.Measure();
    path.Run(Duration::Seconds(60));
    const auto shared = path.Measure();
    Print("shared", seed, shared);
    EXPECT_GE(shared.received, Bitrate::Kbps(150));
    EXPECT_GE(shared.competitor, Bitrate::Kbps(150));
    path.competitor().Stop();
    path.Run(Duration::Seconds(20));
    path.Measure();
    path.Run(Duration::Seconds(20));
    const auto alone = path.Measure();
    Print("alone again", seed, alone);
    EXPECT_GE(alone.received, Bitrate::Kbps(1500));
  }
}

TEST(CongestionScenario, SilenceOfTheReceiverLowersTheEstimateAndAnAnswerRestoresIt) {
  SimulatedPath path(Link(4000), 1);
  path.Run(Duration::Seconds(10));
  const Bitrate before = path.estimate();
  path.BlockFeedback(true);
  path.Run(Duration::Seconds(3));
  EXPECT_LT(path.estimate(), before * 0.3);
  path.BlockFeedback(false);
  auto up = path.RunUntil([&] { return path.layer() == 2; }, Duration::Seconds(30));
  ASSERT_TRUE(up);
  std::cout << "back in " << up->ms() << " ms\n";
  EXPECT_LE(*up, Duration::Seconds(15));
}

}  // namespace
}  // namespace parley
