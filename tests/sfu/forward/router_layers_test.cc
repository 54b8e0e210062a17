// Simulcast encodings, spatial layers and bandwidth as a receiver sees them.

#include <gtest/gtest.h>

#include "sfu/wire/rtcp_remb.h"
#include "sfu/wire/vp8_descriptor.h"
#include "sfu/wire/vp9_descriptor.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kSlot = 4;
constexpr std::array<uint16_t, 3> kHeights{180, 360, 720};

// Three VP8 encodings, known by their RIDs: about 100, 400 and 1,600 kbit/s.
class Simulcast {
 public:
  Simulcast(World& world, int peer) : world_(world), peer_(peer) {
    for (int e = 0; e < 3; ++e) {
      Vp8Packet& p = packets_[static_cast<size_t>(e)];
      p.ssrc = World::CameraSsrc(peer, e);
      p.seq = SeqNum(static_cast<uint16_t>(65000 + 300 * e));
      p.timestamp = RtpTimestamp(static_cast<uint32_t>(e) * 0x50000000);
      p.picture_id = static_cast<uint16_t>(32760 - 1000 * e);
      p.frame_number = 65530 - 1000 * e;
      p.mid = "1";
      p.rid = std::array{"q", "h", "f"}[static_cast<size_t>(e)];
      p.height = kHeights[static_cast<size_t>(e)];
    }
  }
  void set_active(int encodings) { active_ = encodings; }
  void Frame(uint8_t key_encodings = 0) {
    for (int e = 0; e < active_; ++e) {
      Vp8Packet& p = packets_[static_cast<size_t>(e)];
      p.key_frame = (key_encodings >> e & 1) != 0;
      int count = e == 2 ? 5 : 1;
      p.size = e == 0 ? 380 : e == 1 ? 1250 : 1100;
      for (int i = 0; i < count; ++i) {
        p.frame_start = i == 0;
        p.marker = i == count - 1;
        world_.Rtp(peer_, MakeVp8(p));
        p.seq = p.seq + 1;
      }
      p.timestamp = p.timestamp + 2970;
      p.picture_id = (p.picture_id + 1) & 0x7FFF;
      ++p.tl0;
      p.frame_number = (p.frame_number + 1) & 0xFFFF;
    }
    world_.Advance(Duration::Millis(33));
  }
  // Answers key-frame requests, whatever encoding they name.
  void Run(int frames) {
    for (int i = 0; i < frames; ++i) {
      Frame(world_.TakeKeyFrameRequests(peer_) > 0 ? 7 : 0);
    }
  }

 private:
  World& world_;
  int peer_;
  int active_ = 3;
  std::array<Vp8Packet, 3> packets_;
};

void SendRemb(World& world, int peer, Bitrate estimate) {
  Bytes bytes(100);
  ByteWriter out(bytes);
  std::array<Ssrc, 1> ssrcs{World::SlotSsrc(peer, kSlot)};
  ASSERT_TRUE(WriteRemb(out, Ssrc(1), estimate, ssrcs));
  bytes.resize(out.size());
  world.Rtcp(peer, bytes);
}

Bitrate RateOf(const std::vector<Received>& packets, Duration d) {
  int64_t bytes = 0;
  for (const Received& r : packets) bytes += static_cast<int64_t>(r.bytes.size());
  return DataSize::Bytes(bytes) / d;
}

uint16_t FrameNumberOf(const RtpView& packet) {
  return LoadBe16(packet.FindExtension(kDependencyDescriptorId)->data() + 1);
}

// Numbers, time and pictures go on without a gap, and every picture is whole.
void ExpectDecodable(const std::vector<Received>& packets) {
  ASSERT_FALSE(packets.empty());
  EXPECT_TRUE(Vp8Descriptor::Parse(packets[0].rtp().payload())->key_frame);
  for (size_t i = 1; i < packets.size(); ++i) {
    RtpView a = packets[i - 1].rtp();
    RtpView b = packets[i].rtp();
    auto da = *Vp8Descriptor::Parse(a.payload());
    auto db = *Vp8Descriptor::Parse(b.payload());
    EXPECT_EQ(b.seq(), a.seq() + 1) << "at " << i;
    EXPECT_EQ(db.frame_start(), a.marker()) << "at " << i;
    int pictures = (db.picture_id.value - da.picture_id.value) & 0x7FFF;
    EXPECT_EQ(pictures, a.marker() ? 1 : 0) << "at " << i;
    EXPECT_EQ(static_cast<uint8_t>(db.tl0_pic_idx.value - da.tl0_pic_idx.value), pictures);
    EXPECT_EQ(static_cast<uint16_t>(FrameNumberOf(b) - FrameNumberOf(a)), pictures) << "at " << i;
    if (a.marker()) {
      EXPECT_NEAR(b.timestamp() - a.timestamp(), 2970, 2970) << "at " << i;
    } else {
      EXPECT_EQ(b.timestamp(), a.timestamp());
    }
  }
}

class SimulcastTest : public ::testing::Test {
 protected:
  SimulcastTest() {
    World::PeerOptions three;
    three.encodings = 3;
    world.Join(kAda, three);
    world.Join(kBen);
  }
  World world;
  Simulcast camera{world, kAda};
};

TEST_F(SimulcastTest, ShowsTheEncodingThatFitsTheTile) {
  struct Case {
    uint16_t height;
    int64_t least_kbps;
    int64_t most_kbps;
  };
  camera.Run(5);
  for (const Case& c : {Case{720, 1200, 2000}, Case{180, 50, 200}, Case{360, 250, 600},
                        Case{0, 1200, 2000}, Case{90, 50, 200}}) {
    world.Show(kBen, kSlot, World::Camera(kAda), c.height);
    camera.Run(60);
    world.Take(kBen, kSlot);
    camera.Run(30);
    Bitrate rate = RateOf(world.Take(kBen, kSlot), Duration::Millis(990));
    EXPECT_GE(rate.kbps(), c.least_kbps) << c.height;
    EXPECT_LE(rate.kbps(), c.most_kbps) << c.height;
  }
}

TEST_F(SimulcastTest, SwitchingEncodingsLooksLikeOneStream) {
  camera.Run(5);
  world.Show(kBen, kSlot, World::Camera(kAda), 180);
  camera.Run(40);
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  camera.Run(40);
  world.Show(kBen, kSlot, World::Camera(kAda), 360);
  camera.Run(40);
  ExpectDecodable(world.Take(kBen, kSlot));
}

// A recorder shows no tile and has no link: it gets the best, and the next best when that ends.
TEST_F(SimulcastTest, ARecorderGetsTheBestThatArrivesAsOneStream) {
  constexpr int kRecorder = 3;
  World::PeerOptions feed;
  feed.publishes = false;
  feed.feed = FeedId(1);
  world.Join(kRecorder, feed);
  camera.Run(5);
  world.Show(kRecorder, kSlot, World::Camera(kAda));
  camera.Run(60);
  auto whole = world.Take(kRecorder, kSlot);
  camera.Run(30);
  auto second = world.Take(kRecorder, kSlot);
  EXPECT_GE(RateOf(second, Duration::Millis(990)).kbps(), 1200);
  whole.insert(whole.end(), second.begin(), second.end());
  ExpectDecodable(whole);
}

TEST_F(SimulcastTest, AnEncodingThatStopsIsReplacedByOneThatIsSent) {
  camera.Run(5);
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  camera.Run(40);
  world.Take(kBen, kSlot);
  camera.set_active(2);
  camera.Run(90);
  world.Take(kBen, kSlot);
  camera.Run(30);
  Bitrate rate = RateOf(world.Take(kBen, kSlot), Duration::Millis(990));
  EXPECT_GE(rate.kbps(), 250);
  camera.set_active(3);
  camera.Run(60);
  world.Take(kBen, kSlot);
  camera.Run(30);
  EXPECT_GE(RateOf(world.Take(kBen, kSlot), Duration::Millis(990)).kbps(), 1200);
}

TEST_F(SimulcastTest, AWeakLinkGetsALowerEncodingButIsNotPausedByAnEstimateAlone) {
  camera.Run(5);
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  camera.Run(60);
  world.Take(kBen, kSlot);
  world.TakeEvents();
  SendRemb(world, kBen, Bitrate::Kbps(500));
  camera.Run(30);
  ASSERT_FALSE(world.Take(kBen, kSlot).empty());
  camera.Run(30);
  EXPECT_LE(RateOf(world.Take(kBen, kSlot), Duration::Millis(990)).kbps(), 500);
  SendRemb(world, kBen, Bitrate::Kbps(20));
  camera.Run(60);
  world.Take(kBen, kSlot);
  camera.Run(30);
  auto kept = world.Take(kBen, kSlot);
  EXPECT_FALSE(kept.empty());
  EXPECT_LE(RateOf(kept, Duration::Millis(990)).kbps(), 250);
  for (const Event& event : world.TakeEvents()) {
    const auto* switched = std::get_if<SlotSwitched>(&event);
    EXPECT_FALSE(switched && switched->state == SlotSwitched::State::kPausedBandwidth);
  }
}

TEST_F(SimulcastTest, AnEstimateThatFollowsTheLastAtOnceIsRefused) {
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  camera.Run(60);
  const RouterStats& stats = world.router(0).stats();
  for (int i = 0; i < 20; ++i) {
    SendRemb(world, kBen, Bitrate::Kbps(i % 2 == 0 ? 3000 : 20));
    EXPECT_EQ(stats.estimates_refused, static_cast<uint64_t>(i));
  }
  world.Advance(Downlink::kTogether);
  SendRemb(world, kBen, Bitrate::Kbps(3000));
  EXPECT_EQ(stats.estimates_refused, 19u);
}

TEST_F(SimulcastTest, TellsWhenTheLinkIsTooWeakForWhatIsWantedAndWhenThatEnds) {
  const auto limited = [&] {
    std::vector<bool> told;
    for (const Event& event : world.TakeEvents()) {
      const auto* switched = std::get_if<SlotSwitched>(&event);
      if (switched && switched->state == SlotSwitched::State::kLive) {
        told.push_back(switched->limited);
      }
    }
    return told;
  };
  camera.Run(5);
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  camera.Run(90);
  EXPECT_EQ(limited(), std::vector{false}) << "a smaller layer that came first is no weakness";
  SendRemb(world, kBen, Bitrate::Kbps(500));
  camera.Run(150);
  EXPECT_EQ(limited(), std::vector{true});
  world.Show(kBen, kSlot, World::Camera(kAda), 180);
  camera.Run(60);
  const auto last = limited();
  ASSERT_FALSE(last.empty());
  EXPECT_FALSE(last.back()) << "as large as it is wanted now";
}

TEST_F(SimulcastTest, AnEstimateBoundByWhatIsSentDoesNotHoldTheSlotDown) {
  camera.Run(5);
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  SendRemb(world, kBen, Bitrate::Kbps(150));
  // A receiver with room never estimates more than one and a half times what it gets.
  for (int second = 0; second < 30; ++second) {
    camera.Run(30);
    Bitrate got = RateOf(world.Take(kBen, kSlot), Duration::Millis(990));
    SendRemb(world, kBen, Bitrate::BitsPerSecond(got.bps() * 3 / 2 + 10'000));
  }
  camera.Run(30);
  EXPECT_GE(RateOf(world.Take(kBen, kSlot), Duration::Millis(990)).kbps(), 1200);
}

TEST_F(SimulcastTest, OverCoresOnlyTheEncodingShownIsRelayed) {
  World two(2);
  World::PeerOptions three;
  three.encodings = 3;
  two.Join(kAda, three);
  World::PeerOptions other;
  other.worker = 1;
  two.Join(kBen, other);
  Simulcast simulcast(two, kAda);
  simulcast.Run(5);
  two.Show(kBen, kSlot, World::Camera(kAda), 180);
  simulcast.Run(60);
  uint64_t before = two.router(0).stats().packets_relayed;
  two.Take(kBen, kSlot);
  simulcast.Run(30);
  EXPECT_EQ(two.router(0).stats().packets_relayed - before, 30u);
  EXPECT_EQ(two.Take(kBen, kSlot).size(), 30u);
  two.Show(kBen, kSlot, World::Camera(kAda), 720);
  simulcast.Run(60);
  two.Take(kBen, kSlot);
  simulcast.Run(30);
  EXPECT_EQ(two.Take(kBen, kSlot).size(), 150u);
}

// VP9 with three spatial layers in one stream, two packets a layer.
class Svc {
 public:
  Svc(World& world, int peer) : world_(world), peer_(peer) {
    packet_.ssrc = World::CameraSsrc(peer);
    packet_.seq = SeqNum(65500);
    packet_.picture_id = 32700;
  }
  void Picture(bool key) {
    for (uint8_t layer = 0; layer < 3; ++layer) {
      packet_.spatial = layer;
      packet_.inter_picture = !key;
      packet_.size = layer == 0 ? 150 : layer == 1 ? 300 : 900;
      for (int i = 0; i < 2; ++i) {
        packet_.frame_start = i == 0;
        packet_.frame_end = i == 1;
        packet_.structure = key && layer == 0 && i == 0;
        packet_.marker = layer == 2 && i == 1;
        world_.Rtp(peer_, MakeVp9(packet_));
        packet_.seq = packet_.seq + 1;
      }
    }
    packet_.timestamp = packet_.timestamp + 2970;
    packet_.picture_id = (packet_.picture_id + 1) & 0x7FFF;
    ++packet_.tl0;
    world_.Advance(Duration::Millis(33));
  }
  void Run(int pictures) {
    for (int i = 0; i < pictures; ++i) Picture(world_.TakeKeyFrameRequests(peer_) > 0);
  }

 private:
  World& world_;
  int peer_;
  Vp9Packet packet_;
};

std::vector<int> LayersOf(const std::vector<Received>& packets) {
  std::vector<int> layers;
  for (const Received& r : packets) {
    auto d = Vp9Descriptor::Parse(r.rtp().payload());
    if (d->frame_start) layers.push_back(d->spatial_id);
  }
  return layers;
}

TEST(RouterSvc, CutsTheLayersAboveTheTileAndMarksThePicturesEnd) {
  World world;
  world.Join(kAda);
  world.Join(kBen);
  Svc camera(world, kAda);
  camera.Picture(true);
  camera.Run(10);
  world.Show(kBen, kSlot, World::Camera(kAda), 360);
  camera.Run(40);
  world.Take(kBen, kSlot);
  camera.Run(30);
  auto packets = world.Take(kBen, kSlot);
  ASSERT_EQ(packets.size(), 30u * 4);
  for (size_t i = 0; i < packets.size(); ++i) {
    RtpView rtp = packets[i].rtp();
    EXPECT_LE(Vp9Descriptor::Parse(rtp.payload())->spatial_id, 1);
    EXPECT_EQ(rtp.marker(), i % 4 == 3) << i;
    EXPECT_TRUE(i == 0 || rtp.seq() == packets[i - 1].rtp().seq() + 1) << i;
  }
}

TEST(RouterSvc, GoesDownAtOnceAndUpWithAKeyFrame) {
  World world;
  world.Join(kAda);
  world.Join(kBen);
  Svc camera(world, kAda);
  camera.Picture(true);
  camera.Run(10);
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  camera.Run(40);
  world.Take(kBen, kSlot);
  world.Show(kBen, kSlot, World::Camera(kAda), 180);
  camera.Run(2);
  EXPECT_EQ(LayersOf(world.Take(kBen, kSlot)), (std::vector{0, 0}));
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  camera.Picture(false);
  EXPECT_EQ(LayersOf(world.Take(kBen, kSlot)), (std::vector{0})) << "not without a key frame";
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1);
  camera.Picture(true);
  camera.Picture(false);
  EXPECT_EQ(LayersOf(world.Take(kBen, kSlot)), (std::vector{0, 1, 2, 0, 1, 2}));
}

}  // namespace
}  // namespace parley::testing
