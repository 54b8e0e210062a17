// Video slots of one room: what a receiver sees when it joins, switches, loses and mends.

#include <gtest/gtest.h>

#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"
#include "sfu/wire/rtx.h"
#include "sfu/wire/vp8_descriptor.h"
#include "tests/sfu/forward/camera.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kCyd = 3;
constexpr int kSlot = 4;

Vp8Descriptor Describe(const Received& r) {
  Bytes copy = r.bytes;
  return *Vp8Descriptor::Parse(RtpView::Parse(copy)->payload());
}

// What a decoder asks of a stream: numbers without a gap, time that goes on, frames in order.
void ExpectContinuous(const std::vector<Received>& packets) {
  for (size_t i = 1; i < packets.size(); ++i) {
    RtpView a = packets[i - 1].rtp();
    RtpView b = packets[i].rtp();
    EXPECT_EQ(b.seq(), a.seq() + 1) << "at " << i;
    int32_t step = b.timestamp() - a.timestamp();
    EXPECT_GE(step, 0) << "at " << i;
    EXPECT_LE(step, 90 * 400) << "at " << i;
    int pictures =
        (Describe(packets[i]).picture_id.value - Describe(packets[i - 1]).picture_id.value) &
        0x7FFF;
    EXPECT_EQ(pictures, step == 0 ? 0 : 1) << "at " << i;
  }
}

uint16_t FrameNumberOf(const Received& packet) {
  return LoadBe16(packet.rtp().FindExtension(kDependencyDescriptorId)->data() + 1);
}

TEST(RouterVideo, CarriesTheSourceUnderTheSlotsNames) {
  World world;
  world.Join(kAda);
  world.Join(kBen);
  world.Show(kBen, kSlot, World::Camera(kAda));
  Camera camera(world, kAda);
  camera.KeyFrame();
  auto packets = world.Take(kBen, kSlot);
  ASSERT_EQ(packets.size(), 2u);
  RtpView rtp = packets[0].rtp();
  EXPECT_EQ(rtp.ssrc(), World::SlotSsrc(kBen, kSlot));
  ASSERT_EQ(rtp.csrc_count(), 1u);
  EXPECT_EQ(rtp.csrc(0), World::Camera(kAda).value());
  auto mid = rtp.FindExtension(kMidId);
  ASSERT_TRUE(mid);
  EXPECT_EQ(ReadMid(*mid)->view(), "v4");
  auto sent = rtp.FindExtension(kAbsSendTimeId);
  ASSERT_TRUE(sent);
  EXPECT_EQ(*ReadAbsSendTime(*sent), AbsSendTimeFrom(packets[0].at));
}

TEST(RouterVideo, NothingComesBeforeAKeyFrame) {
  World world;
  world.Join(kAda);
  world.Join(kBen);
  Camera camera(world, kAda);
  camera.KeyFrame();
  for (int i = 0; i < 5; ++i) camera.Frame();
  world.TakeKeyFrameRequests(kAda);
  world.Show(kBen, kSlot, World::Camera(kAda));
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1) << "asked for at once";
  for (int i = 0; i < 5; ++i) camera.Frame();
  EXPECT_TRUE(world.Take(kBen, kSlot).empty());
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0) << "once per 500 ms";
  camera.KeyFrame();
  camera.Frame();
  auto packets = world.Take(kBen, kSlot);
  ASSERT_EQ(packets.size(), 4u);
  EXPECT_TRUE(Describe(packets[0]).key_frame);
  ExpectContinuous(packets);
}

// A request that went to the old address is lost.
TEST(RouterVideo, AsksForAKeyFrameAtOnceWhenThePublisherHasAnotherPath) {
  World world;
  world.Join(kAda);
  world.Join(kBen);
  Camera camera(world, kAda);
  world.Readdress(kAda);
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0) << "nobody sees it";
  world.Show(kBen, kSlot, World::Camera(kAda));
  camera.KeyFrame();
  camera.Frame();
  world.Advance(KeyFrameGate::kInterval);
  world.TakeKeyFrameRequests(kAda);
  world.Readdress(kAda);
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1);
  world.Readdress(kAda);
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1);
  camera.KeyFrame();
  world.Advance(Duration::Seconds(1));
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0);
}

// Ada is seen by Ben; Cyd comes later.
struct LateViewer : ::testing::Test {
  LateViewer() {
    for (const int peer : {kAda, kBen, kCyd}) world.Join(peer);
    world.Show(kBen, kSlot, World::Camera(kAda));
  }
  void ShowToCyd() {
    world.TakeKeyFrameRequests(kAda);
    world.Show(kCyd, kSlot, World::Camera(kAda));
  }
  World world;
  Camera camera{world, kAda};
};

TEST_F(LateViewer, BeginsWithTheKeyFrameThatJustCame) {
  camera.KeyFrame();
  for (int i = 0; i < 10; ++i) camera.Frame();
  ShowToCyd();
  auto packets = world.Take(kCyd, kSlot);
  ASSERT_EQ(packets.size(), 22u) << "at once";
  EXPECT_TRUE(Describe(packets[0]).key_frame);
  camera.Frame();
  for (Received& more : world.Take(kCyd, kSlot)) packets.push_back(std::move(more));
  EXPECT_EQ(packets.size(), 24u);
  ExpectContinuous(packets);
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0);
}

TEST_F(LateViewer, AsksWhenTheKeyFrameIsOld) {
  camera.KeyFrame();
  for (int i = 0; i < 20; ++i) camera.Frame();
  ShowToCyd();
  EXPECT_TRUE(world.Take(kCyd, kSlot).empty());
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1);
}

TEST_F(LateViewer, WaitsForWhatIsMissingBehindTheKeyFrame) {
  camera.KeyFrame();
  const std::vector<Bytes> frame = camera.Make(false);
  world.Rtp(kAda, frame[0]);
  world.Advance(Duration::Millis(33));
  camera.Frame();
  ShowToCyd();
  EXPECT_TRUE(world.Take(kCyd, kSlot).empty());
  world.Rtp(kAda, frame[1]);
  camera.Frame();
  const auto packets = world.Take(kCyd, kSlot);
  ASSERT_EQ(packets.size(), 8u);
  EXPECT_TRUE(Describe(packets[0]).key_frame);
}

TEST_F(LateViewer, SeesNothingFromBeforeTheCameraWasOff) {
  camera.KeyFrame();
  camera.Frame();
  world.Enable(kAda, World::Camera(kAda), false);
  world.Enable(kAda, World::Camera(kAda), true);
  camera.Frame();
  ShowToCyd();
  EXPECT_TRUE(world.Take(kCyd, kSlot).empty());
}

TEST(RouterVideo, KeyFrameRequestsAreRepeatedUntilOneComes) {
  World world;
  world.Join(kAda);
  world.Join(kBen);
  Camera camera(world, kAda);
  camera.KeyFrame();
  world.Show(kBen, kSlot, World::Camera(kAda));
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1);
  for (int i = 0; i < 32; ++i) camera.Frame();  // about a second
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 2);
  camera.KeyFrame();
  for (int i = 0; i < 32; ++i) camera.Frame();
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0);
}

TEST(RouterVideo, SwitchingSourcesLooksLikeOneStream) {
  World world;
  for (int peer : {kAda, kBen, kCyd}) world.Join(peer);
  Camera ada(world, kAda, SeqNum(65530), RtpTimestamp(4294960000), 32765);
  Camera ben(world, kBen, SeqNum(17), RtpTimestamp(5), 9000);
  ada.packet().frame_number = 9000;  // a receiver drops key frames older than those it had
  ben.packet().frame_number = 3;
  world.Show(kCyd, kSlot, World::Camera(kAda));
  ada.KeyFrame();
  ben.KeyFrame();
  for (int i = 0; i < 20; ++i) {
    ada.Frame();
    ben.Frame();
  }
  world.Show(kCyd, kSlot, World::Camera(kBen));
  for (int i = 0; i < 3; ++i) {
    ada.Frame();
    ben.Frame();
  }
  ben.KeyFrame();
  for (int i = 0; i < 20; ++i) {
    ada.Frame();
    ben.Frame();
  }
  auto packets = world.Take(kCyd, kSlot);
  ASSERT_EQ(packets.size(), 2 * 21u + 2 * 21u);
  EXPECT_EQ(packets[41].rtp().csrc(0), World::Camera(kAda).value());
  EXPECT_EQ(packets[42].rtp().csrc(0), World::Camera(kBen).value());
  EXPECT_TRUE(Describe(packets[42]).key_frame);
  for (size_t i = 1; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].rtp().seq(), packets[i - 1].rtp().seq() + 1);
    EXPECT_EQ(static_cast<uint16_t>(FrameNumberOf(packets[i]) - FrameNumberOf(packets[i - 1])),
              i % 2 == 0 ? 1 : 0);
  }
  ExpectContinuous(packets);
}

TEST(RouterVideo, AnswersANackAcrossASwitchWithTheRewriteOfThatTime) {
  World world;
  for (int peer : {kAda, kBen, kCyd}) world.Join(peer);
  Camera ada(world, kAda);
  Camera ben(world, kBen, SeqNum(40000), RtpTimestamp(77), 500);
  world.Show(kCyd, kSlot, World::Camera(kAda));
  ada.KeyFrame();
  ben.Frame();
  ada.Frame();
  world.Show(kCyd, kSlot, World::Camera(kBen));
  ben.KeyFrame();
  auto sent = world.Take(kCyd, kSlot);
  ASSERT_EQ(sent.size(), 6u);
  std::array<SeqNum, 3> lost{sent[1].rtp().seq(), sent[3].rtp().seq(), sent[4].rtp().seq()};
  Bytes nack(200);
  ByteWriter out(nack);
  ASSERT_EQ(WriteNack(out, Ssrc(1), World::SlotSsrc(kCyd, kSlot), lost), 3u);
  nack.resize(out.size());
  world.Rtcp(kCyd, nack);
  auto again = world.TakeRtx(kCyd, kSlot);
  ASSERT_EQ(again.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    const Received& original = sent[i == 0 ? 1 : i + 2];
    Bytes bytes = again[i].bytes;
    EXPECT_EQ(again[i].rtp().payload_type(), kVp8RtxPt);
    EXPECT_EQ(again[i].rtp().seq(), again[0].rtp().seq() + static_cast<int>(i));
    std::span<uint8_t> mended = UnwrapRtx(bytes, kVp8Pt, World::SlotSsrc(kCyd, kSlot));
    auto send_time = RtpView::Parse(mended)->FindExtension(kAbsSendTimeId);
    auto at = mended.begin() + (send_time->data() - mended.data());
    auto first_time = original.rtp().FindExtension(kAbsSendTimeId);
    std::copy(first_time->begin(), first_time->end(), at);
    EXPECT_EQ(Bytes(mended.begin(), mended.end()), original.bytes);
  }
  world.Rtcp(kCyd, nack);
  EXPECT_TRUE(world.TakeRtx(kCyd, kSlot).empty()) << "not again within a round trip";
  world.Advance(Duration::Millis(150));
  world.Rtcp(kCyd, nack);
  EXPECT_EQ(world.TakeRtx(kCyd, kSlot).size(), 3u);
}

}  // namespace
}  // namespace parley::testing
