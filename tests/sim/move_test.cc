// Somebody's peer connection moves to another core: the new one stands beside the old until its
// media flows, and those who hear and see them notice next to nothing. Figures are printed.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <utility>
#include <variant>
#include <vector>

#include "tests/sim/world.h"

namespace parley::sim {
namespace {

class Move : public testing::Test {
 protected:
  void SetUp() override {
    const test::MemberShape speaker{.microphone = true, .camera = true};
    ada_ = world_.Join(speaker, 0);
    // On the core that she leaves, and on the one that she comes to.
    for (const int engine : {0, 1}) {
      listeners_.push_back(world_.Join({.video_slots = 1}, engine));
      world_.Show(listeners_.back(), 0, ada_, 360);
    }
    world_.Run(Duration::Seconds(4));
  }

  bool HasStarted(size_t beside) {
    const TransportId transport = world_.member(beside).plan().transport();
    const SourceId microphone = world_.member(ada_).plan().microphone();
    return std::ranges::any_of(world_.events(), [&](const Event& event) {
      const auto* started = std::get_if<SourceStarted>(&event);
      return started && started->transport == transport && started->source == microphone;
    });
  }
  SlotReceiver& Sound(size_t listener) { return world_.member(listener).slot(0); }
  SlotReceiver& Picture(size_t listener) {
    SimMember& member = world_.member(listener);
    return member.slot(member.video_slot(0));
  }
  // The longest time without a packet of sound for any of them, while so much passes.
  Duration LongestGap(Duration duration) {
    std::vector<std::pair<uint64_t, Timestamp>> last;
    for (const size_t listener : listeners_)
      last.emplace_back(Sound(listener).packets(), world_.now());
    Duration longest;
    for (const Timestamp end = world_.now() + duration; world_.now() < end;) {
      world_.Run(Duration::Millis(1));
      for (size_t i = 0; i < listeners_.size(); ++i) {
        const uint64_t packets = Sound(listeners_[i]).packets();
        if (packets != last[i].first) last[i] = {packets, world_.now()};
        longest = std::max(longest, world_.now() - last[i].second);
      }
    }
    return longest;
  }

  World world_{20261129, 2};
  size_t ada_ = 0;
  std::vector<size_t> listeners_;
};

TEST_F(Move, IsNotHeard) {
  const Duration usual = LongestGap(Duration::Seconds(2));
  std::vector<uint64_t> pictures;
  for (const size_t listener : listeners_) pictures.push_back(Picture(listener).pictures());

  const size_t beside = world_.JoinBeside(ada_, 1);
  ASSERT_TRUE(world_.RunUntil([&] { return HasStarted(beside); }, Duration::Seconds(5)));
  EXPECT_EQ(world_.speakers(0)->seats[0], world_.member(ada_).plan().microphone());
  const uint32_t epoch = world_.speakers(0)->epoch;
  world_.MoveSources(ada_, beside);
  const Duration gap = LongestGap(Duration::Seconds(1));
  world_.Send(0, CloseTransport{world_.member(ada_).plan().transport()});
  const Duration after = LongestGap(Duration::Seconds(2));
  std::cout << "longest time without sound: " << usual.ms() << " ms, at the move " << gap.ms()
            << " ms, at the end of the old one " << after.ms() << " ms\n";
  for (const size_t own : {ada_, beside}) EXPECT_EQ(Sound(own).packets(), 0u) << "herself";
  EXPECT_LE(gap, Duration::Millis(60));
  EXPECT_LE(after, usual);
  EXPECT_EQ(world_.speakers(0)->epoch, epoch) << "nobody is told of another speaker";
  for (size_t i = 0; i < listeners_.size(); ++i) {
    SlotReceiver& sound = Sound(listeners_[i]);
    EXPECT_EQ(sound.lost_for_good() + sound.missing(), 0u);
    EXPECT_TRUE(Picture(listeners_[i]).entered_cleanly());
    EXPECT_EQ(sound.wrong_timestamps() + Picture(listeners_[i]).wrong_timestamps(), 0u);
    EXPECT_EQ(Picture(listeners_[i]).missing(), 0u);
    const uint64_t shown = Picture(listeners_[i]).pictures() - pictures[i];
    std::cout << "pictures in the 3 s of it: " << shown << "\n";
    EXPECT_GE(shown, 80u);
  }
}

// The client never gets it connected, or gives up.
TEST_F(Move, ThatIsGivenUpIsNotNoticed) {
  const size_t beside = world_.JoinBeside(ada_, 1);
  ASSERT_TRUE(world_.RunUntil([&] { return HasStarted(beside); }, Duration::Seconds(5)));
  const Duration usual = LongestGap(Duration::Seconds(1));
  world_.Send(1, CloseTransport{world_.member(beside).plan().transport()});
  EXPECT_LE(LongestGap(Duration::Seconds(2)), usual);
  for (const size_t listener : listeners_) {
    EXPECT_EQ(Sound(listener).lost_for_good() + Sound(listener).missing(), 0u);
  }
}

}  // namespace
}  // namespace parley::sim
