// Participants who lie, flood and ask for everything, beside others who are to notice nothing: the
// same meeting is held with and without the mischief, and what the others get is compared. Figures
// are printed.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <utility>
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
// hears. Eve's packets come to the core that Ida is not on.
class Meeting {
 public:
  explicit Meeting(int layers) {
    ada_ = world_.Join({.microphone = true, .camera = true, .camera_layers = 3}, 0);
    bob_ = world_.Join({.microphone = true, .camera = true, .camera_layers = 3}, 1);
    eve_ = world_.Join({.camera = true,
                        .camera_layers = layers == kScalable ? 1 : layers,
                        .camera_codec = layers == kScalable ? Codec::kAv1 : Codec::kVp8,
                        .video_slots = 2,
                        .transport_cc = true},
                       0);
    ida_ = world_.Join({.video_slots = 3, .transport_cc = true}, 1);
    world_.Show(ida_, 0, ada_, 720, 2);
    world_.Show(ida_, 1, bob_, 360, 2);
    world_.Show(ida_, 2, eve_, 360, 1);
    world_.Show(eve_, 0, ada_, 720, 2);
    world_.Run(Duration::Seconds(6));
  }

  World& world() { return world_; }
  SimMember& ada() { return world_.member(ada_); }
  SimMember& eve() { return world_.member(eve_); }
  SimMember& ida() { return world_.member(ida_); }

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

class Hostile : public testing::Test {
 protected:
  // With and without; the others' figures agree within a percent.
  void Compare(int layers, int seconds, const Mischief& mischief) {
    static std::map<std::pair<int, int>, Meeting::Figures> quiet;
    const auto [entry, is_new] = quiet.try_emplace({layers, seconds});
    if (is_new) {
      Meeting meeting(layers);
      entry->second = Hold(meeting, seconds * 1000, nullptr);
    }
    without_ = entry->second;
    with_ = Hold(loud_.emplace(layers), seconds * 1000, mischief);
    Print("without", without_);
    Print("with", with_);
    EXPECT_GT(without_.pictures[0], static_cast<uint64_t>(29 * seconds));
    EXPECT_EQ(without_.lost, 0u);
    EXPECT_EQ(with_.lost, 0u);
    for (size_t i = 0; i < 2; ++i) {
      ExpectWithinAPercent(with_.pictures[i], without_.pictures[i], "pictures");
      ExpectWithinAPercent(with_.sound[i], without_.sound[i], "sound");
    }
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(loud_->world().metrics(i).pool_exhausted.value(), 0u);
    }
  }
  // Changes each packet of Eve's camera.
  Mischief Tampering(std::function<bool(std::span<uint8_t> packet, int layer)> tamper) {
    return [tamper = std::move(tamper)](Meeting& meeting, int ms) {
      if (ms == 0) meeting.eve().tamper = tamper;
    };
  }
  Ssrc SlotOfEve(Meeting& m) { return m.eve().slot(m.eve().video_slot(0)).ssrc(); }
  const WorkerMetrics& EvesCore() { return loud_->world().metrics(0); }

  Meeting::Figures without_, with_;
  std::optional<Meeting> loud_;
  SeededRandom random_{kSeed};
};

TEST_F(Hostile, APublisherWhoseExtensionsAndDescriptorsLie) {
  Compare(1, 8, Tampering([this](std::span<uint8_t> packet, int) {
            // Behind the fixed header: extensions, then VP8's descriptor and frame header.
            for (int i = 0; i < 4; ++i) {
              packet[12 + random_.Below(60)] = static_cast<uint8_t>(random_.Below(256));
            }
            return true;
          }));
}

// Whatever it says of its layers, in one packet of four.
TEST_F(Hostile, APublisherWhoseDependencyDescriptorsLie) {
  Compare(kScalable, 8, Tampering([this](std::span<uint8_t> packet, int) {
            const size_t end = std::min<size_t>(packet.size(), 110);
            for (uint64_t i = 0; i < 3 && random_.Below(4) == 0; ++i) {
              packet[16 + random_.Below(end - 16)] = static_cast<uint8_t>(random_.Below(256));
            }
            return true;
          }));
}

TEST_F(Hostile, APublisherWhoJumpsInSequence) {
  Compare(1, 8, Tampering([this](std::span<uint8_t> packet, int) {
            StoreBe16(packet.data() + 2, static_cast<uint16_t>(random_.Below(65536)));
            return true;
          }));
}

TEST_F(Hostile, APublisherWhoJumpsInTime) {
  Compare(1, 8, Tampering([this](std::span<uint8_t> packet, int) {
            StoreBe32(packet.data() + 4, static_cast<uint32_t>(random_.U64()));
            return true;
          }));
}

TEST_F(Hostile, APublisherWhoNeverSendsAKeyFrame) {
  Compare(1, 8, Tampering([](std::span<uint8_t> packet, int) {
            const auto view = RtpView::Parse(packet);
            const size_t frame = packet.size() - view->payload().size() + 6;
            if (frame < packet.size()) packet[frame] |= 1;
            return true;
          }));
  // One each 500 ms, of all that was asked for, and no more for being in vain.
  EXPECT_GT(EvesCore().key_frame_requests.value(), 10u);
  EXPECT_LE(EvesCore().key_frame_requests.value(), 40u);
}

TEST_F(Hostile, APublisherWhoFlipsLayers) {
  int packets = 0;
  Compare(3, 4, Tampering([&packets](std::span<uint8_t>, int layer) {
            return (++packets / 100) % 3 == layer;
          }));
}

TEST_F(Hostile, APublisherOf50MegabitsASecond) {
  uint16_t seq = 0;
  Compare(1, 20, [&](Meeting& m, int) {
    // VP8 that begins no frame, among the camera's own.
    std::vector<uint8_t> flood(1200, 0);
    flood[0] = 0x80;
    flood[1] = static_cast<uint8_t>(m.eve().plan().CameraStream(0, nullptr).payload_type.value());
    StoreBe32(flood.data() + 8, m.eve().plan().CameraSsrc(0).value());
    for (int i = 0; i < 5; ++i) {
      StoreBe16(flood.data() + 2, ++seq);
      m.eve().peer().SendRtp(flood);
    }
  });
  EXPECT_LE(with_.sent, 4 * without_.sent) << "of 125,000 packets";
  // Of what its SRTP lets through at most 20 Mb/s are taken.
  const uint64_t refused = EvesCore().router_over_limit.value();
  std::cout << "refused " << refused << " packets\n";
  EXPECT_GT(refused, 30'000u);
}

TEST_F(Hostile, ASubscriberWhoAsksForAThousandKeyFramesASecond) {
  Compare(1, 8, [this](Meeting& m, int) { m.eve().peer().SendPli(Ssrc(1), SlotOfEve(m)); });
  // Whoever asks that often is served five times and then every 4 s.
  EXPECT_LE(with_.key_frames, without_.key_frames + 8);
  EXPECT_GT(EvesCore().picture_losses_refused.value(), 7000u);
}

TEST_F(Hostile, ASubscriberWhoAsksForEverythingAgain) {
  Compare(1, 8, [this](Meeting& m, int ms) {
    std::vector<SeqNum> all;
    all.reserve(256);
    for (int i = 0; i < 256; ++i) all.push_back(SeqNum(static_cast<uint16_t>(ms * 4 + i)));
    m.eve().peer().SendNack(Ssrc(1), SlotOfEve(m), all);
  });
  EXPECT_LE(with_.sent * 100, without_.sent * 150) << "at most half as much again to whoever asks";
  EXPECT_GT(EvesCore().retransmissions_refused.value(), 100'000u);
}

TEST_F(Hostile, ASubscriberWhoStopsFeedback) {
  Compare(1, 8, [](Meeting& m, int) { m.eve().feedback().set_silent(true); });
}

TEST_F(Hostile, ASubscriberWhoClaimsAbsurdBandwidth) {
  Compare(1, 8, [this](Meeting& m, int ms) {
    const std::array ssrcs = {SlotOfEve(m)};
    m.eve().peer().SendRemb(Ssrc(1), ms % 2 == 0 ? Bitrate::Kbps(1'000'000'000) : Bitrate(), ssrcs);
  });
  // It may not swing between layers at others' cost.
  EXPECT_LE(with_.key_frames, without_.key_frames + 6);
}

}  // namespace
}  // namespace parley::sim
