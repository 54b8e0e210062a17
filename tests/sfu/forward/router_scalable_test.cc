// VP9 and AV1 in spatial and temporal layers, with full and with keyed prediction: a tile gets the
// layers that fit it, what arrives can always be decoded, and its dependency descriptors name the
// decode targets that are in it.

#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "sfu/wire/rtcp_remb.h"
#include "tests/sfu/forward/scalable_camera.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kSlot = 4;

// A receiver of one slot: takes frames that are whole and whose references it has.
class Decoder {
 public:
  struct Seen {
    std::array<int, 3> spatial{};   // frames
    std::array<int, 3> temporal{};  // pictures
    std::set<uint32_t> targets;     // as the descriptors named them
    int broken = 0;
  };
  Seen Take(const std::vector<Received>& packets) {
    Seen seen;
    for (const Received& received : packets) {
      const RtpView rtp = received.rtp();
      if (seq_) {
        EXPECT_EQ(rtp.seq(), *seq_ + 1);
      }
      seq_ = rtp.seq();
      const auto frame = *test::ScalableFrames::Read(rtp.payload());
      const uint32_t id = frame.id;
      const auto element = rtp.FindExtension(kDependencyDescriptorId);
      const auto d = element ? DependencyDescriptor::Parse(*element, structure_) : std::nullopt;
      EXPECT_TRUE(d) << id;
      if (!d) continue;
      EXPECT_EQ(d->spatial_id, frame.spatial);
      EXPECT_EQ(d->temporal_id, frame.temporal);
      if (!offset_) offset_ = static_cast<uint16_t>(d->frame_number - id);
      EXPECT_EQ(static_cast<uint16_t>(d->frame_number - id), *offset_);
      if (d->start_of_frame) {
        EXPECT_TRUE(d->has_active_bits);
        seen.targets.insert(*d->active_decode_targets);
        if (!(timestamp_ && *timestamp_ == rtp.timestamp())) {
          EXPECT_TRUE(marker_) << "the picture before " << id << " was not ended";
          ++seen.temporal[static_cast<size_t>(frame.temporal)];
        }
        timestamp_ = rtp.timestamp();
      }
      marker_ = rtp.marker();
      if (++arrived_[id] < frame.packets) continue;
      ++seen.spatial[static_cast<size_t>(frame.spatial)];
      for (const uint32_t reference : frame.references) {
        const bool has = reference == test::ScalableFrames::kNone || decoded_.contains(reference);
        seen.broken += has ? 0 : 1;
      }
      decoded_.insert(id);
    }
    return seen;
  }

 private:
  std::optional<DependencyStructure> structure_;
  std::optional<SeqNum> seq_;
  std::optional<uint16_t> offset_;
  std::optional<RtpTimestamp> timestamp_;
  bool marker_ = true;
  std::map<uint32_t, int> arrived_;
  std::set<uint32_t> decoded_;
};

class RouterScalableTest : public ::testing::TestWithParam<std::tuple<Codec, bool>> {
 protected:
  RouterScalableTest() {
    world.Join(kAda);
    World::PeerOptions viewer;
    viewer.publishes = false;
    viewer.video_codecs = {Codec::kVp9, Codec::kAv1};
    world.Join(kBen, viewer);
    camera.Run(4);
  }
  bool keyed() const { return std::get<1>(GetParam()); }
  // AV1's lower layers are left out where the upper ones do not need them; VP9's all go.
  bool thin() const { return keyed() && std::get<0>(GetParam()) == Codec::kAv1; }
  void Show(uint16_t height) { world.Show(kBen, kSlot, World::Camera(kAda), height); }
  Decoder::Seen Take() { return decoder.Take(world.Take(kBen, kSlot)); }
  // What is forwarded once all has settled.
  Decoder::Seen Settled(uint16_t height) {
    Show(height);
    camera.Run(40);
    EXPECT_EQ(Take().broken, 0) << height;
    camera.Run(40);
    const Decoder::Seen seen = Take();
    EXPECT_EQ(seen.broken, 0) << height;
    return seen;
  }

  World world;
  ScalableCamera camera{world, kAda, std::get<0>(GetParam()), std::get<1>(GetParam())};
  Decoder decoder;
};

using Layers = std::array<int, 3>;

TEST_P(RouterScalableTest, ATileGetsTheLayersThatFitIt) {
  const Decoder::Seen all = Settled(720);
  EXPECT_EQ(all.spatial, (thin() ? Layers{0, 0, 40} : Layers{40, 40, 40}));
  EXPECT_EQ(all.temporal, (Layers{10, 10, 20}));
  EXPECT_EQ(all.targets, (std::set{thin() ? 0b111'000'000u : 0b111'111'111u}));

  const Decoder::Seen middle = Settled(360);
  EXPECT_EQ(middle.spatial, (thin() ? Layers{0, 40, 0} : Layers{40, 40, 0}));
  EXPECT_EQ(middle.targets, (std::set{thin() ? 0b000'111'000u : 0b000'111'111u}));

  const Decoder::Seen low = Settled(180);
  EXPECT_EQ(low.spatial, (Layers{40, 0, 0}));
  EXPECT_EQ(low.targets, (std::set{0b111u}));

  const Decoder::Seen thumbnail = Settled(90);
  EXPECT_EQ(thumbnail.spatial, (Layers{20, 0, 0}));
  EXPECT_EQ(thumbnail.temporal, (Layers{10, 10, 0}));
  EXPECT_EQ(thumbnail.targets, (std::set{0b011u}));

  const Decoder::Seen again = Settled(720);
  EXPECT_EQ(again.spatial[2], 40);
  EXPECT_EQ(again.temporal, (Layers{10, 10, 20}));
}

TEST_P(RouterScalableTest, EveryChangeOnTheWayCanBeDecoded) {
  int64_t seed = 1;
  for (int i = 0; i < 200; ++i) {
    seed = seed * 48271 % 2147483647;
    Show(std::array<uint16_t, 4>{90, 180, 360, 720}[static_cast<size_t>(seed / 16 % 4)]);
    camera.Run(1 + seed / 1024 % 9);
    ASSERT_EQ(Take().broken, 0) << "change " << i;
  }
}

TEST_P(RouterScalableTest, AWeakLinkStepsDownAndTheTopComesBack) {
  EXPECT_EQ(Settled(720).spatial[2], 40);
  const auto remb = [&](Bitrate estimate) {
    Bytes bytes(100);
    ByteWriter out(bytes);
    const std::array ssrcs{World::SlotSsrc(kBen, kSlot)};
    ASSERT_TRUE(WriteRemb(out, Ssrc(1), estimate, ssrcs));
    bytes.resize(out.size());
    world.Rtcp(kBen, bytes);
  };
  remb(Bitrate::Kbps(320));
  camera.Run(40);
  EXPECT_EQ(Take().broken, 0);
  remb(Bitrate::Kbps(320));
  camera.Run(40);
  const Decoder::Seen weak = Take();
  EXPECT_EQ(weak.broken, 0);
  EXPECT_EQ(weak.spatial[2], 0);
  EXPECT_EQ(weak.spatial[1], 40);
  EXPECT_EQ(weak.temporal, (Layers{10, 10, 20}));
  for (int i = 0; i < 12; ++i) {
    remb(Bitrate::Kbps(3000));
    camera.Run(30);
    EXPECT_EQ(Take().broken, 0);
  }
  camera.Run(40);
  EXPECT_EQ(Take().spatial[2], 40);
}

// Until the lower layer can be shown alone nothing but the lowest pictures of the upper go out.
TEST_P(RouterScalableTest, WhoWaitsForALowerLayerGetsFewerPictures) {
  if (!thin()) GTEST_SKIP() << "it goes down at once";
  EXPECT_EQ(Settled(720).spatial[2], 40);
  camera.Run(1);  // to 0 of the next four
  Take();
  Show(180);
  world.TakeKeyFrameRequests(kAda);  // lost
  camera.Run(12);
  const Decoder::Seen seen = Take();
  EXPECT_EQ(seen.broken, 0);
  EXPECT_EQ(seen.temporal[2], 0);
  EXPECT_LE(seen.spatial[2], 4);
}

INSTANTIATE_TEST_SUITE_P(Codecs, RouterScalableTest,
                         ::testing::Combine(::testing::Values(Codec::kVp9, Codec::kAv1),
                                            ::testing::Bool()),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param) == Codec::kAv1 ? "AV1"
                                                                                     : "VP9") +
                                  (std::get<1>(info.param) ? "Keyed" : "Full");
                         });

}  // namespace
}  // namespace parley::testing
