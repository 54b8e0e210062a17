// Who hears whom: speaker seats, one stream per seat, and never oneself.

#include <gtest/gtest.h>

#include <random>

#include "sfu/forward/router.h"
#include "tests/sfu/forward/microphone.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kLoud = 20;
constexpr int kQuiet = 90;

std::vector<Microphone> Microphones(World& world, int peers) {
  std::vector<Microphone> all;
  for (int i = 1; i <= peers; ++i) {
    all.emplace_back(world, i, SeqNum(static_cast<uint16_t>(65000 + 97 * i)),
                     RtpTimestamp(static_cast<uint32_t>(i) * 0x31000000));
  }
  return all;
}

void ExpectUnbroken(const std::vector<Received>& packets) {
  for (size_t i = 1; i < packets.size(); ++i) {
    RtpView a = packets[i - 1].rtp();
    RtpView b = packets[i].rtp();
    EXPECT_EQ(b.seq(), a.seq() + 1) << "at " << i;
    EXPECT_GT(b.timestamp() - a.timestamp(), 0) << "at " << i;
    int64_t elapsed = (packets[i].at - packets[i - 1].at).us() * 48 / 1000;
    EXPECT_NEAR(b.timestamp() - a.timestamp(), elapsed, 960) << "at " << i;
  }
}

TEST(RouterAudio, TwentyOpenMicrophonesCostThreeStreamsAListener) {
  constexpr int kPeers = 20;
  World world;
  for (int i = 1; i <= kPeers; ++i) world.Join(i);
  auto microphones = Microphones(world, kPeers);
  std::mt19937 random(7);
  size_t rounds = 500;
  for (size_t round = 0; round < rounds; ++round) {
    for (auto& m : microphones) m.Speak(static_cast<int>(20 + random() % 60));
    world.Advance(Duration::Millis(20));
  }
  EXPECT_LE(world.received_total(), rounds * 3 * kPeers);
  EXPECT_GE(world.received_total(), rounds * 3 * (kPeers - 3));
  for (int i = 1; i <= kPeers; ++i) {
    for (int slot = 0; slot < 3; ++slot) {
      auto packets = world.Take(i, slot);
      ExpectUnbroken(packets);
      for (const Received& r : packets) {
        EXPECT_NE(r.rtp().csrc(0), World::Microphone(i).value()) << "hears itself";
      }
    }
  }
}

TEST(RouterAudio, ASpeakerTakesASilentSeatWithinATenthOfASecond) {
  World world;
  for (int i = 1; i <= 5; ++i) world.Join(i);
  auto microphones = Microphones(world, 5);
  for (int round = 0; round < 100; ++round) {
    for (auto& m : microphones) m.Speak(kQuiet);
    world.Advance(Duration::Millis(20));
  }
  world.TakeEvents();
  int rounds = 0;
  bool seated = false;
  while (!seated && ++rounds < 50) {
    for (size_t i = 0; i < 5; ++i) microphones[i].Speak(i == 4 ? kLoud : kQuiet);
    world.Advance(Duration::Millis(20));
    for (const Event& e : world.TakeEvents()) {
      if (const auto* s = std::get_if<SpeakersChanged>(&e)) {
        seated |=
            std::find(s->seats.begin(), s->seats.end(), World::Microphone(5)) != s->seats.end();
      }
    }
  }
  EXPECT_LE(rounds, 5);
}

TEST(RouterAudio, TheDominantSpeakerIsTold) {
  World world;
  for (int i = 1; i <= 3; ++i) world.Join(i);
  auto microphones = Microphones(world, 3);
  for (int speaker : {0, 2, 1}) {
    SourceId dominant;
    uint32_t epoch = 0;
    for (int round = 0; round < 100; ++round) {
      for (int i = 0; i < 3; ++i) {
        microphones[static_cast<size_t>(i)].Speak(i == speaker ? kLoud : kQuiet);
      }
      world.Advance(Duration::Millis(20));
    }
    for (const Event& e : world.TakeEvents()) {
      if (const auto* s = std::get_if<SpeakersChanged>(&e)) {
        dominant = s->dominant;
        EXPECT_GT(s->epoch, epoch);
        epoch = s->epoch;
      }
    }
    EXPECT_EQ(dominant, World::Microphone(speaker + 1));
  }
}

TEST(RouterAudio, OneSlotFollowsTheDominantSpeakerAndItselfHearsTheNext) {
  World world;
  World::PeerOptions one;
  one.audio_slots = 1;
  for (int i = 1; i <= 3; ++i) world.Join(i, one);
  auto microphones = Microphones(world, 3);
  auto speak = [&](int loud, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      for (int i = 0; i < 3; ++i) {
        microphones[static_cast<size_t>(i)].Speak(i == loud ? kLoud : kQuiet);
      }
      world.Advance(Duration::Millis(20));
    }
  };
  speak(0, 100);
  speak(1, 100);
  for (int i = 1; i <= 3; ++i) world.Take(i, 0);
  speak(1, 10);
  for (const Received& r : world.Take(1, 0)) EXPECT_EQ(r.rtp().csrc(0), 21u);
  for (const Received& r : world.Take(3, 0)) EXPECT_EQ(r.rtp().csrc(0), 21u);
  auto own = world.Take(2, 0);
  EXPECT_EQ(own.size(), 10u);
  for (const Received& r : own) EXPECT_EQ(r.rtp().csrc(0), 11u) << "the speaker before it";
}

TEST(RouterAudio, MutedIsSilentAndBackWithoutAGap) {
  World world;
  world.Join(1);
  world.Join(2);
  Microphone m(world, 1);
  for (int i = 0; i < 10; ++i) {
    m.Speak(kLoud);
    world.Advance(Duration::Millis(20));
  }
  world.Enable(1, World::Microphone(1), false);
  for (int i = 0; i < 10; ++i) {
    m.Speak(kLoud);
    world.Advance(Duration::Millis(20));
  }
  world.Enable(1, World::Microphone(1), true);
  for (int i = 0; i < 10; ++i) {
    m.Speak(kLoud);
    world.Advance(Duration::Millis(20));
  }
  std::vector<Received> all;
  for (int slot = 0; slot < 3; ++slot) {
    for (Received& r : world.Take(2, slot)) all.push_back(std::move(r));
  }
  EXPECT_EQ(all.size(), 20u);
  ExpectUnbroken(all);
}

TEST(RouterAudio, SourcesWithoutLevelsAreHeard) {
  World world;
  world.Join(1);
  world.Join(2);
  Microphone m(world, 1);
  for (int i = 0; i < 10; ++i) {
    m.Speak(-1);
    world.Advance(Duration::Millis(20));
  }
  EXPECT_EQ(world.Take(2, 0).size(), 10u);
}

TEST(RouterAudio, RedReachesThoseWhoTakeItAndItsPrimaryTheOthers) {
  World world;
  world.Join(1);
  World::PeerOptions red;
  red.red = true;
  world.Join(2, red);
  world.Join(3);
  Bytes payload{0x80 | 111, 0x0F, 0x00, 0x02, 111, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE};
  world.Rtp(
      1, MakeRtp(kRedPt, World::MicrophoneSsrc(1), SeqNum(1), RtpTimestamp(960), false, payload));
  auto with = world.Take(2, 0);
  ASSERT_EQ(with.size(), 1u);
  EXPECT_EQ(with[0].rtp().payload_type(), kRedPt);
  EXPECT_TRUE(std::ranges::equal(with[0].rtp().payload(), payload));
  auto without = world.Take(3, 0);
  ASSERT_EQ(without.size(), 1u);
  EXPECT_EQ(without[0].rtp().payload_type(), kOpusPt);
  EXPECT_TRUE(std::ranges::equal(without[0].rtp().payload(), Bytes{0xCC, 0xDD, 0xEE}));
}

TEST(RouterAudio, APublisherMayChangeItsSsrc) {
  World world;
  world.Join(1);
  world.Join(2);
  Microphone m(world, 1);
  for (int i = 0; i < 10; ++i) {
    m.Speak(kLoud);
    world.Advance(Duration::Millis(20));
  }
  m.packet().ssrc = Ssrc(987654);
  m.packet().seq = SeqNum(50000);
  m.packet().timestamp = RtpTimestamp(12345);
  for (int i = 0; i < 10; ++i) {
    m.Speak(kLoud);
    world.Advance(Duration::Millis(20));
  }
  auto packets = world.Take(2, 0);
  EXPECT_EQ(packets.size(), 20u);
  ExpectUnbroken(packets);
}

}  // namespace
}  // namespace parley::testing
