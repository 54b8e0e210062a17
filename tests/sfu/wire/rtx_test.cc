#include "sfu/wire/rtx.h"

#include <gtest/gtest.h>

#include "tests/sfu/wire/wire_test_util.h"

namespace parley {
namespace {

const std::vector<uint8_t> kOriginal =
    FromHex("91e0fffe 01020304 a0b0c0d0 0000002a bede0001 10aa2000 deadbeef");

TEST(Rtx, WrapsAndUnwraps) {
  std::vector<uint8_t> out(kOriginal.size() + kRtxOsnSize);
  std::span<uint8_t> wrapped =
      WrapRtx(*RtpView::Parse(kOriginal), PayloadType(97), Ssrc(5), SeqNum(1), out);
  std::optional<RtpView> rtx = RtpView::Parse(wrapped);
  ASSERT_TRUE(rtx);
  EXPECT_EQ(rtx->payload_type(), PayloadType(97));
  EXPECT_EQ(rtx->ssrc(), Ssrc(5));
  EXPECT_EQ(rtx->seq(), SeqNum(1));
  EXPECT_TRUE(rtx->marker());
  EXPECT_EQ(RtxView::Parse(*rtx)->original_seq, SeqNum(0xfffe));

  std::span<uint8_t> original = UnwrapRtx(wrapped, PayloadType(96), Ssrc(0xa0b0c0d0));
  EXPECT_TRUE(std::equal(original.begin(), original.end(), kOriginal.begin(), kOriginal.end()));
}

TEST(Rtx, LeavesThePaddingBehind) {
  std::vector<uint8_t> padded = kOriginal;
  padded[0] |= 0x20;
  padded.insert(padded.end(), {0, 0, 3});
  std::vector<uint8_t> out(padded.size() + kRtxOsnSize);
  std::span<uint8_t> wrapped =
      WrapRtx(*RtpView::Parse(padded), PayloadType(97), Ssrc(5), SeqNum(1), out);
  EXPECT_EQ(wrapped.size(), kOriginal.size() + kRtxOsnSize);
  std::span<uint8_t> original = UnwrapRtx(wrapped, PayloadType(96), Ssrc(0xa0b0c0d0));
  EXPECT_TRUE(std::equal(original.begin(), original.end(), kOriginal.begin(), kOriginal.end()));
}

TEST(Rtx, UnwrapsPaddedRtxPackets) {
  std::vector<uint8_t> rtx = FromHex("a0610001 00000000 00000005 fffe 0102 0002");
  std::span<uint8_t> original = UnwrapRtx(rtx, PayloadType(96), Ssrc(1));
  std::optional<RtpView> view = RtpView::Parse(original);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->seq(), SeqNum(0xfffe));
  EXPECT_EQ(view->payload().size(), 2u);
}

TEST(Rtx, RefusesSmallBuffersAndPacketsWithoutOsn) {
  std::vector<uint8_t> out(kOriginal.size() + kRtxOsnSize - 1);
  EXPECT_TRUE(
      WrapRtx(*RtpView::Parse(kOriginal), PayloadType(97), Ssrc(5), SeqNum(1), out).empty());
  std::vector<uint8_t> probe = FromHex("a0610001 00000000 00000005 00000004");
  EXPECT_FALSE(RtxView::Parse(*RtpView::Parse(probe)));
  EXPECT_TRUE(UnwrapRtx(probe, PayloadType(96), Ssrc(1)).empty());
  std::vector<uint8_t> one_byte = FromHex("80610001 00000000 00000005 07");
  EXPECT_TRUE(UnwrapRtx(one_byte, PayloadType(96), Ssrc(1)).empty());
  std::vector<uint8_t> garbage = FromHex("0001");
  EXPECT_TRUE(UnwrapRtx(garbage, PayloadType(96), Ssrc(1)).empty());
}

}  // namespace
}  // namespace parley
