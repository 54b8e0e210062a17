// Who hears whom: speaker seats, one stream per seat, and never oneself.

#include <gtest/gtest.h>

#include <random>

#include "sfu/base/bytes.h"
#include "sfu/forward/router.h"
#include "sfu/wire/opus_red.h"
#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_report_block.h"
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
    // A new speaker's first packets are of a time before they were sent.
    int64_t elapsed = (packets[i].at - packets[i - 1].at).us() * 48 / 1000;
    EXPECT_NEAR(b.timestamp() - a.timestamp(), elapsed, PreRoll::kMaxAge.us() * 48 / 1000)
        << "at " << i;
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

// What somebody hears of another, in all slots.
std::vector<Received> HeardOf(World& world, int listener, int speaker) {
  std::vector<Received> heard;
  for (int slot = 0; slot < 3; ++slot) {
    auto packets = world.Take(listener, slot);
    ExpectUnbroken(packets);
    for (Received& r : packets) {
      if (r.rtp().csrc(0) == World::Microphone(speaker).value()) heard.push_back(std::move(r));
    }
  }
  return heard;
}

TEST(RouterAudio, TheFirstWordOfANewSpeakerIsHeardWhole) {
  for (const int others : {kQuiet, 45}) {
    SCOPED_TRACE(others);
    World world(2);
    for (int i = 1; i <= 5; ++i) world.Join(i);
    World::PeerOptions elsewhere;
    elsewhere.worker = 1;
    world.Join(6, elsewhere);
    auto microphones = Microphones(world, 5);
    const auto speak = [&](int last, int rounds) {
      for (int round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < 4; ++i) microphones[i].Speak(others);
        microphones[4].Speak(last);
        world.Advance(Duration::Millis(20));
      }
    };
    speak(110, 100);
    for (const int listener : {1, 6}) EXPECT_TRUE(HeardOf(world, listener, 5).empty());
    constexpr size_t kWord = 30;
    speak(kLoud, kWord);
    for (const int listener : {1, 6}) EXPECT_GE(HeardOf(world, listener, 5).size(), kWord);
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

TEST(RouterAudio, OfRedThePrimaryIsEnoughUntilSomethingIsMissing) {
  World world;
  world.Join(1);
  World::PeerOptions red;
  red.red = true;
  world.Join(2, red);
  world.Join(3);
  const Bytes payload{0x80 | 111, 0x0F, 0x00, 0x02, 111, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE};
  const Bytes primary{0xCC, 0xDD, 0xEE};
  auto speak = [&](uint16_t seq) {
    world.Rtp(1, MakeRtp(kRedPt, World::MicrophoneSsrc(1), SeqNum(seq), RtpTimestamp(960u * seq),
                         false, payload));
  };
  for (uint16_t seq = 1; seq <= 3; ++seq) speak(seq);
  for (uint16_t seq = 5; seq <= 7; ++seq) speak(seq);

  const auto with = world.Take(2, 0);
  ASSERT_EQ(with.size(), 6u);
  for (const size_t whole : {2u, 5u}) {
    EXPECT_EQ(with[whole].rtp().payload_type(), kOpusPt);
    EXPECT_TRUE(std::ranges::equal(with[whole].rtp().payload(), primary));
  }
  for (const size_t after_loss : {3u, 4u}) {
    EXPECT_EQ(with[after_loss].rtp().payload_type(), kRedPt);
    EXPECT_TRUE(std::ranges::equal(with[after_loss].rtp().payload(), payload));
  }
  for (const Received& r : world.Take(3, 0)) {
    EXPECT_EQ(r.rtp().payload_type(), kOpusPt);
    EXPECT_TRUE(std::ranges::equal(r.rtp().payload(), primary));
  }
}

Bytes AudioReport(Ssrc slot, uint32_t extended_highest_seq, uint8_t fraction_lost) {
  Bytes bytes(100);
  ByteWriter out(bytes);
  ReportBlock block;
  block.source = slot;
  block.fraction_lost = fraction_lost;
  block.extended_highest_seq = extended_highest_seq;
  EXPECT_TRUE(WriteReceiverReport(out, Ssrc(1), std::span(&block, 1)));
  bytes.resize(out.size());
  return bytes;
}

// Peer 1 speaks for `packets`; then peer 2 reports that it lost a tenth of them.
void SpeakAndReport(World& world, Microphone& microphone, int packets) {
  uint16_t highest = 0;
  for (int i = 0; i < packets; ++i) {
    microphone.Speak(kLoud);
    world.Advance(Duration::Millis(20));
  }
  for (const Received& r : world.Take(2, 0)) highest = r.rtp().seq().value();
  world.Rtcp(2, AudioReport(World::SlotSsrc(2, 0), highest, 26));
}

TEST(RouterAudio, WhoLosesPacketsGetsEachThreeTimes) {
  World world;
  world.Join(1);
  World::PeerOptions red;
  red.red = true;
  world.Join(2, red);
  world.Join(3, red);
  Microphone m(world, 1);
  for (int i = 0; i < 3; ++i) SpeakAndReport(world, m, 50);
  world.Take(3, 0);

  for (int i = 0; i < 5; ++i) {
    m.Speak(kLoud);
    world.Advance(Duration::Millis(20));
  }
  const auto plain = world.Take(3, 0);
  const auto repeated = world.Take(2, 0);
  ASSERT_EQ(plain.size(), 5u);
  ASSERT_EQ(repeated.size(), 5u);
  ExpectUnbroken(repeated);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(plain[i].rtp().payload_type(), kOpusPt) << "its link is whole";
    ASSERT_EQ(repeated[i].rtp().payload_type(), kRedPt);
    const auto view = RedView::Parse(repeated[i].rtp().payload());
    ASSERT_TRUE(view);
    ASSERT_EQ(view->block_count(), 3u);
    EXPECT_EQ(view->primary().payload_type, kOpusPt);
    EXPECT_TRUE(std::ranges::equal(view->primary().data, plain[i].rtp().payload()));
    for (size_t before = 1; before <= 2 && before <= i; ++before) {
      const RedBlock& block = view->block(2 - before);
      EXPECT_EQ(block.payload_type, kOpusPt);
      EXPECT_EQ(block.timestamp_offset, 960 * before);
      EXPECT_TRUE(std::ranges::equal(block.data, plain[i - before].rtp().payload()));
    }
  }
}

TEST(RouterAudio, WhoLosesPacketsGetsThePrimariesOfRedRepeated) {
  World world;
  world.Join(1);
  World::PeerOptions red;
  red.red = true;
  world.Join(2, red);
  Microphone m(world, 1);
  for (int i = 0; i < 3; ++i) SpeakAndReport(world, m, 50);
  for (uint8_t i = 0; i < 4; ++i) {
    const Bytes payload{0x80 | 111, 0x0F, 0x00, 0x01, 111, 0xAA, i};
    world.Rtp(1, MakeRtp(kRedPt, World::MicrophoneSsrc(1), m.packet().seq + i,
                         RtpTimestamp(m.packet().timestamp.value() + 960u * i), false, payload));
    world.Advance(Duration::Millis(20));
  }
  const auto received = world.Take(2, 0);
  ASSERT_EQ(received.size(), 4u);
  const auto view = RedView::Parse(received[3].rtp().payload());
  ASSERT_TRUE(view);
  ASSERT_EQ(view->block_count(), 3u);
  EXPECT_TRUE(std::ranges::equal(view->block(0).data, Bytes{1}));
  EXPECT_TRUE(std::ranges::equal(view->block(1).data, Bytes{2}));
  EXPECT_TRUE(std::ranges::equal(view->primary().data, Bytes{3}));
}

TEST(RouterAudio, NothingIsRepeatedAcrossAPauseOrBeyondWhatAPathCarries) {
  World world;
  world.Join(1);
  World::PeerOptions red;
  red.red = true;
  world.Join(2, red);
  Microphone m(world, 1);
  for (int i = 0; i < 3; ++i) SpeakAndReport(world, m, 50);

  // RFC 2198: 14 bits of timestamp offset.
  m.packet().timestamp = m.packet().timestamp + 48000;
  world.Advance(Duration::Seconds(1));
  m.Speak(kLoud);
  auto received = world.Take(2, 0);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].rtp().payload_type(), kOpusPt);

  m.packet().size = 700;
  for (int i = 0; i < 3; ++i) {
    world.Advance(Duration::Millis(20));
    m.Speak(kLoud);
  }
  received = world.Take(2, 0);
  ASSERT_EQ(received.size(), 3u);
  EXPECT_EQ(received[2].rtp().payload_type(), kOpusPt);
  EXPECT_EQ(received[2].rtp().payload().size(), 700u);
}

TEST(RouterAudio, WhoTakesNoRedGetsNone) {
  World world;
  world.Join(1);
  world.Join(2);
  Microphone m(world, 1);
  for (int i = 0; i < 3; ++i) SpeakAndReport(world, m, 50);
  m.Speak(kLoud);
  auto received = world.Take(2, 0);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].rtp().payload_type(), kOpusPt);
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
