#include "sfu/wire/h264_payload.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(H264Payload, ReadsSingleUnits) {
  auto sps = H264Payload::Parse(Bytes{0x67, 0x42, 0xE0, 0x1F});
  ASSERT_TRUE(sps);
  EXPECT_TRUE(sps->has_sps);
  EXPECT_FALSE(sps->idr_start);
  auto idr = H264Payload::Parse(Bytes{0x65, 0x88, 0x84});
  ASSERT_TRUE(idr);
  EXPECT_TRUE(idr->idr_start);
  EXPECT_TRUE(idr->first_macroblock);
  auto slice = H264Payload::Parse(Bytes{0x41, 0x40});
  ASSERT_TRUE(slice);
  EXPECT_TRUE(slice->slice_start);
  EXPECT_FALSE(slice->idr_start);
  EXPECT_FALSE(slice->first_macroblock) << "a later slice of the picture";
}

TEST(H264Payload, ReadsAnAggregateOfParameterSets) {
  Bytes stap{0x78, 0, 4, 0x67, 0x42, 0xE0, 0x1F, 0, 3, 0x68, 0xCE, 0x3C, 0, 2, 0x65, 0x88};
  auto p = H264Payload::Parse(stap);
  ASSERT_TRUE(p);
  EXPECT_TRUE(p->has_sps);
  EXPECT_TRUE(p->has_pps);
  EXPECT_TRUE(p->idr_start);
  // Whole units remain where an aggregate is cut between two of them.
  for (size_t n = 1; n < stap.size(); ++n) {
    EXPECT_EQ(H264Payload::Parse(std::span(stap).first(n)).has_value(), n == 7 || n == 12) << n;
  }
}

TEST(H264Payload, ReadsFragments) {
  auto start = H264Payload::Parse(Bytes{0x7C, 0x85, 0x88});
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->idr_start);
  EXPECT_TRUE(start->first_in_slice);
  auto middle = H264Payload::Parse(Bytes{0x7C, 0x05, 0x88});
  ASSERT_TRUE(middle);
  EXPECT_FALSE(middle->idr_start);
  EXPECT_FALSE(middle->first_in_slice);
  EXPECT_FALSE(H264Payload::Parse(Bytes{0x7C, 0x85}));
}

TEST(H264Payload, RefusesOtherPackings) {
  EXPECT_FALSE(H264Payload::Parse({}));
  for (uint8_t type : {0, 25, 26, 27, 29, 30, 31}) {
    EXPECT_FALSE(H264Payload::Parse(Bytes{type, 1, 2, 3})) << int{type};
  }
  EXPECT_FALSE(H264Payload::Parse(Bytes{0x78, 0, 0})) << "an empty unit";
}

}  // namespace
}  // namespace parley
