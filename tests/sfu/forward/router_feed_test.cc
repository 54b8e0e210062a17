// What a recorder gets beside the packets themselves: the senders' clocks, and key frames when it
// asks for one. And what it must not do to others.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "sfu/wire/ntp.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_sender_report.h"
#include "tests/sfu/forward/camera.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kRecorder = 3;
constexpr int kSlot = 4;
constexpr WallTime kWall = WallTime::UnixMicros(1'700'000'000'000'000);

class FeedTest : public ::testing::Test {
 protected:
  FeedTest() {
    world.Join(kAda);
    world.Join(kBen);
    World::PeerOptions recorder;
    recorder.publishes = false;
    recorder.feed = FeedId(1);
    world.Join(kRecorder, recorder);
    world.Show(kRecorder, kSlot, World::Camera(kAda));
  }
  // As Ada's browser would send it.
  void Report(RtpTimestamp timestamp, uint64_t ntp) {
    Bytes bytes(100);
    ByteWriter out(bytes);
    SenderInfo info;
    info.ntp = NtpTime(ntp);
    info.rtp_timestamp = timestamp;
    ASSERT_TRUE(WriteSenderReport(out, World::CameraSsrc(kAda), info));
    bytes.resize(out.size());
    world.Rtcp(kAda, bytes);
  }
  std::vector<SenderInfo> ReportsAt(int peer) {
    std::vector<SenderInfo> reports;
    for (const Bytes& datagram : world.TakeRtcp(peer)) {
      const auto compound = RtcpCompound::Parse(datagram);
      if (!compound) continue;
      for (const RtcpPacket& packet : *compound) {
        if (const auto report = SenderReportView::Parse(packet)) {
          EXPECT_EQ(report->ssrc(), World::SlotSsrc(peer, kSlot));
          reports.push_back(report->info());
        }
      }
    }
    return reports;
  }
  // The first says that it was captured so long after kWall, and no other says anything.
  void ExpectCaptured(const std::vector<Received>& packets, Duration expected) {
    ASSERT_GE(packets.size(), 2u);
    const auto element = packets[0].rtp().FindExtension(kAbsCaptureTimeId);
    const auto captured = element ? ReadAbsCaptureTime(*element) : std::nullopt;
    ASSERT_TRUE(captured);
    EXPECT_FALSE(captured->clock_offset);
    EXPECT_EQ(NtpTime(captured->ntp).ToWallTime() - kWall, expected);
    for (size_t i = 1; i < packets.size(); ++i) {
      EXPECT_FALSE(packets[i].rtp().FindExtension(kAbsCaptureTimeId)) << i;
    }
  }
  void AskKeyFrame() {
    world.router(0).AskKeyFrame({.transport = World::Transport(kRecorder), .slot = kSlot},
                                world.now());
  }

  World world;
  Camera camera{world, kAda, SeqNum(100), RtpTimestamp(90'000)};
};

TEST_F(FeedTest, TheSendersClockIsPassedOnInTheSlotsTimestamps) {
  camera.KeyFrame();
  const RtpTimestamp sent = camera.packet().timestamp;
  camera.Frame();
  const auto packets = world.Take(kRecorder, kSlot);
  ASSERT_EQ(packets.size(), 4u);
  world.TakeRtcp(kRecorder);
  // Of the second frame, and of a moment 10 ms behind it.
  Report(sent, 0x1122334455667788);
  Report(sent + 900, 0x1122334466778899);
  const auto reports = ReportsAt(kRecorder);
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].ntp, NtpTime(0x1122334455667788));
  EXPECT_EQ(reports[0].rtp_timestamp, packets[2].rtp().timestamp());
  EXPECT_EQ(reports[1].rtp_timestamp, packets[2].rtp().timestamp() + 900);
}

TEST_F(FeedTest, WhatAPacketSaysOfItsCaptureComesWithIt) {
  Bytes with_offset(kAbsCaptureTimeWithOffsetSize);
  WriteAbsCaptureTime({0x1122334455667788, -7}, std::span<uint8_t, 16>(with_offset));
  for (const Bytes& said : {Bytes{1, 2, 3, 4, 5, 6, 7, 8}, with_offset}) {
    camera.packet().capture_time = said;
    camera.KeyFrame();
  }
  camera.packet().capture_time.clear();
  camera.Frame();
  const auto packets = world.Take(kRecorder, kSlot);
  ASSERT_EQ(packets.size(), 6u);
  const auto at = [&](size_t i) { return packets[i].rtp().FindExtension(kAbsCaptureTimeId); };
  EXPECT_THAT(*at(0), ::testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(*at(2), ::testing::ElementsAreArray(with_offset));
  EXPECT_FALSE(at(4));
}

// Its sender may say nothing more of its clock for seconds.
TEST_F(FeedTest, TheFirstPacketSaysWhenItWasCapturedByTheLastReport) {
  camera.Frame();
  Report(camera.packet().timestamp + -9'000, NtpTime::From(kWall).value());
  camera.KeyFrame();
  ExpectCaptured(world.Take(kRecorder, kSlot), Duration::Millis(100));
}

TEST_F(FeedTest, TheFirstPacketSaysWhenItWasCapturedByWhatOneBeforeItSaid) {
  Bytes said(kAbsCaptureTimeWithOffsetSize);
  const uint64_t ahead = uint64_t{3} << 32;
  WriteAbsCaptureTime({NtpTime::From(kWall).value() + ahead, static_cast<int64_t>(ahead)},
                      std::span<uint8_t, 16>(said));
  camera.packet().capture_time = said;
  camera.Frame();
  camera.packet().capture_time.clear();
  camera.KeyFrame();
  ExpectCaptured(world.Take(kRecorder, kSlot), Duration::Millis(33));
}

TEST_F(FeedTest, OnlyARecorderGetsThem) {
  world.Show(kBen, kSlot, World::Camera(kAda));
  camera.KeyFrame();
  world.TakeRtcp(kBen);
  Report(camera.packet().timestamp, 0x1122334455667788);
  for (const SenderInfo& report : ReportsAt(kBen)) {
    EXPECT_NE(report.ntp, NtpTime(0x1122334455667788));
  }
}

// Ours tell of our clock, which is not what a recording goes by.
TEST_F(FeedTest, NoReportsOfOurOwn) {
  camera.KeyFrame();
  for (int i = 0; i < 90; ++i) camera.Frame();
  EXPECT_TRUE(ReportsAt(kRecorder).empty());
}

TEST_F(FeedTest, NothingOfASourceBeforeItsFirstPicture) {
  camera.Frame();
  Report(camera.packet().timestamp, 5);
  EXPECT_TRUE(ReportsAt(kRecorder).empty());
}

TEST_F(FeedTest, AKeyFrameIsAskedOfTheSender) {
  camera.KeyFrame();
  for (int i = 0; i < 60; ++i) camera.Frame();
  world.TakeKeyFrameRequests(kAda);
  AskKeyFrame();
  world.Advance(Duration::Millis(5));
  EXPECT_GE(world.TakeKeyFrameRequests(kAda), 1);
  EXPECT_EQ(world.TakeKeyFrameRequests(kBen), 0);
}

TEST_F(FeedTest, AQuestionAboutWhatIsGoneIsPassedOver) {
  camera.KeyFrame();
  world.TakeKeyFrameRequests(kAda);
  world.router(0).AskKeyFrame({.transport = TransportId(99), .slot = kSlot}, world.now());
  world.router(0).AskKeyFrame({.transport = World::Transport(kRecorder), .slot = 77}, world.now());
  // A microphone has no key frames.
  world.router(0).AskKeyFrame({.transport = World::Transport(kRecorder), .slot = 0}, world.now());
  world.Advance(Duration::Millis(5));
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0);
}

}  // namespace
}  // namespace parley::testing
