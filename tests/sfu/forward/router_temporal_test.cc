// VP8's temporal layers: left out for small tiles and those who fall behind, without holes in what
// is received, and back with a frame that needs nothing of what was left out.

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/vp8_descriptor.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kSlot = 4;

class TemporalTest : public ::testing::Test {
 protected:
  TemporalTest() {
    world.Join(kAda);
    World::PeerOptions viewer;
    viewer.publishes = false;
    world.Join(kBen, viewer);
    packet.ssrc = World::CameraSsrc(kAda);
    packet.seq = SeqNum(65500);
    packet.picture_id = 32750;
    packet.height = 360;
  }
  // Pictures of two packets in layers 0 2 1 2; the second cycle of each two depends on layer 0
  // alone.
  void Send(int pictures) {
    static constexpr std::array kLayers = {0, 2, 1, 2};
    for (int i = 0; i < pictures; ++i, ++count) {
      packet.temporal = kLayers[static_cast<size_t>(count % 4)];
      packet.sync = packet.temporal > 0 && count % 8 >= 4 && count % 4 != 3;
      packet.key_frame = packet.temporal == 0 && world.TakeKeyFrameRequests(kAda) > 0;
      if (packet.temporal == 0) ++packet.tl0;
      for (int part = 0; part < 2; ++part) {
        packet.frame_start = part == 0;
        packet.marker = part == 1;
        world.Rtp(kAda, MakeVp8(packet));
        packet.seq = packet.seq + 1;
      }
      packet.timestamp = packet.timestamp + 2970;
      packet.picture_id = (packet.picture_id + 1) & 0x7FFF;
      world.Advance(Duration::Millis(33));
    }
  }
  struct Seen {
    std::array<int, 3> layers{};  // pictures
    std::vector<int> order;
  };
  // Nothing may be missing in what is received.
  Seen Take() {
    Seen seen;
    for (const Received& r : world.Take(kBen, kSlot)) {
      const RtpView rtp = r.rtp();
      const auto d = Vp8Descriptor::Parse(rtp.payload());
      if (seq) {
        EXPECT_EQ(rtp.seq().value(), static_cast<uint16_t>(*seq + 1));
      }
      seq = rtp.seq().value();
      if (!d->frame_start()) {
        EXPECT_EQ(d->picture_id.value, picture);
        continue;
      }
      if (picture >= 0) {
        EXPECT_EQ(d->picture_id.value, (picture + 1) & 0x7FFF);
      }
      picture = static_cast<int>(d->picture_id.value);
      ++seen.layers[*d->temporal_id];
      seen.order.push_back(*d->temporal_id);
    }
    return seen;
  }

  World world;
  Vp8Packet packet;
  int count = 0;
  std::optional<uint16_t> seq;
  int picture = -1;
};

TEST_F(TemporalTest, SmallTilesGetHalfOfThePicturesAndLargeOnesAllAgain) {
  world.Show(kBen, kSlot, World::Camera(kAda), 360);
  Send(40);
  EXPECT_GT(Take().layers[2], 10);
  world.Show(kBen, kSlot, World::Camera(kAda), 90);
  Send(4);
  Take();
  Send(400);
  const Seen small = Take();
  EXPECT_EQ(small.layers, (std::array{100, 100, 0}));
  world.Show(kBen, kSlot, World::Camera(kAda), 360);
  Send(12);
  const Seen rising = Take();
  Send(400);
  EXPECT_EQ(Take().layers, (std::array{100, 100, 200}));
  // The first of the highest layer was one that needs only layer 0.
  ASSERT_GT(rising.layers[2], 0);
}

TEST_F(TemporalTest, WhatIsAskedForAgainComesUnderTheSameNumbers) {
  world.Show(kBen, kSlot, World::Camera(kAda), 90);
  Send(40);
  const auto sent = world.Take(kBen, kSlot);
  ASSERT_GT(sent.size(), 20u);
  const RtpView lost = sent[sent.size() - 6].rtp();
  std::array<uint8_t, 64> buffer;
  ByteWriter out(buffer);
  const std::array wanted = {lost.seq()};
  ASSERT_EQ(WriteNack(out, Ssrc(1), World::SlotSsrc(kBen, kSlot), wanted), 1u);
  world.Rtcp(kBen, Bytes(out.written().begin(), out.written().end()));
  const auto again = world.TakeRtx(kBen, kSlot);
  ASSERT_EQ(again.size(), 1u);
  const RtpView rtx = again[0].rtp();
  // RFC 4588 section 4: the original sequence number, then the payload.
  EXPECT_EQ(LoadBe16(rtx.payload().data()), lost.seq().value());
  EXPECT_EQ(Bytes(rtx.payload().begin() + 2, rtx.payload().end()),
            Bytes(lost.payload().begin(), lost.payload().end()));
}

}  // namespace
}  // namespace parley::testing
