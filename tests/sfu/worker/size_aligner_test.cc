#include "sfu/worker/size_aligner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_builder.h"

namespace parley {
namespace {

class SizeAlignerTest : public testing::Test {
 protected:
  void Add(size_t size, SendPriority priority = SendPriority::kVideo) {
    RtpBuilder builder(outbox_.Next(),
                       {PayloadType(96), false, SeqNum(1), RtpTimestamp(), Ssrc(7), {}});
    const size_t payload = size - kRtpFixedHeaderSize;
    std::ranges::fill(builder.ReservePayload(payload), uint8_t{0xAB});
    ASSERT_EQ(builder.Finish().size(), size);
    outbox_.Commit(TransportHandle(1), priority, size);
    payloads_.push_back(payload);
  }
  std::vector<size_t> Align() {
    AlignSizes(outbox_.packets());
    std::vector<size_t> sizes;
    for (const OutPacket& packet : outbox_.packets()) {
      const auto rtp = RtpView::Parse(packet.bytes());
      EXPECT_TRUE(rtp.has_value());
      EXPECT_EQ(rtp->payload().size(), payloads_[sizes.size()]) << "padding is no payload";
      EXPECT_TRUE(std::ranges::all_of(rtp->payload(), [](uint8_t b) { return b == 0xAB; }));
      sizes.push_back(packet.size);
    }
    return sizes;
  }

  Outbox outbox_{16};
  std::vector<size_t> payloads_;
};

using Sizes = std::vector<size_t>;

TEST_F(SizeAlignerTest, PacketsOfOneFrameBecomeEqual) {
  for (size_t size : {1100, 1100, 1101, 1101}) Add(size);
  EXPECT_EQ(Align(), (Sizes{1101, 1101, 1101, 1101}));
}

TEST_F(SizeAlignerTest, TheLastMayBeShorter) {
  for (size_t size : {1101, 1100, 1099}) Add(size);
  EXPECT_EQ(Align(), (Sizes{1101, 1101, 1099}));
}

TEST_F(SizeAlignerTest, AMuchShorterLastStaysAndTheOthersAreEqual) {
  for (size_t size : {1100, 1101, 300}) Add(size);
  EXPECT_EQ(Align(), (Sizes{1101, 1101, 300}));
}

TEST_F(SizeAlignerTest, MuchLargerOnesBeginAnotherRun) {
  for (size_t size : {200, 201, 1100, 1099, 1100}) Add(size);
  EXPECT_EQ(Align(), (Sizes{201, 201, 1100, 1100, 1100}));
}

TEST_F(SizeAlignerTest, NothingIsPaddedByMoreThanItsBound) {
  for (size_t size : Sizes{1000, 1000 + kMaxAlignment, 1001 + kMaxAlignment}) Add(size);
  EXPECT_EQ(Align(), (Sizes{1000 + kMaxAlignment, 1000 + kMaxAlignment, 1001 + kMaxAlignment}));
}

TEST_F(SizeAlignerTest, APacketAloneStaysAsItIs) {
  Add(500);
  EXPECT_EQ(Align(), (Sizes{500}));
}

TEST_F(SizeAlignerTest, AudioAndRetransmissionsStayAsTheyAre) {
  Add(100, SendPriority::kAudio);
  Add(101, SendPriority::kAudio);
  Add(500, SendPriority::kVideo);
  Add(501, SendPriority::kRetransmission);
  Add(502, SendPriority::kVideo);
  EXPECT_EQ(Align(), (Sizes{100, 101, 500, 501, 502}));
}

TEST_F(SizeAlignerTest, WhatIsPaddedAlreadyStaysAsItIs) {
  Add(500);
  Add(510);
  OutPacket& padded = outbox_.packets()[0];
  ASSERT_TRUE(AddPadding(padded.buffer(), padded.size, 4));
  padded.size += 4;
  EXPECT_EQ(Align(), (Sizes{504, 510}));
}

}  // namespace
}  // namespace parley
