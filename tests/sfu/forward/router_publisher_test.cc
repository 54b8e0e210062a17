// What publishers are told and may do: losses mended, feedback, reports, new SSRCs and codecs, and
// packets that nobody can place.

#include <gtest/gtest.h>

#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_sdes.h"
#include "sfu/wire/rtcp_sender_report.h"
#include "sfu/wire/rtcp_twcc.h"
#include "sfu/wire/rtx.h"
#include "sfu/wire/vp8_descriptor.h"
#include "tests/sfu/forward/camera.h"
#include "tests/sfu/forward/microphone.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kSlot = 4;

class PublisherTest : public ::testing::Test {
 protected:
  PublisherTest() {
    world.Join(kAda);
    world.Join(kBen);
    world.Show(kBen, kSlot, World::Camera(kAda));
  }
  // Calls visit(packet) for each RTCP packet that the peer got.
  template <class Visitor>
  void ForEachRtcp(int peer, Visitor&& visit) {
    for (const Bytes& datagram : world.TakeRtcp(peer)) {
      auto compound = RtcpCompound::Parse(datagram);
      ASSERT_TRUE(compound);
      for (const RtcpPacket& packet : *compound) visit(packet);
    }
  }
  std::vector<uint16_t> Nacked() {
    std::vector<uint16_t> seqs;
    ForEachRtcp(kAda, [&](const RtcpPacket& packet) {
      if (auto nack = NackView::Parse(packet)) {
        nack->ForEach([&](SeqNum seq) { seqs.push_back(seq.value()); });
      }
    });
    return seqs;
  }
  Bytes AsRtx(const Bytes& packet) {
    Bytes out(packet.size() + 2);
    auto view = RtpView::Parse(packet);
    auto rtx = WrapRtx(*view, kVp8RtxPt, Ssrc(77), SeqNum(rtx_seq_++), out);
    return {rtx.begin(), rtx.end()};
  }
  template <class E>
  std::vector<E> Events() {
    std::vector<E> found;
    for (const Event& e : world.TakeEvents()) {
      if (const auto* wanted = std::get_if<E>(&e)) found.push_back(*wanted);
    }
    return found;
  }

  World world;
  Camera camera{world, kAda, SeqNum(65534)};
  uint16_t rtx_seq_ = 9;
};

TEST_F(PublisherTest, ALossIsAskedForMendedAndForwardedInItsPlace) {
  camera.KeyFrame();
  auto lost = camera.Make(false);
  world.Rtp(kAda, lost[0]);
  auto next = camera.Make(false);
  for (const Bytes& b : next) world.Rtp(kAda, b);
  world.Advance(Duration::Millis(10));
  uint16_t missing = RtpView::Parse(lost[1])->seq().value();
  EXPECT_EQ(Nacked(), std::vector{missing});
  world.Advance(Duration::Millis(50));
  EXPECT_TRUE(Nacked().empty()) << "not again within a round trip";
  // Its RTX SSRC was never told: MID and payload type are enough.
  world.Rtp(kAda, AsRtx(lost[1]));
  world.Advance(Duration::Millis(500));
  EXPECT_TRUE(Nacked().empty());
  auto packets = world.Take(kBen, kSlot);
  ASSERT_EQ(packets.size(), 6u);
  std::vector<int> offsets;
  for (const Received& r : packets) offsets.push_back(r.rtp().seq() - packets[0].rtp().seq());
  EXPECT_EQ(offsets, (std::vector{0, 1, 2, 4, 5, 3}));
  EXPECT_TRUE(packets[5].rtp().marker());
}

TEST_F(PublisherTest, DuplicatesAreForwardedOnce) {
  auto packets = camera.Make(true);
  for (int i = 0; i < 3; ++i) {
    for (const Bytes& b : packets) world.Rtp(kAda, b);
  }
  world.Rtp(kAda, AsRtx(packets[1]));
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 2u);
}

TEST_F(PublisherTest, AKeyFrameWhoseFirstPacketComesLateIsShownWhole) {
  camera.KeyFrame();
  world.Advance(Duration::Millis(600));  // too old to begin with
  auto next = camera.Make(false);
  world.Take(kBen, kSlot);
  world.Show(kBen, kSlot, SourceId());
  world.Show(kBen, kSlot, World::Camera(kAda));
  auto key = camera.Make(true);
  world.Rtp(kAda, key[1]);
  auto after = camera.Make(false);
  for (const Bytes& b : after) world.Rtp(kAda, b);
  EXPECT_TRUE(world.Take(kBen, kSlot).empty());
  world.Rtp(kAda, AsRtx(key[0]));
  auto packets = world.Take(kBen, kSlot);
  ASSERT_EQ(packets.size(), 4u);
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(packets[i].rtp().seq(), packets[i - 1].rtp().seq() + 1);
  }
  EXPECT_TRUE(Vp8Descriptor::Parse(packets[0].rtp().payload())->key_frame);
}

TEST_F(PublisherTest, AHopelessLossAsksForAKeyFrame) {
  camera.KeyFrame();
  camera.Make(false);
  camera.Frame();
  world.TakeRtcp(kAda);
  int requests = 0;
  for (int i = 0; i < 60; ++i) {
    camera.Frame();
    requests += world.TakeKeyFrameRequests(kAda);
  }
  EXPECT_GE(requests, 1);
}

TEST_F(PublisherTest, FeedbackTellsWhenEachPacketArrived) {
  camera.packet().twcc = 65530;
  camera.KeyFrame();
  std::map<uint16_t, bool> told;
  for (int i = 0; i < 20; ++i) {
    camera.packet().twcc = (65531 + i) & 0xFFFF;
    auto packets = camera.Make(false);
    if (i == 7) continue;
    world.Rtp(kAda, packets[0]);
    world.Advance(Duration::Millis(15));
  }
  world.Advance(Duration::Millis(100));
  int feedbacks = 0;
  ForEachRtcp(kAda, [&](const RtcpPacket& packet) {
    auto twcc = TwccView::Parse(packet);
    if (!twcc) return;
    ++feedbacks;
    twcc->ForEach(
        [&](SeqNum seq, std::optional<Duration> at) { told[seq.value()] |= at.has_value(); });
  });
  EXPECT_EQ(told.size(), 21u);
  for (auto [seq, arrived] : told) EXPECT_EQ(arrived, seq != ((65531 + 7) & 0xFFFF)) << seq;
  EXPECT_LE(feedbacks, 10) << "every 50 ms at most";
}

TEST_F(PublisherTest, ReportsTellLossesAndOurClock) {
  Microphone microphone(world, kAda);
  for (int i = 0; i < 100; ++i) {
    camera.Frame();
    microphone.Speak(30);
    if (i % 10 == 9) camera.Make(false);
  }
  int reports = 0;
  bool named = false;
  int32_t lost = 0;
  ForEachRtcp(kAda, [&](const RtcpPacket& packet) {
    if (auto sdes = SdesView::Parse(packet)) {
      sdes->ForEachItem(
          [&](const SdesView::Item& item) { named |= item.type == SdesView::kCname; });
    }
    auto rr = ReceiverReportView::Parse(packet);
    if (!rr) return;
    ++reports;
    for (size_t i = 0; i < rr->block_count(); ++i) {
      if (rr->block(i).source == World::CameraSsrc(kAda)) lost = rr->block(i).cumulative_lost;
    }
  });
  EXPECT_GE(reports, 2);
  EXPECT_LE(reports, 5);
  EXPECT_TRUE(named);
  EXPECT_GE(lost, 14);
  EXPECT_LE(lost, 20);
}

TEST_F(PublisherTest, SenderReportsMapTheSlotsTime) {
  camera.KeyFrame();
  for (int i = 0; i < 60; ++i) camera.Frame();
  auto packets = world.Take(kBen, kSlot);
  int seen = 0;
  ForEachRtcp(kBen, [&](const RtcpPacket& packet) {
    auto sr = SenderReportView::Parse(packet);
    if (!sr || sr->ssrc() != World::SlotSsrc(kBen, kSlot)) return;
    ++seen;
    // The packet sent last before the report, by its count.
    ASSERT_GE(packets.size(), sr->info().packet_count);
    RtpTimestamp last = packets[sr->info().packet_count - 1].rtp().timestamp();
    EXPECT_GE(sr->info().rtp_timestamp - last, 0);
    EXPECT_LE(sr->info().rtp_timestamp - last, 33 * 90);
  });
  EXPECT_GE(seen, 1);
}

TEST_F(PublisherTest, RoundTripsAreMeasuredByTheEchoOfOurReports) {
  camera.KeyFrame();
  uint32_t last_sr = 0;
  for (int i = 0; i < 60 && last_sr == 0; ++i) {
    camera.Frame();
    ForEachRtcp(kBen, [&](const RtcpPacket& packet) {
      auto sr = SenderReportView::Parse(packet);
      if (sr) last_sr = sr->info().ntp.compact();
    });
  }
  ASSERT_NE(last_sr, 0u);
  world.Advance(Duration::Millis(80));
  Bytes bytes(100);
  ByteWriter out(bytes);
  ReportBlock block;
  block.source = World::SlotSsrc(kBen, kSlot);
  block.fraction_lost = 64;
  block.last_sr = last_sr;
  block.delay_since_last_sr = DurationToCompactNtp(Duration::Millis(50));
  ASSERT_TRUE(WriteReceiverReport(out, Ssrc(1), std::span(&block, 1)));
  bytes.resize(out.size());
  world.Rtcp(kBen, bytes);
  world.TakeEvents();
  for (int i = 0; i < 64; ++i) camera.Frame();
  bool told = false;
  for (const TransportStats& s : Events<TransportStats>()) {
    if (s.transport != World::Transport(kBen)) continue;
    told = true;
    EXPECT_GE(s.round_trip.ms(), 30);
    EXPECT_LE(s.round_trip.ms(), 70);
    EXPECT_NEAR(s.downlink_loss, 0.25, 0.01);
    EXPECT_GT(s.downlink.bps(), 0);
  }
  EXPECT_TRUE(told);
}

TEST_F(PublisherTest, ANewSsrcWaitsForItsKeyFrame) {
  camera.KeyFrame();
  camera.Frame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 4u);
  world.TakeRtcp(kAda);
  world.Advance(Duration::Millis(600));
  camera.packet().ssrc = Ssrc(31337);
  camera.packet().mid = "1";
  camera.packet().seq = SeqNum(7);
  camera.Frame();
  EXPECT_TRUE(world.Take(kBen, kSlot).empty());
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1);
  camera.KeyFrame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 2u);
}

TEST_F(PublisherTest, AnotherCodecIsToldAndKeptFromThoseWhoCannotDecodeIt) {
  World::PeerOptions only_vp8;
  only_vp8.video_codecs = {Codec::kVp8};
  world.Join(3, only_vp8);
  world.Show(3, kSlot, World::Camera(kAda));
  camera.KeyFrame();
  auto started = Events<SourceStarted>();
  ASSERT_EQ(started.size(), 1u);
  EXPECT_EQ(started[0].codec, Codec::kVp8);
  EXPECT_EQ(world.Take(3, kSlot).size(), 2u);
  Vp9Packet vp9;
  vp9.ssrc = World::CameraSsrc(kAda);
  vp9.seq = camera.packet().seq;
  vp9.inter_picture = false;
  vp9.marker = true;
  world.Rtp(kAda, MakeVp9(vp9));
  bool unsupported = false;
  bool codec_told = false;
  for (const Event& e : world.TakeEvents()) {
    if (const auto* s = std::get_if<SourceStarted>(&e)) codec_told |= s->codec == Codec::kVp9;
    if (const auto* s = std::get_if<SlotSwitched>(&e)) {
      unsupported |=
          s->transport == World::Transport(3) && s->state == SlotSwitched::State::kUnsupportedCodec;
    }
  }
  EXPECT_TRUE(codec_told);
  EXPECT_TRUE(unsupported);
  EXPECT_TRUE(world.Take(3, kSlot).empty());
  auto packets = world.Take(kBen, kSlot);
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(packets[2].rtp().payload_type(), kVp9Pt);
  EXPECT_EQ(packets[2].rtp().seq(), packets[1].rtp().seq() + 1);
}

TEST_F(PublisherTest, LiveIsToldOnceForEachAssignment) {
  camera.KeyFrame();
  camera.Frame();
  auto events = Events<SlotSwitched>();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].state, SlotSwitched::State::kLive);
  EXPECT_EQ(events[0].source, World::Camera(kAda));
  EXPECT_EQ(events[0].epoch, 1u);
  world.Show(kBen, kSlot, World::Camera(kAda), 360);
  events = Events<SlotSwitched>();
  ASSERT_EQ(events.size(), 1u) << "already live under the new epoch";
  EXPECT_EQ(events[0].epoch, 2u);
}

TEST_F(PublisherTest, StrangersAreCountedAndHarmNobody) {
  camera.KeyFrame();
  world.Take(kBen, kSlot);
  Router& router = world.router(0);
  for (uint32_t i = 0; i < 100; ++i) {
    world.Rtp(kAda, MakeRtp(PayloadType(50), Ssrc(9000 + i), SeqNum(1), {}, false, {1, 2, 3}));
  }
  EXPECT_EQ(router.stats().unknown_ssrc, 100u);
  world.Rtp(kAda, {0x80, 1, 2});
  EXPECT_EQ(router.stats().malformed, 1u);
  world.Rtcp(kAda, {0x80, 1, 2});
  EXPECT_EQ(router.stats().malformed, 2u);
  camera.Frame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 2u);
}

TEST_F(PublisherTest, WhatCannotBeReadIsCounted) {
  camera.KeyFrame();
  const RouterStats& stats = world.router(0).stats();
  EXPECT_EQ(stats.unreadable, 0u);
  // VP8's descriptor says that more of it follows.
  world.Rtp(kAda, MakeRtp(kVp8Pt, World::CameraSsrc(kAda), camera.packet().seq,
                          camera.packet().timestamp, false, {0x80}));
  EXPECT_EQ(stats.unreadable, 1u);
  // An element that overruns its block, and a block of a profile that nobody knows.
  for (const Bytes& block :
       {Bytes{0xBE, 0xDE, 0, 1, 0x17, 1, 2, 3}, Bytes{1, 2, 0, 1, 0, 0, 0, 1}}) {
    camera.packet().seq = camera.packet().seq + 1;
    Bytes packet = MakeVp8(camera.packet());
    packet[0] |= 0x10;
    packet.insert(packet.begin() + kRtpFixedHeaderSize, block.begin(), block.end());
    world.Rtp(kAda, packet);
  }
  EXPECT_EQ(stats.unreadable, 3u);
}

TEST_F(PublisherTest, JumpsInNumberAndTimeAreCounted) {
  camera.KeyFrame();
  const RouterStats& stats = world.router(0).stats();
  // A pause is none, nor is a clock that is a little off.
  world.Advance(Duration::Seconds(60));
  camera.packet().timestamp = camera.packet().timestamp + 63 * 90'000;
  camera.Frame();
  EXPECT_EQ(stats.jumps, 0u);
  camera.packet().timestamp = camera.packet().timestamp + 11 * 90'000;
  camera.Frame();
  EXPECT_EQ(stats.jumps, 1u) << "once: the next packets go on from there";
  camera.packet().seq = camera.packet().seq + 2000;
  camera.Frame();
  EXPECT_EQ(stats.jumps, 2u);
  camera.packet().seq = camera.packet().seq + -2000;
  camera.Frame();
  EXPECT_EQ(stats.jumps, 4u) << "both packets are too late";
}

TEST_F(PublisherTest, MutedVideoComesBackWithAKeyFrame) {
  camera.KeyFrame();
  camera.Frame();
  world.Enable(kAda, World::Camera(kAda), false);
  for (int i = 0; i < 20; ++i) camera.Frame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 4u);
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0);
  world.Enable(kAda, World::Camera(kAda), true);
  camera.Frame();
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1);
  EXPECT_TRUE(world.Take(kBen, kSlot).empty());
  camera.KeyFrame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 2u);
}

TEST_F(PublisherTest, PaddingIsTakenOutOfTheNumbers) {
  camera.KeyFrame();
  for (int i = 0; i < 5; ++i) {
    Bytes padding = MakeRtp(kVp8Pt, World::CameraSsrc(kAda), camera.packet().seq,
                            camera.packet().timestamp, false, {0, 0, 0, 4});
    padding[0] |= 0x20;
    world.Rtp(kAda, padding);
    camera.packet().seq = camera.packet().seq + 1;
  }
  camera.Frame();
  auto packets = world.Take(kBen, kSlot);
  ASSERT_EQ(packets.size(), 4u);
  EXPECT_EQ(packets[2].rtp().seq(), packets[1].rtp().seq() + 1);
}

TEST_F(PublisherTest, LeavingEndsEverythingOfIt) {
  camera.KeyFrame();
  world.Leave(kAda);
  world.Advance(Duration::Seconds(3));
  world.Leave(kBen);
  world.Advance(Duration::Seconds(3));
  EXPECT_TRUE(world.router(0).empty());
}

}  // namespace
}  // namespace parley::testing
