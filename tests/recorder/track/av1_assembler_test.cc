#include "recorder/track/av1_assembler.h"

#include <gtest/gtest.h>

#include <vector>

#include "recorder/track/av1_sequence.h"
#include "tests/recorder/track/rtp_payload.h"

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;

// libaom's sequence header of 322 x 182 pixels, without OBU header.
const Bytes kSequence = {0x00, 0x00, 0x00, 0x04, 0x3d, 0x06, 0xd4, 0xda, 0xf9, 0x00, 0x40};
// OBU_FRAME: a key frame, and one that refers to it.
const Bytes kKey = {0x30, 0x10, 1, 2};
const Bytes kDelta = {0x30, 0x30, 3};

Bytes SequenceObu() {
  Bytes out = {0x08};
  out.insert(out.end(), kSequence.begin(), kSequence.end());
  return out;
}

// Every OBU behind its size (W is 0).
Bytes Payload(const std::vector<Bytes>& obus, uint8_t flags = 0) {
  Bytes out = {flags};
  for (const Bytes& obu : obus) {
    out.push_back(static_cast<uint8_t>(obu.size()));
    out.insert(out.end(), obu.begin(), obu.end());
  }
  return out;
}

// How Matroska has an OBU.
void Append(Bytes& out, const Bytes& obu) {
  out.insert(out.end(), {static_cast<uint8_t>(obu[0] | 2), static_cast<uint8_t>(obu.size() - 1)});
  out.insert(out.end(), obu.begin() + 1, obu.end());
}

struct Sent {
  uint32_t timestamp;
  bool marker;
  Bytes payload;
  bool gap = false;
};

std::optional<MediaFrame> Add(Av1Assembler& assembler, const Sent& sent) {
  const testing::RtpPayload packet(sent.timestamp, sent.marker, sent.payload);
  return assembler.Add(packet.view(), sent.gap);
}

TEST(Av1AssemblerTest, AKeyFrameHasItsSequenceHeaderAndItsRecord) {
  Av1Assembler assembler;
  const auto frame = Add(assembler, {100, true, Payload({{0x10}, SequenceObu(), kKey}, 0x08)});
  ASSERT_TRUE(frame);
  Bytes whole;
  Append(whole, SequenceObu());
  Bytes record = {0x81, 0, 0x0C, 0};
  record.insert(record.end(), whole.begin(), whole.end());
  Append(whole, kKey);
  EXPECT_EQ(frame->data, whole);
  EXPECT_EQ(frame->codec_private, record);
  EXPECT_TRUE(frame->key_frame);
  EXPECT_EQ(frame->width, 322);
  EXPECT_EQ(frame->height, 182);
  const auto delta = Add(assembler, {200, true, Payload({kDelta})});
  ASSERT_TRUE(delta);
  EXPECT_FALSE(delta->key_frame);
}

TEST(Av1AssemblerTest, JoinsFragments) {
  Av1Assembler assembler;
  EXPECT_FALSE(Add(assembler, {100, false, Payload({SequenceObu(), {0x30, 0x10}}, 0x48)}));
  EXPECT_FALSE(Add(assembler, {100, false, {0xD0, 1}}));
  const auto frame = Add(assembler, {100, true, {0x90, 2}});
  ASSERT_TRUE(frame);
  Bytes whole;
  Append(whole, SequenceObu());
  Append(whole, kKey);
  EXPECT_EQ(frame->data, whole);
}

TEST(Av1AssemblerTest, AfterDamageItWaitsForAKeyFrame) {
  for (const std::vector<Sent>& packets : std::vector<std::vector<Sent>>{
           {{200, true, Payload({kDelta}), true}},
           {{200, true, {0x90, 3}}},
           {{200, true, Payload({kDelta}, 0x40)}},
           {{200, false, Payload({kDelta}, 0x40)}, {200, true, Payload({kDelta})}},
           {{200, false, Payload({kDelta})}, {300, true, Payload({kDelta})}},
           {{200, true, {0, 9, 0x30}}}}) {
    Av1Assembler assembler;
    ASSERT_TRUE(Add(assembler, {100, true, Payload({SequenceObu(), kKey})}));
    for (const Sent& sent : packets) Add(assembler, sent);
    EXPECT_TRUE(assembler.needs_key_frame());
    EXPECT_FALSE(Add(assembler, {400, true, Payload({kDelta})}));
    EXPECT_FALSE(Add(assembler, {450, true, Payload({kKey})})) << "no sequence header";
    EXPECT_TRUE(Add(assembler, {500, true, Payload({SequenceObu(), kKey})}));
  }
}

TEST(Av1SequenceTest, EveryTruncationIsRefused) {
  ASSERT_TRUE(Av1Sequence::Parse(kSequence));
  // Colour is told in the last byte but one or two; behind it only padding may be missing.
  for (size_t size = 0; size + 2 < kSequence.size(); ++size) {
    EXPECT_FALSE(Av1Sequence::Parse(std::span(kSequence).first(size))) << size;
  }
}

}  // namespace
}  // namespace parley
