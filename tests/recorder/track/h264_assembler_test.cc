#include "recorder/track/h264_assembler.h"

#include <gtest/gtest.h>

#include <vector>

#include "recorder/track/h264_parameters.h"
#include "tests/recorder/track/rtp_payload.h"

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;

// By x264, of 322 x 182 pixels: cropped, with emulation prevention in the timing that follows.
const Bytes kSps = {0x67, 0x42, 0xc0, 0x0d, 0xda, 0x05, 0x46, 0x78, 0x89, 0xb0, 0x11, 0x00, 0x00,
                    0x03, 0x00, 0x01, 0x00, 0x00, 0x03, 0x00, 0x32, 0x0f, 0x14, 0x2a, 0xa0};
const Bytes kPps = {0x68, 0xce, 0x0f, 0xc8};
const Bytes kHighSps = {0x67, 0x64, 0x00, 0x0d, 0xac, 0xd9, 0x41, 0x51, 0x9e,
                        0x22, 0x6c, 0x04, 0x40, 0x00, 0x00, 0x03, 0x00, 0x40,
                        0x00, 0x00, 0x0c, 0x83, 0xc5, 0x0a, 0x65, 0x80};
const Bytes kIdr = {0x65, 0x88, 1, 2, 3};
const Bytes kSlice = {0x41, 0x9A, 4, 5};

// How Matroska has a unit.
Bytes Sized(const Bytes& unit) {
  Bytes out = {0, 0, 0, static_cast<uint8_t>(unit.size())};
  out.insert(out.end(), unit.begin(), unit.end());
  return out;
}

Bytes Aggregate(const std::vector<Bytes>& units) {
  Bytes out = {0x78};
  for (const Bytes& unit : units) {
    out.insert(out.end(), {0, static_cast<uint8_t>(unit.size())});
    out.insert(out.end(), unit.begin(), unit.end());
  }
  return out;
}

struct Sent {
  uint32_t timestamp;
  bool marker;
  Bytes payload;
  bool gap = false;
};

std::optional<MediaFrame> Add(H264Assembler& assembler, const Sent& sent) {
  const testing::RtpPayload packet(sent.timestamp, sent.marker, sent.payload);
  return assembler.Add(packet.view(), sent.gap);
}

TEST(H264AssemblerTest, AKeyFrameBringsItsParameterSetsApart) {
  H264Assembler assembler;
  EXPECT_FALSE(Add(assembler, {100, false, Aggregate({kSps, kPps})}));
  const auto frame = Add(assembler, {100, true, kIdr});
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->data, Sized(kIdr));
  EXPECT_TRUE(frame->key_frame);
  EXPECT_EQ(frame->width, 322);
  EXPECT_EQ(frame->height, 182);
  ASSERT_GT(frame->codec_private.size(), 8u);
  EXPECT_EQ(frame->codec_private[0], 1);
  EXPECT_EQ(frame->codec_private[1], kSps[1]);
  const auto delta = Add(assembler, {200, true, kSlice});
  ASSERT_TRUE(delta);
  EXPECT_FALSE(delta->key_frame);
  EXPECT_TRUE(delta->codec_private.empty());
}

TEST(H264AssemblerTest, JoinsFragments) {
  H264Assembler assembler;
  Add(assembler, {100, false, kSps});
  Add(assembler, {100, false, kPps});
  EXPECT_FALSE(Add(assembler, {100, false, {0x7C, 0x85, 0x88, 1}}));
  EXPECT_FALSE(Add(assembler, {100, false, {0x7C, 0x05, 2}}));
  const auto frame = Add(assembler, {100, true, {0x7C, 0x45, 3}});
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->data, Sized(kIdr));
}

TEST(H264AssemblerTest, FragmentsWithoutStartOrEndAreDamage) {
  for (const std::vector<Sent>& packets :
       std::vector<std::vector<Sent>>{{{200, true, {0x7C, 0x41, 3}}},
                                      {{200, false, {0x7C, 0x81, 0x9A, 1}}, {200, true, kSlice}},
                                      {{200, true, {0x7C, 0x81, 0x9A, 1}}},
                                      {{200, false, {0x7C, 0x81, 0x9A, 1}}, {300, true, kSlice}},
                                      {{200, true, kSlice, true}},
                                      {{200, true, {0x41, 0x1A, 4}}},
                                      {{200, true, {0x7D}}}}) {
    H264Assembler assembler;
    ASSERT_TRUE(Add(assembler, {100, true, Aggregate({kSps, kPps, kIdr})}));
    for (const Sent& sent : packets) EXPECT_FALSE(Add(assembler, sent));
    EXPECT_TRUE(assembler.needs_key_frame());
    EXPECT_FALSE(Add(assembler, {400, true, kSlice}));
    EXPECT_TRUE(Add(assembler, {500, true, kIdr})) << "the sets are known from before";
  }
}

TEST(H264AssemblerTest, WithoutParameterSetsThereIsNoEntry) {
  H264Assembler assembler;
  EXPECT_FALSE(Add(assembler, {100, true, kIdr}));
  EXPECT_FALSE(Add(assembler, {200, true, Aggregate({kSps, kIdr})}));
  EXPECT_TRUE(assembler.needs_key_frame());
  EXPECT_TRUE(Add(assembler, {300, true, Aggregate({kPps, kIdr})}));
}

TEST(H264AssemblerTest, EveryTruncatedAggregateIsRefused) {
  const Bytes whole = Aggregate({kSps, kPps, kIdr});
  const size_t end_of_sets = whole.size() - kIdr.size() - 2;
  for (size_t size = 1; size + kIdr.size() < whole.size(); ++size) {
    H264Assembler assembler;
    EXPECT_FALSE(Add(
        assembler, {100, true, Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size))}))
        << size << " of " << end_of_sets;
  }
}

TEST(H264SequenceTest, ReadsBaselineAndHigh) {
  for (const Bytes& sps : {kSps, kHighSps}) {
    const auto sequence = H264Sequence::Parse(sps);
    ASSERT_TRUE(sequence);
    EXPECT_EQ(sequence->width, 322);
    EXPECT_EQ(sequence->height, 182);
    EXPECT_EQ(sequence->chroma_format, 1);
  }
  const auto high = H264Configuration(*H264Sequence::Parse(kHighSps), kHighSps, kPps);
  const auto base = H264Configuration(*H264Sequence::Parse(kSps), kSps, kPps);
  EXPECT_EQ(base.size(), 11 + kSps.size() + kPps.size());
  EXPECT_EQ(high.size(), 15 + kHighSps.size() + kPps.size());
}

// The size stands within the first 13 bytes; what follows is timing.
TEST(H264SequenceTest, OneCutShortIsRefused) {
  for (size_t size = 0; size < 9; ++size) {
    EXPECT_FALSE(H264Sequence::Parse(std::span(kSps).first(size))) << size;
  }
}

TEST(H264SequenceTest, AnAbsurdSizeIsRefused) {
  const Bytes absurd = {0x67, 0x42, 0xC0, 0x0D, 0xFC, 0, 0, 0, 1, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF};
  EXPECT_FALSE(H264Sequence::Parse(absurd));
}

}  // namespace
}  // namespace parley
