// Meetings of tens of participants over networks that lose, reorder, duplicate and delay. Each
// scenario prints its seed when it fails.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace parley::sim {
namespace {

using test::MemberShape;

constexpr uint64_t kSeeds[] = {1, 20261123, 0xFEEDFACE};

class MeetingTest : public testing::TestWithParam<uint64_t> {
 protected:
  // Everybody sends both and shows the next `slots` people; members alternate between the engines.
  void Fill(World& world, int members, int slots, const LinkProfile& up, const LinkProfile& down) {
    for (int i = 0; i < members; ++i) {
      world.Join({.microphone = true, .camera = true, .video_slots = slots}, i % 2, up, down);
    }
    ShowRound(world, slots);
  }
  static void ShowRound(World& world, int slots) {
    const size_t members = world.member_count();
    for (size_t i = 0; i < members; ++i) {
      for (int s = 0; s < slots; ++s) {
        world.Show(i, s, (i + 1 + static_cast<size_t>(s)) % members);
      }
    }
  }
  static bool AllConnected(World& world) {
    for (size_t i = 0; i < world.member_count(); ++i) {
      if (!world.connected(i)) return false;
    }
    return true;
  }
};

TEST_P(MeetingTest, EverySlotShowsWhatItShould) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  constexpr int kMembers = 12, kSlots = 4;
  Fill(world, kMembers, kSlots, {}, {});
  ASSERT_TRUE(world.RunUntil([&] { return AllConnected(world); }, Duration::Seconds(5)));
  world.Run(Duration::Seconds(6));
  for (size_t i = 0; i < kMembers; ++i) {
    for (int s = 0; s < kSlots; ++s) {
      SlotReceiver& slot = world.member(i).slot(world.member(i).video_slot(s));
      const size_t shown = (i + 1 + static_cast<size_t>(s)) % kMembers;
      EXPECT_EQ(slot.source(), world.member(shown).plan().camera().value()) << i << "/" << s;
      EXPECT_TRUE(slot.entered_cleanly()) << i << "/" << s;
      EXPECT_EQ(slot.wrong_timestamps(), 0u) << i << "/" << s;
      // 30 frames a second of 500 kbit/s in 2 packets each, for at least 4 s.
      EXPECT_GT(slot.packets(), 240u) << i << "/" << s;
      EXPECT_EQ(slot.lost_for_good() + slot.missing(), 0u) << i << "/" << s;
    }
  }
}

TEST_P(MeetingTest, ModerateLossIsMendedBothWays) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  constexpr int kMembers = 10, kSlots = 3;
  const LinkProfile bad{.delay = Duration::Millis(30),
                        .jitter = Duration::Millis(15),
                        .loss = 0.03,
                        .duplication = 0.01};
  Fill(world, kMembers, kSlots, bad, bad);
  ASSERT_TRUE(world.RunUntil([&] { return AllConnected(world); }, Duration::Seconds(20)));
  world.Run(Duration::Seconds(10));
  EXPECT_GT(world.network().counters().lost, 100u);
  EXPECT_GT(world.network().counters().reordered, 100u);
  EXPECT_GT(world.network().counters().duplicated, 10u);
  uint64_t packets = 0, lost = 0, recovered = 0;
  for (size_t i = 0; i < kMembers; ++i) {
    for (int s = 0; s < kSlots; ++s) {
      SlotReceiver& slot = world.member(i).slot(world.member(i).video_slot(s));
      packets += slot.packets();
      lost += slot.lost_for_good();
      recovered += slot.recovered();
      EXPECT_GT(slot.packets(), 400u) << i << "/" << s;
    }
  }
  EXPECT_GT(recovered, packets / 100);
  // What is left after retransmission: one in five thousand at most.
  EXPECT_LE(lost * 5000, packets) << "of " << packets << " recovered " << recovered;
}

TEST_P(MeetingTest, TheLoudestThreeAreHeardByEverybody) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  constexpr int kMembers = 20;
  for (int i = 0; i < kMembers; ++i) {
    world.Join({.microphone = true, .video_slots = 0}, i % 2);
  }
  for (size_t i = 0; i < kMembers; ++i) world.member(i).SetLevel(90);
  const size_t speaking[] = {4, 7, 13};  // on both engines
  for (size_t i : speaking) world.member(i).SetLevel(20);
  ASSERT_TRUE(world.RunUntil([&] { return AllConnected(world); }, Duration::Seconds(5)));
  world.Run(Duration::Seconds(8));
  std::vector<uint32_t> expected;
  for (size_t i : speaking) expected.push_back(world.member(i).plan().microphone().value());
  std::ranges::sort(expected);
  for (int engine = 0; engine < 2; ++engine) {
    const SpeakersChanged* speakers = world.speakers(engine);
    ASSERT_NE(speakers, nullptr);
    std::vector<uint32_t> seats;
    for (SourceId seat : speakers->seats) seats.push_back(seat.value());
    std::ranges::sort(seats);
    EXPECT_EQ(seats, expected) << "engine " << engine;
  }
  for (size_t i = 0; i < kMembers; ++i) {
    const uint32_t own = world.member(i).plan().microphone().value();
    std::vector<uint32_t> heard;
    for (uint8_t s = 0; s < kSpeakerSeats; ++s) {
      SlotReceiver& slot = world.member(i).slot(s);
      EXPECT_EQ(slot.wrong_timestamps(), 0u) << i << "/" << int{s};
      const auto last = slot.last_packet();
      if (last && world.now() - *last < Duration::Millis(200)) heard.push_back(slot.source());
    }
    std::ranges::sort(heard);
    std::vector<uint32_t> others;
    std::ranges::copy_if(expected, std::back_inserter(others),
                         [&](uint32_t source) { return source != own; });
    EXPECT_EQ(heard, others) << "member " << i;
  }
}

TEST_P(MeetingTest, SomebodyNewTakesASeatAndTheFloor) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  for (int i = 0; i < 8; ++i) world.Join({.microphone = true, .video_slots = 0}, i % 2);
  for (size_t i = 0; i < 8; ++i) world.member(i).SetLevel(i < 3 ? 25 : 100);
  world.Run(Duration::Seconds(6));
  for (size_t i = 0; i < 3; ++i) world.member(i).SetLevel(100);
  world.member(5).SetLevel(15);
  world.Run(Duration::Seconds(4));
  for (int engine = 0; engine < 2; ++engine) {
    ASSERT_NE(world.speakers(engine), nullptr);
    EXPECT_EQ(world.speakers(engine)->dominant, world.member(5).plan().microphone());
  }
}

TEST_P(MeetingTest, ALateJoinerSeesVideoSoon) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  world.Join({.camera = true, .video_slots = 0}, 0);
  world.Join({.camera = true, .video_slots = 0}, 1);
  world.Run(Duration::Seconds(8));
  const size_t late = world.Join({.video_slots = 2}, 0);
  world.Show(late, 0, 0);
  world.Show(late, 1, 1);
  const Timestamp joined = world.now();
  ASSERT_TRUE(world.RunUntil([&] { return world.connected(late); }, Duration::Seconds(5)));
  const Timestamp connected = world.now();
  EXPECT_LT(connected - joined, Duration::Seconds(1));
  for (int s = 0; s < 2; ++s) {
    SlotReceiver& slot = world.member(late).slot(world.member(late).video_slot(s));
    ASSERT_TRUE(world.RunUntil([&] { return slot.key_frames() > 0; }, Duration::Seconds(2)));
    EXPECT_TRUE(slot.entered_cleanly());
    // A request to the publisher and a frame back: two round trips of 40 ms and a frame's time.
    EXPECT_LT(world.now() - connected, Duration::Millis(700)) << "slot " << s;
  }
}

TEST_P(MeetingTest, ManyNewViewersAreOneKeyFrameRequest) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  const size_t publisher = world.Join({.camera = true, .video_slots = 0}, 0);
  world.Run(Duration::Seconds(3));
  const uint64_t before = world.member(publisher).key_frame_requests();
  for (int i = 0; i < 20; ++i) {
    const size_t viewer = world.Join({.audio_slots = 0, .video_slots = 1}, i % 2);
    world.Show(viewer, 0, publisher);
  }
  world.Run(Duration::Seconds(2));
  for (size_t i = 1; i < world.member_count(); ++i) {
    EXPECT_GT(world.member(i).slot(0).key_frames(), 0u) << i;
  }
  EXPECT_LE(world.member(publisher).key_frame_requests() - before, 5u);
}

TEST_P(MeetingTest, ASwitchOfSourceIsCleanAndUnbroken) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  for (int i = 0; i < 6; ++i) world.Join({.camera = true, .video_slots = 1}, i % 2);
  const size_t viewer = 0;
  SlotReceiver& slot = world.member(viewer).slot(world.member(viewer).video_slot(0));
  world.Run(Duration::Seconds(2));
  for (size_t shown = 1; shown < 6; ++shown) {
    world.Show(viewer, 0, shown);
    const uint32_t source = world.member(shown).plan().camera().value();
    EXPECT_TRUE(world.RunUntil([&] { return slot.source() == source; }, Duration::Millis(900)))
        << "source " << shown;
    world.Run(Duration::Seconds(1));
  }
  EXPECT_TRUE(slot.entered_cleanly());
  EXPECT_EQ(slot.wrong_timestamps(), 0u);
  EXPECT_EQ(slot.lost_for_good() + slot.missing(), 0u);
}

TEST_P(MeetingTest, SimulcastLayersFollowTheSizeShown) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  const size_t publisher = world.Join({.camera = true, .camera_layers = 3, .video_slots = 0}, 0);
  const size_t small = world.Join({.audio_slots = 0, .video_slots = 1}, 1);
  const size_t large = world.Join({.audio_slots = 0, .video_slots = 1}, 1);
  world.Show(small, 0, publisher, 180);
  world.Show(large, 0, publisher, 720);
  world.Run(Duration::Seconds(10));
  SlotReceiver& low = world.member(small).slot(0);
  SlotReceiver& high = world.member(large).slot(0);
  const uint64_t low_before = low.packets(), high_before = high.packets();
  world.Run(Duration::Seconds(3));
  // 150 kbit/s against 1.5 Mbit/s in packets of 1.1 kB.
  EXPECT_GT(low.packets() - low_before, 80u);
  EXPECT_LT(low.packets() - low_before, 150u);
  EXPECT_GT(high.packets() - high_before, 400u);
  EXPECT_TRUE(low.entered_cleanly());
  EXPECT_TRUE(high.entered_cleanly());
}

TEST_P(MeetingTest, LeavingDisturbsNobody) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  Fill(world, 10, 2, {}, {});
  ASSERT_TRUE(world.RunUntil([&] { return AllConnected(world); }, Duration::Seconds(5)));
  world.Run(Duration::Seconds(3));
  world.Leave(0);
  world.Leave(1);
  world.Run(Duration::Seconds(3));
  // Members 2..7 watch people who stayed.
  for (size_t i = 2; i <= 7; ++i) {
    for (int s = 0; s < 2; ++s) {
      SlotReceiver& slot = world.member(i).slot(world.member(i).video_slot(s));
      EXPECT_LT(world.now() - *slot.last_packet(), Duration::Millis(200)) << i << "/" << s;
      EXPECT_EQ(slot.lost_for_good() + slot.missing(), 0u);
    }
  }
  EXPECT_EQ(world.engine(0).transport_count() + world.engine(1).transport_count(), 8u);
}

TEST_P(MeetingTest, ANewAddressTakesOverWithItsFirstCheck) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 2);
  const size_t publisher = world.Join({.camera = true, .video_slots = 0}, 0);
  const size_t viewer = world.Join({.video_slots = 1}, 1);
  world.Show(viewer, 0, publisher);
  world.Run(Duration::Seconds(3));
  SlotReceiver& slot = world.member(viewer).slot(world.member(viewer).video_slot(0));
  for (size_t who : {viewer, publisher}) {
    world.Move(who);
    world.Run(Duration::Seconds(2));
    ASSERT_TRUE(slot.last_packet());
    EXPECT_LT(world.now() - *slot.last_packet(), Duration::Millis(200)) << who;
  }
  EXPECT_TRUE(world.connected(viewer));
  EXPECT_TRUE(world.connected(publisher));
}

TEST_P(MeetingTest, SilenceForThirtySecondsEndsATransport) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  World world(GetParam(), 1);
  const size_t member = world.Join({.microphone = true, .video_slots = 0}, 0);
  ASSERT_TRUE(world.RunUntil([&] { return world.connected(member); }, Duration::Seconds(5)));
  world.member(member).uplink.down = true;
  world.Run(Duration::Seconds(29));
  EXPECT_TRUE(world.connected(member));
  world.Run(Duration::Seconds(2));
  EXPECT_FALSE(world.connected(member));
  // RFC 7675: consent may be given again.
  world.member(member).uplink.down = false;
  EXPECT_TRUE(world.RunUntil([&] { return world.connected(member); }, Duration::Seconds(20)));
}

TEST_P(MeetingTest, TheSameSeedGivesTheSameMeeting) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  const LinkProfile bad{.delay = Duration::Millis(20),
                        .jitter = Duration::Millis(10),
                        .loss = 0.05,
                        .duplication = 0.02};
  const auto run = [&](uint64_t seed) {
    World world(seed, 2);
    Fill(world, 6, 2, bad, bad);
    world.Run(Duration::Seconds(5));
    std::vector<uint64_t> seen;
    for (size_t i = 0; i < world.member_count(); ++i) {
      for (const SlotReceiver& slot : world.member(i).slots()) {
        seen.push_back(slot.packets());
        seen.push_back(slot.recovered());
      }
    }
    return seen;
  };
  const auto once = run(GetParam());
  EXPECT_EQ(once, run(GetParam()));
  EXPECT_NE(once, run(GetParam() + 1));
}

INSTANTIATE_TEST_SUITE_P(Seeds, MeetingTest, testing::ValuesIn(kSeeds),
                         [](const auto& info) { return "seed" + std::to_string(info.param); });

}  // namespace
}  // namespace parley::sim
