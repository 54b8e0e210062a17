#include "recorder/track/vp9_assembler.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/recorder/track/rtp_payload.h"

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;

// How libvpx begins a key frame of 322 x 182 pixels, and a frame that refers to it.
const Bytes kKey = {0xa2, 0x49, 0x83, 0x42, 0xe0, 0x14, 0x10, 0x0b,
                    0x56, 0x06, 0x38, 0x24, 0x1c, 0x18, 0x4a, 0x00};
const Bytes kDelta = {0xa6, 0x00, 0x40, 0x92, 0xf1, 0x21, 0x40, 0x00, 0x00, 0x74, 0x73, 0xbf};

// RFC 9628 section 4.2, with layer indices.
constexpr uint8_t kPredicted = 0x40;
constexpr uint8_t kStart = 0x08;
constexpr uint8_t kEnd = 0x04;

struct Sent {
  uint32_t timestamp;
  uint8_t flags;
  bool marker;
  Bytes data;
  uint8_t layer = 0;
  bool gap = false;
};

Bytes Payload(const Sent& sent) {
  Bytes payload = {static_cast<uint8_t>(0x20 | sent.flags),
                   static_cast<uint8_t>(sent.layer << 1 | (sent.layer > 0 ? 1 : 0)), 0};
  payload.insert(payload.end(), sent.data.begin(), sent.data.end());
  return payload;
}

std::optional<MediaFrame> Add(Vp9Assembler& assembler, const Sent& sent) {
  const testing::RtpPayload packet(sent.timestamp, sent.marker, Payload(sent));
  return assembler.Add(packet.view(), sent.gap);
}

TEST(Vp9AssemblerTest, JoinsThePartsAndReadsTheSize) {
  Vp9Assembler assembler;
  EXPECT_FALSE(Add(assembler, {100, kStart, false, kKey}));
  const auto frame = Add(assembler, {100, kEnd, true, {4, 5}});
  ASSERT_TRUE(frame);
  Bytes whole = kKey;
  whole.insert(whole.end(), {4, 5});
  EXPECT_EQ(frame->data, whole);
  EXPECT_TRUE(frame->key_frame);
  EXPECT_EQ(frame->width, 322);
  EXPECT_EQ(frame->height, 182);
  const auto delta = Add(assembler, {200, kPredicted | kStart | kEnd, true, kDelta});
  ASSERT_TRUE(delta);
  EXPECT_FALSE(delta->key_frame);
}

TEST(Vp9AssemblerTest, LayersBecomeASuperframe) {
  Vp9Assembler assembler;
  EXPECT_FALSE(Add(assembler, {100, kStart | kEnd, false, kKey}));
  const auto frame = Add(assembler, {100, kStart | kEnd, true, kDelta, 1});
  ASSERT_TRUE(frame);
  Bytes whole = kKey;
  whole.insert(whole.end(), kDelta.begin(), kDelta.end());
  whole.insert(whole.end(), {0xD9, static_cast<uint8_t>(kKey.size()), 0, 0, 0,
                             static_cast<uint8_t>(kDelta.size()), 0, 0, 0, 0xD9});
  EXPECT_EQ(frame->data, whole);
}

TEST(Vp9AssemblerTest, AfterDamageItWaitsForAKeyFrame) {
  for (const std::vector<Sent>& packets : std::vector<std::vector<Sent>>{
           {{200, kPredicted | kStart | kEnd, true, kDelta, 0, true}},
           {{200, kPredicted | kEnd, true, kDelta}},
           {{200, kPredicted | kStart, true, kDelta}},
           {{200, kPredicted | kStart, false, kDelta}, {200, kPredicted | kStart, true, kDelta}},
           {{200, kPredicted | kStart, false, kDelta}, {300, kPredicted | kEnd, true, kDelta}},
           {{200, kPredicted | kStart | kEnd, true, kDelta, 1}}}) {
    Vp9Assembler assembler;
    ASSERT_TRUE(Add(assembler, {100, kStart | kEnd, true, kKey}));
    for (const Sent& sent : packets) EXPECT_FALSE(Add(assembler, sent));
    EXPECT_TRUE(assembler.needs_key_frame());
    EXPECT_FALSE(Add(assembler, {400, kPredicted | kStart | kEnd, true, kDelta}));
    EXPECT_TRUE(Add(assembler, {500, kStart | kEnd, true, kKey}));
  }
}

TEST(Vp9AssemblerTest, EveryTruncatedKeyFrameIsNoEntry) {
  // Its header ends with the height, in the ninth byte.
  for (size_t size = 0; size < 9; ++size) {
    Vp9Assembler assembler;
    EXPECT_FALSE(
        Add(assembler, {100, kStart | kEnd, true,
                        Bytes(kKey.begin(), kKey.begin() + static_cast<ptrdiff_t>(size))}));
    EXPECT_TRUE(assembler.needs_key_frame());
  }
}

}  // namespace
}  // namespace parley
