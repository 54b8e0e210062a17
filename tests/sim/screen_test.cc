// A shared screen on a weak link: slides come small and a little late, and neither stop nor take
// the sound along; the screen comes before faces.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace parley::sim {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::Lt;

constexpr Duration kSlide = Duration::Seconds(6);
// Of a slide at least so many: see SimMember.
constexpr uint64_t kSmallPackets = 17;
constexpr uint64_t kWholePackets = 56;

class ScreenTest : public testing::TestWithParam<uint64_t> {
 protected:
  // The screen first, then so many cameras; the viewer has the screen on stage.
  void Join(int cameras, int64_t kbps) {
    sharer_ = world_.Join(
        {.microphone = true, .camera = true, .camera_layers = 2, .screen = true, .video_slots = 0},
        0);
    for (int i = 0; i < cameras; ++i) {
      world_.Join({.microphone = i == 0, .camera = true, .camera_layers = 3, .video_slots = 0},
                  i % 2);
    }
    world_.Run(Duration::Seconds(3));
    LinkProfile link;
    link.capacity = Bitrate::Kbps(kbps);
    viewer_ = world_.Join({.video_slots = cameras + 1, .transport_cc = true}, 1, {}, link);
    world_.Show(viewer_, 0, sharer_, 0, 2);
    for (int i = 0; i < cameras; ++i) {
      world_.Show(viewer_, 1 + i, sharer_ + 1 + static_cast<size_t>(i), 180, 0);
    }
  }
  SlotReceiver& slot(int i) {
    SimMember& viewer = world_.member(viewer_);
    return viewer.slot(viewer.video_slot(i));
  }
  SlotReceiver& sound() { return world_.member(viewer_).slot(0); }
  void SetCapacity(int64_t kbps) { world_.member(viewer_).downlink.capacity = Bitrate::Kbps(kbps); }
  // What the viewer was told of a slot.
  std::vector<SlotSwitched::State> Told(int i) {
    const SimMember& viewer = world_.member(viewer_);
    std::vector<SlotSwitched::State> states;
    for (const Event& event : world_.events()) {
      const auto* switched = std::get_if<SlotSwitched>(&event);
      if (switched && switched->transport == viewer.plan().transport() &&
          switched->slot == viewer.video_slot(i)) {
        states.push_back(switched->state);
      }
    }
    return states;
  }
  uint64_t Pauses(int i) {
    return static_cast<uint64_t>(
        std::ranges::count(Told(i), SlotSwitched::State::kPausedBandwidth));
  }
  bool IsPaused(int i) {
    const auto told = Told(i);
    return !told.empty() && told.back() == SlotSwitched::State::kPausedBandwidth;
  }
  // Packets of the screen in each of so many slides' time.
  std::vector<uint64_t> Slides(int count) {
    std::vector<uint64_t> packets;
    for (int i = 0; i < count; ++i) {
      const uint64_t before = slot(0).packets();
      world_.Run(kSlide);
      packets.push_back(slot(0).packets() - before);
    }
    return packets;
  }

  World world_{GetParam(), 2};
  size_t sharer_ = 0;
  size_t viewer_ = 0;
};

// A link of 300 kb/s carries no slide of the whole screen before it is stale.
TEST_P(ScreenTest, EverySlideComesOnAWeakLink) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Join(0, 2000);
  world_.Run(Duration::Seconds(8));
  EXPECT_THAT(Slides(2), Each(Ge(kWholePackets)));
  SetCapacity(300);
  world_.Run(Duration::Seconds(15));
  const uint64_t pauses = Pauses(0);
  const uint64_t key_frames = slot(0).key_frames();
  EXPECT_THAT(Slides(8), Each(AllOf(Ge(kSmallPackets), Lt(kWholePackets))));
  EXPECT_EQ(Pauses(0), pauses);
  EXPECT_LE(slot(0).key_frames(), key_frames + 2) << "it swings";
  EXPECT_EQ(sound().lost_for_good(), 0u);
  SetCapacity(2000);
  world_.Run(Duration::Seconds(20));
  EXPECT_THAT(Slides(2), Each(Ge(kWholePackets)));
  EXPECT_TRUE(slot(0).entered_cleanly());
}

TEST_P(ScreenTest, TheScreenComesBeforeFaces) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  constexpr int kFaces = 3;
  Join(kFaces, 2000);
  world_.Run(Duration::Seconds(12));
  for (int i = 0; i <= kFaces; ++i) EXPECT_FALSE(IsPaused(i));
  SetCapacity(300);
  world_.Run(Duration::Seconds(15));
  const uint64_t pauses = Pauses(0);
  EXPECT_THAT(Slides(8), Each(Ge(kSmallPackets)));
  EXPECT_LE(Pauses(0), pauses + 1);
  EXPECT_FALSE(IsPaused(0));
  EXPECT_TRUE(IsPaused(2));
  EXPECT_TRUE(IsPaused(3));
  EXPECT_EQ(sound().lost_for_good(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ScreenTest, testing::Values(1, 20261123, 0xFEEDFACE),
                         [](const auto& info) { return "seed" + std::to_string(info.param); });

}  // namespace
}  // namespace parley::sim
