#include "sfu/congestion/sent_packets.h"

#include <gtest/gtest.h>

#include <vector>

#include "sfu/base/check.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_twcc_builder.h"

namespace parley {
namespace {

constexpr DataSize kSize = DataSize::Bytes(1000);

// A subscriber whose feedback is made by the builder that publishers' feedback comes from.
class Subscriber {
 public:
  // Sends `count` packets, one a millisecond.
  void Send(int count) {
    for (int i = 0; i < count; ++i) {
      now_ = now_ + Duration::Millis(1);
      packets_.Add(kSize, 0, now_);
    }
  }
  void Arrive(int seq, Timestamp at) {
    ASSERT_TRUE(builder_.Add(SeqNum(static_cast<uint16_t>(seq)), at));
  }
  // Everything that arrived since the last, in as many packets as it takes.
  SentPackets::Summary Report() {
    SentPackets::Summary sum;
    results_.clear();
    while (!builder_.empty()) {
      std::vector<uint8_t> bytes(1200);
      ByteWriter out(bytes);
      PARLEY_CHECK(builder_.Write(out));
      const auto compound = RtcpCompound::Parse(out.written());
      PARLEY_CHECK(compound);
      const auto view = TwccView::Parse(*compound->begin());
      PARLEY_CHECK(view);
      const auto summary = packets_.HandleFeedback(
          *view, [&](const PacketResult& result) { results_.push_back(result); });
      sum.arrived += summary.arrived;
      sum.settled_kept += summary.settled_kept;
      sum.settled_lost += summary.settled_lost;
    }
    return sum;
  }

  SentPackets packets_;
  TwccBuilder builder_{Ssrc(1), Ssrc(2)};
  std::vector<PacketResult> results_;
  Timestamp now_ = Timestamp::Seconds(10);
};

Timestamp At(int64_t ms) { return Timestamp::Seconds(5000) + Duration::Millis(ms); }

TEST(SentPackets, NumbersFromZeroAndTellsWhenEachLeftAndArrived) {
  Subscriber s;
  EXPECT_EQ(s.packets_.next(), SeqNum(0));
  s.Send(3);
  for (int i = 0; i < 3; ++i) s.Arrive(i, At(i * 7));
  EXPECT_EQ(s.Report().arrived, 3);
  ASSERT_EQ(s.results_.size(), 3u);
  EXPECT_EQ(s.results_[2].sent, Timestamp::Seconds(10) + Duration::Millis(3));
  EXPECT_EQ(s.results_[2].received - s.results_[0].received, Duration::Millis(14));
  EXPECT_EQ(s.results_[1].size, kSize);
  EXPECT_EQ(s.packets_.in_flight(), DataSize());
}

TEST(SentPackets, AMissingPacketIsLostOnlyWhenTheNextFeedbackDoesNotBringIt) {
  Subscriber s;
  s.Send(6);
  for (int i : {0, 1, 3, 5}) s.Arrive(i, At(i));
  EXPECT_EQ(s.Report().settled_lost, 0);
  s.Send(4);
  s.Arrive(4, At(20));  // late: not lost
  for (int i : {6, 7, 8, 9}) s.Arrive(i, At(20 + i));
  const auto summary = s.Report();
  EXPECT_EQ(summary.arrived, 5);
  EXPECT_EQ(summary.settled_lost, 1);
  EXPECT_EQ(summary.settled_kept, 5);
}

TEST(SentPackets, SeveralLateArrivalsOfOneFeedbackSettleNothingTooSoon) {
  Subscriber s;
  s.Send(10);
  for (int i : {0, 4, 9}) s.Arrive(i, At(i));
  s.Report();
  s.Send(2);
  for (int i : {1, 2, 3, 5, 6, 7, 8, 10, 11}) s.Arrive(i, At(30 + i));
  EXPECT_EQ(s.Report().settled_lost, 0);
}

TEST(SentPackets, WhatNoFeedbackSpokeOfIsNeitherKeptNorLost) {
  Subscriber s;
  s.Send(4);
  for (int i = 0; i < 4; ++i) s.Arrive(i, At(i));
  std::vector<uint8_t> lost(1200);
  ByteWriter out(lost);
  ASSERT_TRUE(s.builder_.Write(out));  // and never comes
  s.Send(4);
  for (int i = 4; i < 8; ++i) s.Arrive(i, At(i));
  s.Report();
  s.Send(1);
  s.Arrive(8, At(9));
  const auto summary = s.Report();
  EXPECT_EQ(summary.settled_lost, 0);
  EXPECT_EQ(summary.settled_kept, 4);
  EXPECT_EQ(s.packets_.in_flight(), DataSize());
}

TEST(SentPackets, TheSameFeedbackTwiceCountsOnce) {
  Subscriber s;
  s.Send(2);
  s.Arrive(0, At(0));
  s.Arrive(1, At(1));
  std::vector<uint8_t> bytes(1200);
  ByteWriter out(bytes);
  ASSERT_TRUE(s.builder_.Write(out));
  const auto view = TwccView::Parse(*RtcpCompound::Parse(out.written())->begin());
  int visits = 0;
  s.packets_.HandleFeedback(*view, [&](const PacketResult&) { ++visits; });
  s.packets_.HandleFeedback(*view, [&](const PacketResult&) { ++visits; });
  EXPECT_EQ(visits, 2);
}

TEST(SentPackets, NumbersThatWereNeverGivenOutOrAreForgottenAreIgnored) {
  Subscriber s;
  s.Send(2);
  s.Arrive(1, At(0));
  s.Arrive(2, At(1));
  s.Arrive(200, At(2));
  EXPECT_EQ(s.Report().arrived, 1);
  Subscriber old;
  old.Send(static_cast<int>(SentPackets::kCapacity) + 10);
  old.Arrive(5, At(0));
  old.Arrive(20, At(1));
  EXPECT_EQ(old.Report().arrived, 1);
  EXPECT_EQ(old.packets_.in_flight(),
            DataSize::Bytes(kSize.bytes() * (static_cast<int64_t>(SentPackets::kCapacity) - 11)));
}

TEST(SentPackets, RunsOverTheWrapOfNumbersAndOfTheReceiversClock) {
  Subscriber s;
  // 2^24 units of 64 ms, less a little.
  const Timestamp begin = Timestamp::Micros((int64_t{1} << 23) * 64'000 - 50'000);
  int64_t arrived = 0;
  std::optional<Timestamp> last;
  for (int round = 0; round < 700; ++round) {
    s.Send(100);
    for (int i = round * 100; i < round * 100 + 100; ++i) s.Arrive(i, begin + Duration::Millis(i));
    arrived += s.Report().arrived;
    for (const PacketResult& r : s.results_) {
      if (last) {
        ASSERT_EQ(r.received - *last, Duration::Millis(1));
      }
      last = r.received;
    }
  }
  EXPECT_EQ(arrived, 70'000);
}

}  // namespace
}  // namespace parley
