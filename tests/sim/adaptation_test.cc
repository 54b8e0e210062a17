// What a subscriber with a limited link gets: estimates by transport-wide feedback, probes, pacing
// and the layers that follow, over whole engines. Figures are printed; the seed is told.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace parley::sim {
namespace {

constexpr uint64_t kSeeds[] = {1, 20261123, 0xFEEDFACE};

LinkProfile Link(int64_t kbps) {
  LinkProfile link;
  link.capacity = Bitrate::Kbps(kbps);
  return link;
}

// One who speaks and shows a camera of 150, 500 and 1,500 kbit/s, and one who watches it large over
// a limited link.
class Watching {
 public:
  Watching(uint64_t seed, const LinkProfile& link) : world_(seed, 2) {
    publisher_ =
        world_.Join({.microphone = true, .camera = true, .camera_layers = 3, .video_slots = 0}, 0);
    world_.Run(Duration::Seconds(3));
    viewer_ = world_.Join({.video_slots = 1, .transport_cc = true}, 1, {}, link);
    world_.Show(viewer_, 0, publisher_, 720);
  }

  World& world() { return world_; }
  SimMember& viewer() { return world_.member(viewer_); }
  SlotReceiver& video() { return viewer().slot(viewer().video_slot(0)); }
  SlotReceiver& audio() { return viewer().slot(0); }
  size_t place() const { return viewer_; }
  void SetDown(bool down) { viewer().uplink.down = viewer().downlink.down = down; }
  void SetCapacity(int64_t kbps) { viewer().downlink.capacity = Bitrate::Kbps(kbps); }

  struct Figures {
    Bitrate received;  // without padding
    Duration queueing_p95;
    double audio_loss = 0;  // not there in the end
    uint64_t padding = 0;
    uint64_t pauses = 0;
  };
  Figures Measure(Duration duration) {
    Take();
    const Timestamp begin = world_.now();
    world_.Run(duration);
    return Take(world_.now() - begin);
  }
  // The server's estimate as its statistics tell it.
  Bitrate Estimate() {
    for (auto it = world_.events().rbegin(); it != world_.events().rend(); ++it) {
      const auto* stats = std::get_if<TransportStats>(&*it);
      if (stats && stats->transport == world_.member(viewer_).plan().transport()) {
        return stats->downlink_estimate;
      }
    }
    return {};
  }

 private:
  static constexpr int64_t kPaddingPacket = 280;

  uint64_t Pauses() const {
    return static_cast<uint64_t>(std::ranges::count_if(world_.events(), [](const Event& event) {
      const auto* switched = std::get_if<SlotSwitched>(&event);
      return switched && switched->state == SlotSwitched::State::kPausedBandwidth;
    }));
  }
  Figures Take(Duration duration = Duration::Zero()) {
    Figures f;
    const uint64_t padding = viewer().padding();
    f.padding = padding - padding_;
    const DataSize media =
        viewer().received() - DataSize::Bytes(static_cast<int64_t>(padding) * kPaddingPacket);
    f.received = (media - media_) / duration;
    const uint64_t heard = audio().packets();
    const uint64_t missed = audio().lost_for_good() + audio().missing();
    const uint64_t expected = heard - heard_ + (missed - missed_);
    f.audio_loss =
        expected == 0 ? 0 : static_cast<double>(missed - missed_) / static_cast<double>(expected);
    std::vector<Duration> queueing = world_.TakeQueueing(viewer_);
    if (!queueing.empty()) {
      auto at = queueing.begin() + static_cast<ptrdiff_t>(queueing.size() * 95 / 100);
      std::ranges::nth_element(queueing, at);
      f.queueing_p95 = *at;
    }
    f.pauses = Pauses() - pauses_;
    padding_ = padding;
    media_ = media;
    heard_ = heard;
    missed_ = missed;
    pauses_ += f.pauses;
    return f;
  }

  World world_;
  size_t publisher_ = 0;
  size_t viewer_ = 0;
  uint64_t padding_ = 0;
  DataSize media_;
  uint64_t heard_ = 0;
  uint64_t missed_ = 0;
  uint64_t pauses_ = 0;
};

void Print(const char* what, uint64_t seed, const Watching::Figures& f, Bitrate estimate) {
  std::cout << what << " (seed " << seed << "): received " << f.received.kbps()
            << " kb/s, estimate " << estimate.kbps() << ", queueing p95 " << f.queueing_p95.ms()
            << " ms, audio lost " << f.audio_loss * 100 << " %, padding packets " << f.padding
            << ", pauses " << f.pauses << "\n";
}

class AdaptationTest : public testing::TestWithParam<uint64_t> {};

TEST_P(AdaptationTest, AWideLinkShowsTheTopLayerSoonByProbes) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Watching w(GetParam(), Link(5000));
  const auto f = w.Measure(Duration::Seconds(2));
  const auto next = w.Measure(Duration::Seconds(2));
  Print("5 Mb/s, the first 2 s", GetParam(), f, w.Estimate());
  Print("5 Mb/s, the next 2 s", GetParam(), next, w.Estimate());
  EXPECT_GT(f.padding, 0u);
  EXPECT_GE(w.Estimate(), Bitrate::Kbps(1600));
  EXPECT_GE(next.received, Bitrate::Kbps(1500));
}

TEST_P(AdaptationTest, FollowsACapacityStepDownAndUp) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Watching w(GetParam(), Link(2000));
  w.world().Run(Duration::Seconds(10));
  Print("2 Mb/s", GetParam(), w.Measure(Duration::Seconds(10)), w.Estimate());
  w.SetCapacity(300);
  Print("300 kb/s, the first 2 s", GetParam(), w.Measure(Duration::Seconds(2)), w.Estimate());
  Print("300 kb/s, the next 2 s", GetParam(), w.Measure(Duration::Seconds(2)), w.Estimate());
  const auto low = w.Measure(Duration::Seconds(20));
  Print("300 kb/s", GetParam(), low, w.Estimate());
  EXPECT_LE(low.audio_loss, 0.01);
  EXPECT_LE(w.Estimate(), Bitrate::Kbps(350));
  w.SetCapacity(2000);
  const auto rise = w.Measure(Duration::Seconds(15));
  Print("2 Mb/s again, the first 15 s", GetParam(), rise, w.Estimate());
  EXPECT_GT(rise.padding, 0u) << "without probes an estimate does not rise above what is sent";
  const auto up = w.Measure(Duration::Seconds(15));
  Print("2 Mb/s again", GetParam(), up, w.Estimate());
  EXPECT_GE(w.Estimate(), Bitrate::Kbps(1600));
  EXPECT_GE(up.received, Bitrate::Kbps(1500));
}

// A client that lost its network and came back on another was left without video for half a minute.
TEST_P(AdaptationTest, ShowsVideoAgainSoonAfterTheMemberMovedToAnotherNetwork) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Watching w(GetParam(), Link(5000));
  w.world().Run(Duration::Seconds(5));
  w.SetDown(true);
  w.world().Run(Duration::Seconds(4));
  w.SetDown(false);
  w.world().Move(w.place());
  w.world().Run(Duration::Seconds(1));
  const auto f = w.Measure(Duration::Seconds(2));
  Print("5 Mb/s, the second after a move and the next", GetParam(), f, w.Estimate());
  EXPECT_GE(f.received, Bitrate::Kbps(200)) << "no more than sound";
}

INSTANTIATE_TEST_SUITE_P(Seeds, AdaptationTest, testing::ValuesIn(kSeeds),
                         [](const auto& info) { return "seed" + std::to_string(info.param); });

}  // namespace
}  // namespace parley::sim
