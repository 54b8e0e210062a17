#include <gtest/gtest.h>

#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_sender_report.h"
#include "tests/sfu/wire/rtcp_test_util.h"

namespace parley {
namespace {

const SenderInfo kInfo = {NtpTime(0x0102030405060708), RtpTimestamp(0xFFFFFFFE), 100, 2000};

ReportBlock Block(uint32_t n) { return {Ssrc(n), 64, -1, 0x0001FFFF, 10, 0x12345678, 0x00010000}; }

TEST(SenderReport, Bytes) {
  std::vector<uint8_t> packet =
      WriteAndProve([](ByteWriter& out) { return WriteSenderReport(out, Ssrc(1), kInfo); });
  EXPECT_EQ(packet, FromHex("80c80006 00000001 01020304 05060708 fffffffe 00000064 000007d0"));
}

TEST(SenderReport, RoundTripsWithEveryNumberOfBlocks) {
  std::vector<ReportBlock> blocks;
  for (uint32_t n = 0; n <= kMaxReportBlocks; ++n) {
    std::vector<uint8_t> packet = WriteAndProve(
        [&](ByteWriter& out) { return WriteSenderReport(out, Ssrc(7), kInfo, blocks); });
    std::optional<SenderReportView> view = SenderReportView::Parse(FirstPacket(packet));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->ssrc(), Ssrc(7));
    EXPECT_EQ(view->info(), kInfo);
    ASSERT_EQ(view->block_count(), n);
    for (uint32_t i = 0; i < n; ++i) EXPECT_EQ(view->block(i), Block(i));
    blocks.push_back(Block(n));
  }
  std::array<uint8_t, 2000> buffer;
  ByteWriter out(buffer);
  EXPECT_FALSE(WriteSenderReport(out, Ssrc(7), kInfo, blocks));
  EXPECT_FALSE(WriteReceiverReport(out, Ssrc(7), blocks));
}

TEST(SenderReport, RefusesShortBodies) {
  std::vector<ReportBlock> blocks = {Block(1), Block(2)};
  auto packet = WriteAndProve(
      [&](ByteWriter& out) { return WriteSenderReport(out, Ssrc(7), kInfo, blocks); });
  ExpectRefusesShortBodies<SenderReportView>(FirstPacket(packet));
  EXPECT_FALSE(ReceiverReportView::Parse(FirstPacket(packet)));
}

TEST(ReceiverReport, Bytes) {
  std::vector<ReportBlock> blocks = {Block(2)};
  std::vector<uint8_t> packet =
      WriteAndProve([&](ByteWriter& out) { return WriteReceiverReport(out, Ssrc(1), blocks); });
  EXPECT_EQ(packet, FromHex("81c90007 00000001 00000002 40ffffff 0001ffff 0000000a 12345678"
                            "00010000"));
  std::optional<ReceiverReportView> view = ReceiverReportView::Parse(FirstPacket(packet));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->ssrc(), Ssrc(1));
  ASSERT_EQ(view->block_count(), 1u);
  EXPECT_EQ(view->block(0), Block(2));
  ExpectRefusesShortBodies<ReceiverReportView>(FirstPacket(packet));
}

TEST(ReceiverReport, CumulativeLossIsClampedTo24Bits) {
  for (auto [in, out] :
       {std::pair(0x7FFFFFFF, 0x7FFFFF), std::pair(-0x7FFFFFFF, -0x800000), std::pair(-2, -2)}) {
    ReportBlock block = Block(1);
    block.cumulative_lost = in;
    std::array<uint8_t, kReportBlockSize> bytes;
    ByteWriter writer(bytes);
    WriteReportBlock(writer, block);
    EXPECT_EQ(ReadReportBlock(bytes).cumulative_lost, out);
  }
}

// Profile extensions may follow the blocks (RFC 3550 section 6.4.3).
TEST(ReceiverReport, IgnoresProfileExtensions) {
  auto bytes = FromHex("80c90002 00000001 cafecafe");
  std::optional<ReceiverReportView> view = ReceiverReportView::Parse(FirstPacket(bytes));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->block_count(), 0u);
}

}  // namespace
}  // namespace parley
