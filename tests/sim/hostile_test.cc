// Participants who lie, flood and ask for everything, beside others who are to notice nothing: the
// same meeting is held with and without the mischief, and what the others get is compared. Figures
// are printed.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/wire/rtp.h"
#include "tests/sim/world.h"

namespace parley::sim {
namespace {

constexpr uint64_t kSeed = 20261126;
// In place of a number of simulcast layers: AV1's, in one stream.
constexpr int kScalable = 0;

// Ada and Bob show cameras and speak; Eve is the one to be watched; Ida looks at all three and
// hears, over a link of that capacity. Eve's packets come to the core that Ida is not on.
class Meeting {
 public:
  Meeting(int layers, bool microphone, Bitrate capacity) {
    ada_ = world_.Join({.microphone = true, .camera = true, .camera_layers = 3}, 0);
    bob_ = world_.Join({.microphone = true, .camera = true, .camera_layers = 3}, 1);
    eve_ = world_.Join({.microphone = microphone,
                        .camera = true,
                        .camera_layers = layers == kScalable ? 1 : layers,
                        .camera_codec = layers == kScalable ? Codec::kAv1 : Codec::kVp8,
                        .video_slots = 2,
                        .transport_cc = true},
                       0);
    LinkProfile link;
    link.capacity = capacity;
    ida_ = world_.Join({.video_slots = 3, .transport_cc = true}, 1, {}, link);
    world_.Show(ida_, 0, ada_, 720, 2);
    world_.Show(ida_, 1, bob_, 360, 2);
    world_.Show(ida_, 2, eve_, 360, 1);
    world_.Show(eve_, 0, ada_, 720, 2);
    world_.Run(Duration::Seconds(6));
  }

  World& world() { return world_; }
  SimMember& eve() { return world_.member(eve_); }
  SimMember& ida() { return world_.member(ida_); }

  void LookAtEveAnew() {
    world_.Hide(ida_, 2);
    world_.Show(ida_, 2, eve_, 360, 1);
  }

  struct Figures {
    std::array<uint64_t, 2> pictures{};  // of Ada and Bob
    std::array<uint64_t, 2> sound{};     // packets
    uint64_t lost = 0;                   // of any of those
    uint64_t key_frames = 0;             // of Ada's, asked for or not
    uint64_t sent = 0;                   // RTP by both cores
  };
  Figures Take() {
    const Figures now = Sum();
    Figures since;
    for (size_t i = 0; i < 2; ++i) {
      since.pictures[i] = now.pictures[i] - before_.pictures[i];
      since.sound[i] = now.sound[i] - before_.sound[i];
    }
    since.lost = now.lost - before_.lost;
    since.key_frames = now.key_frames - before_.key_frames;
    since.sent = now.sent - before_.sent;
    before_ = now;
    return since;
  }

 private:
  Figures Sum() {
    Figures f;
    for (int i = 0; i < 2; ++i) {
      const SlotReceiver& video = ida().slot(ida().video_slot(i));
      const SlotReceiver& sound = ida().slot(static_cast<uint8_t>(i));
      f.pictures[static_cast<size_t>(i)] = video.pictures();
      f.sound[static_cast<size_t>(i)] = sound.packets();
      f.lost += video.lost_for_good() + video.missing() + sound.lost_for_good() + sound.missing();
    }
    f.key_frames = ida().slot(ida().video_slot(0)).key_frames();
    for (int i = 0; i < 2; ++i) f.sent += world_.metrics(i).router_packets_out.value();
    return f;
  }

  World world_{kSeed, 2};
  size_t ada_ = 0, bob_ = 0, eve_ = 0, ida_ = 0;
  Figures before_;
};

// Once a millisecond.
using Mischief = std::function<void(Meeting& meeting, int millisecond)>;

Meeting::Figures Hold(Meeting& meeting, int milliseconds, const Mischief& mischief) {
  // The counters of a core are told every second.
  meeting.world().Run(Duration::Seconds(1));
  meeting.Take();
  for (int ms = 0; ms < milliseconds; ++ms) {
    if (mischief) mischief(meeting, ms);
    meeting.world().Run(Duration::Millis(1));
  }
  meeting.world().Run(Duration::Seconds(1));
  return meeting.Take();
}

void Print(const char* what, const Meeting::Figures& f) {
  std::cout << what << ": pictures " << f.pictures[0] << " + " << f.pictures[1] << ", sound "
            << f.sound[0] << " + " << f.sound[1] << ", lost " << f.lost << ", key frames "
            << f.key_frames << ", RTP sent " << f.sent << "\n";
}

void ExpectWithinAPercent(uint64_t got, uint64_t without, const char* what) {
  const auto difference = std::abs(static_cast<int64_t>(got) - static_cast<int64_t>(without));
  EXPECT_LE(difference * 100, static_cast<int64_t>(without))
      << what << ": " << got << " and " << without;
}

// What the case leaves in a counter of Eve's core, its own, beyond what the meeting without it
// does.
struct Expected {
  Counter WorkerMetrics::* counter;
  uint64_t least;
  uint64_t most = std::numeric_limits<uint64_t>::max();
};

struct Case {
  const char* name;
  std::function<Mischief()> make;
  Expected counted;
  int layers = 1;
  bool microphone = false;  // Eve has one as well
  int seconds = 8;
  uint64_t sent_percent = 101;  // of what both cores send without: at most
  uint64_t key_frames = 0;      // of Ada's beyond those without: at most
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

// Changes each packet of Eve's camera.
template <class Tamper>
Mischief Tampering(Tamper tamper) {
  return [tamper](Meeting& meeting, int ms) {
    if (ms == 0) meeting.eve().tamper = tamper;
  };
}

Ssrc SlotOfEve(Meeting& m) { return m.eve().slot(m.eve().video_slot(0)).ssrc(); }

// Behind the fixed header: extensions, then VP8's descriptor and frame header.
Mischief LyingDescriptors() {
  return Tampering([random = SeededRandom(kSeed)](std::span<uint8_t> packet, int) mutable {
    for (int i = 0; i < 4; ++i) {
      packet[12 + random.Below(60)] = static_cast<uint8_t>(random.Below(256));
    }
    return true;
  });
}

// Whatever it says of its layers, in one packet of four.
Mischief LyingDependencies() {
  return Tampering([random = SeededRandom(kSeed)](std::span<uint8_t> packet, int) mutable {
    const size_t end = std::min<size_t>(packet.size(), 110);
    for (uint64_t i = 0; i < 3 && random.Below(4) == 0; ++i) {
      packet[16 + random.Below(end - 16)] = static_cast<uint8_t>(random.Below(256));
    }
    return true;
  });
}

Mischief JumpsInSequence() {
  return Tampering([random = SeededRandom(kSeed)](std::span<uint8_t> packet, int) mutable {
    StoreBe16(packet.data() + 2, static_cast<uint16_t>(random.Below(65536)));
    return true;
  });
}

Mischief JumpsInTime() {
  return Tampering([random = SeededRandom(kSeed)](std::span<uint8_t> packet, int) mutable {
    StoreBe32(packet.data() + 4, static_cast<uint32_t>(random.U64()));
    return true;
  });
}

// To somebody who begins to look.
Mischief NoKeyFrames() {
  return [](Meeting& meeting, int ms) {
    if (ms > 0) return;
    meeting.eve().tamper = [](std::span<uint8_t> packet, int) {
      const auto view = RtpView::Parse(packet);
      const size_t frame = packet.size() - view->payload().size() + 6;
      if (frame < packet.size()) packet[frame] |= 1;
      return true;
    };
    meeting.LookAtEveAnew();
  };
}

Mischief FlippingLayers() {
  return Tampering([packets = 0](std::span<uint8_t>, int layer) mutable {
    return (++packets / 100) % 3 == layer;
  });
}

void SendFiveOf(Meeting& m, const test::TestStreamConfig& stream, uint16_t& seq) {
  std::vector<uint8_t> flood(1200, 0);
  flood[0] = 0x80;
  flood[1] = static_cast<uint8_t>(stream.payload_type.value());
  StoreBe32(flood.data() + 8, stream.ssrc.value());
  for (int i = 0; i < 5; ++i) {
    StoreBe16(flood.data() + 2, ++seq);
    m.eve().peer().SendRtp(flood);
  }
}

// VP8 that begins no frame, among the camera's own.
Mischief FiftyMegabits() {
  return [seq = uint16_t{0}](Meeting& m, int) mutable {
    SendFiveOf(m, m.eve().plan().CameraStream(0, nullptr), seq);
  };
}

// Opus that nothing is known of but its number, among the microphone's own.
Mischief FiftyMegabitsOfSound() {
  return [seq = uint16_t{0}](Meeting& m, int) mutable {
    SendFiveOf(m, m.eve().plan().MicrophoneStream(nullptr), seq);
  };
}

Mischief AThousandKeyFrames() {
  return [](Meeting& m, int) { m.eve().peer().SendPli(Ssrc(1), SlotOfEve(m)); };
}

Mischief EverythingAgain() {
  return [](Meeting& m, int ms) {
    std::vector<SeqNum> all;
    all.reserve(256);
    for (int i = 0; i < 256; ++i) all.push_back(SeqNum(static_cast<uint16_t>(ms * 4 + i)));
    m.eve().peer().SendNack(Ssrc(1), SlotOfEve(m), all);
  };
}

Mischief NoFeedback() {
  return [](Meeting& m, int) { m.eve().feedback().set_silent(true); };
}

// By turns a second of packets that came all at once, and one of a queue that grows and grows.
Mischief LyingFeedback() {
  return [](Meeting& m, int ms) {
    if (ms > 0) return;
    m.eve().feedback().tamper = [](Timestamp arrival) {
      const Duration since = Duration::Millis(arrival.ms() % 2000);
      return since < Duration::Seconds(1) ? arrival - since : arrival + since;
    };
  };
}

Mischief AbsurdBandwidth() {
  return [random = SeededRandom(kSeed)](Meeting& m, int) mutable {
    const std::array ssrcs = {SlotOfEve(m)};
    const Bitrate told = random.Below(2) == 0 ? Bitrate::Kbps(1'000'000'000) : Bitrate();
    m.eve().peer().SendRemb(Ssrc(1), told, ssrcs);
  };
}

using M = WorkerMetrics;

const std::vector<Case> kCases = {
    {.name = "APublisherWhoseExtensionsAndDescriptorsLie",
     .make = LyingDescriptors,
     .counted = {&M::router_unreadable, 100}},
    {.name = "APublisherWhoseDependencyDescriptorsLie",
     .make = LyingDependencies,
     .counted = {&M::router_unreadable, 10},
     .layers = kScalable},
    {.name = "APublisherWhoJumpsInSequence",
     .make = JumpsInSequence,
     .counted = {&M::router_jumps, 150}},
    {.name = "APublisherWhoJumpsInTime", .make = JumpsInTime, .counted = {&M::router_jumps, 300}},
    // One request each 500 ms, of all that was asked for, and no more for being in vain.
    {.name = "APublisherWhoNeverSendsAKeyFrame",
     .make = NoKeyFrames,
     .counted = {&M::key_frame_requests, 10, 40}},
    {.name = "APublisherWhoFlipsLayers",
     .make = FlippingLayers,
     .counted = {&M::key_frame_requests, 5, 40},
     .layers = 3},
    // Of what its SRTP lets through at most 20 Mb/s are taken.
    {.name = "APublisherOf50MegabitsASecond",
     .make = FiftyMegabits,
     .counted = {&M::router_over_limit, 30'000},
     .seconds = 20,
     .sent_percent = 200,
     .key_frames = 1},
    // Nobody's sound waits, so that no more than a microphone can need may pass.
    {.name = "APublisherOf50MegabitsOfSoundASecond",
     .make = FiftyMegabitsOfSound,
     .counted = {&M::router_over_limit, 30'000},
     .microphone = true,
     .sent_percent = 150},
    // Whoever asks that often is served five times and then every 4 s.
    {.name = "ASubscriberWhoAsksForAThousandKeyFramesASecond",
     .make = AThousandKeyFrames,
     .counted = {&M::picture_losses_refused, 7000},
     .sent_percent = 105,
     .key_frames = 8},
    // At most half as much again to whoever asks.
    {.name = "ASubscriberWhoAsksForEverythingAgain",
     .make = EverythingAgain,
     .counted = {&M::retransmissions_refused, 100'000},
     .sent_percent = 150},
    {.name = "ASubscriberWhoStopsFeedback", .make = NoFeedback, .counted = {&M::fallen_behind, 1}},
    // Nor is what it says of arrivals to move layers more often than a link that swings would.
    {.name = "ASubscriberWhoseFeedbackLies",
     .make = LyingFeedback,
     .counted = {&M::key_frame_requests, 0, 10},
     .key_frames = 6},
    // It may not swing between layers at others' cost.
    {.name = "ASubscriberWhoClaimsAbsurdBandwidth",
     .make = AbsurdBandwidth,
     .counted = {&M::estimates_refused, 7000},
     .key_frames = 6},
};

struct Held {
  Meeting::Figures figures;
  uint64_t counted = 0;
  uint64_t pool_exhausted = 0;
};

Held HoldCase(const Case& c, Bitrate capacity, const Mischief& mischief) {
  Meeting meeting(c.layers, c.microphone, capacity);
  const WorkerMetrics& core = meeting.world().metrics(0);
  Held held;
  held.counted = (core.*c.counted.counter).value();
  held.figures = Hold(meeting, c.seconds * 1000, mischief);
  held.counted = (core.*c.counted.counter).value() - held.counted;
  for (int i = 0; i < 2; ++i) {
    held.pool_exhausted += meeting.world().metrics(i).pool_exhausted.value();
  }
  return held;
}

// The case, and the capacity of the link of whoever looks at everybody.
class Hostile : public testing::TestWithParam<std::tuple<Case, Bitrate>> {};

TEST_P(Hostile, DisturbsNobodyAndIsCounted) {
  const auto& [c, capacity] = GetParam();
  const Held without = HoldCase(c, capacity, nullptr);
  const Held with = HoldCase(c, capacity, c.make());
  Print("without", without.figures);
  Print("with", with.figures);
  const uint64_t counted = with.counted - std::min(with.counted, without.counted);
  std::cout << "counted " << counted << "\n";

  EXPECT_GT(without.figures.pictures[0], static_cast<uint64_t>(29 * c.seconds));
  EXPECT_EQ(without.figures.lost, 0u);
  EXPECT_EQ(with.figures.lost, 0u);
  for (size_t i = 0; i < 2; ++i) {
    ExpectWithinAPercent(with.figures.pictures[i], without.figures.pictures[i], "pictures");
    ExpectWithinAPercent(with.figures.sound[i], without.figures.sound[i], "sound");
  }
  EXPECT_GE(counted, c.counted.least);
  EXPECT_LE(counted, c.counted.most);
  EXPECT_LE(with.figures.sent * 100, without.figures.sent * c.sent_percent);
  EXPECT_LE(with.figures.key_frames, without.figures.key_frames + c.key_frames);
  EXPECT_EQ(with.pool_exhausted, 0u);
}

// What all three send takes three of the four megabits.
INSTANTIATE_TEST_SUITE_P(Everybody, Hostile,
                         testing::Combine(testing::ValuesIn(kCases),
                                          testing::Values(Bitrate::Unlimited(),
                                                          Bitrate::Kbps(4000))),
                         [](const auto& info) {
                           const bool wide = std::get<1>(info.param) == Bitrate::Unlimited();
                           return std::get<0>(info.param).name +
                                  std::string(wide ? "OnAWideLink" : "OnANarrowLink");
                         });

}  // namespace
}  // namespace parley::sim
