#include "recorder/track/vp8_assembler.h"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <vector>

#include "sfu/wire/rtp_builder.h"

namespace parley {
namespace {

// RFC 6386 section 9.1: a key frame of 320 x 180.
const std::vector<uint8_t> kKey{0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00, 1, 2, 3};
const std::vector<uint8_t> kDelta{0x11, 0, 0, 7, 8, 9};

struct Part {
  uint32_t timestamp;
  bool start;
  bool marker;
  std::vector<uint8_t> data;
  bool gap = false;
};

std::optional<MediaFrame> Add(Vp8Assembler& assembler, const Part& part) {
  std::vector<uint8_t> payload{static_cast<uint8_t>(part.start ? 0x10 : 0x00)};
  payload.insert(payload.end(), part.data.begin(), part.data.end());
  std::array<uint8_t, 1500> buffer;
  RtpBuilder builder(buffer, {.payload_type = PayloadType(96),
                              .marker = part.marker,
                              .seq = SeqNum(1),
                              .timestamp = RtpTimestamp(part.timestamp),
                              .ssrc = Ssrc(1),
                              .csrcs = {}});
  builder.SetPayload(payload);
  return assembler.Add(*RtpView::Parse(builder.Finish()), part.gap);
}

TEST(Vp8AssemblerTest, JoinsTheParts) {
  Vp8Assembler assembler;
  EXPECT_TRUE(assembler.needs_key_frame());
  EXPECT_FALSE(Add(assembler, {100, true, false, kKey}));
  std::optional<MediaFrame> frame = Add(assembler, {100, false, true, {4, 5}});
  ASSERT_TRUE(frame);
  std::vector<uint8_t> whole = kKey;
  whole.insert(whole.end(), {4, 5});
  EXPECT_EQ(frame->data, whole);
  EXPECT_TRUE(frame->key_frame);
  EXPECT_EQ(frame->width, 320);
  EXPECT_EQ(frame->height, 180);
  EXPECT_EQ(frame->timestamp, RtpTimestamp(100));
  EXPECT_FALSE(assembler.needs_key_frame());
}

TEST(Vp8AssemblerTest, BeginsWithAKeyFrame) {
  Vp8Assembler assembler;
  EXPECT_FALSE(Add(assembler, {100, true, true, kDelta}));
  EXPECT_TRUE(Add(assembler, {200, true, true, kKey}));
  EXPECT_TRUE(Add(assembler, {300, true, true, kDelta}));
  EXPECT_EQ(assembler.frames_dropped(), 1u);
}

TEST(Vp8AssemblerTest, WritesNothingAfterALossUntilTheNextKeyFrame) {
  Vp8Assembler assembler;
  EXPECT_TRUE(Add(assembler, {100, true, true, kKey}));
  EXPECT_FALSE(Add(assembler, {200, true, false, kDelta}));
  EXPECT_FALSE(Add(assembler, {300, true, true, kDelta, true}));
  EXPECT_TRUE(assembler.needs_key_frame());
  EXPECT_FALSE(Add(assembler, {400, true, true, kDelta}));
  EXPECT_TRUE(Add(assembler, {500, true, true, kKey}));
  EXPECT_TRUE(Add(assembler, {600, true, true, kDelta}));
  EXPECT_EQ(assembler.frames_dropped(), 3u);
}

TEST(Vp8AssemblerTest, AFrameWithoutEndOrStartIsDamage) {
  Vp8Assembler assembler;
  EXPECT_FALSE(Add(assembler, {100, true, false, kKey}));
  EXPECT_TRUE(Add(assembler, {200, true, true, kKey}));
  EXPECT_FALSE(Add(assembler, {300, false, true, {1, 2}}));
  EXPECT_TRUE(assembler.needs_key_frame());
}

TEST(Vp8AssemblerTest, PaddingIsNoDamage) {
  Vp8Assembler assembler;
  EXPECT_TRUE(Add(assembler, {100, true, true, kKey}));
  std::array<uint8_t, 64> buffer;
  RtpBuilder builder(buffer, {.payload_type = PayloadType(96),
                              .marker = false,
                              .seq = SeqNum(2),
                              .timestamp = RtpTimestamp(100),
                              .ssrc = Ssrc(1),
                              .csrcs = {}});
  builder.SetPayload({});
  builder.SetPadding(20);
  EXPECT_FALSE(assembler.Add(*RtpView::Parse(builder.Finish()), false));
  EXPECT_FALSE(assembler.needs_key_frame());
}

TEST(Vp8AssemblerTest, AFrameHasABound) {
  Vp8Assembler assembler;
  EXPECT_FALSE(Add(assembler, {100, true, false, kKey}));
  std::vector<uint8_t> part(1'400, 0);
  for (size_t sent = 0; sent <= FrameBuilder::kMaxFrame; sent += part.size()) {
    EXPECT_FALSE(Add(assembler, {100, false, false, part}));
  }
  EXPECT_FALSE(Add(assembler, {100, false, true, part}));
  EXPECT_TRUE(assembler.needs_key_frame());
}

}  // namespace
}  // namespace parley
