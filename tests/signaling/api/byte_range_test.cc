#include "signaling/api/byte_range.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr uint64_t kSize = 1000;
constexpr uint64_t kMost = 400;

std::optional<ByteRange> Range(std::string_view field, uint64_t size = kSize) {
  return ParseRange(field, size, kMost).range;
}

RangeFault FaultOf(std::string_view field, uint64_t size = kSize) {
  const auto answer = ParseRange(field, size, kMost);
  EXPECT_FALSE(answer.range) << field;
  return answer.fault;
}

TEST(ByteRangeTest, FromToAndToTheEnd) {
  EXPECT_EQ(Range("bytes=0-0"), (ByteRange{0, 1}));
  EXPECT_EQ(Range("bytes=100-299"), (ByteRange{100, 200}));
  EXPECT_EQ(Range("bytes=900-"), (ByteRange{900, 100}));
  EXPECT_EQ(Range("bytes=900-5000"), (ByteRange{900, 100})) << "it ends with the file";
  EXPECT_EQ(Range("bytes=-100"), (ByteRange{900, 100}));
  EXPECT_EQ(Range("bytes=-5000", 300), (ByteRange{0, 300}));
}

TEST(ByteRangeTest, NeverMoreThanTheMost) {
  EXPECT_EQ(Range("bytes=0-"), (ByteRange{0, kMost}));
  EXPECT_EQ(Range("bytes=100-999"), (ByteRange{100, kMost}));
  EXPECT_EQ(Range("bytes=-999"), (ByteRange{1, kMost}));
}

TEST(ByteRangeTest, BehindTheEnd) {
  EXPECT_EQ(FaultOf("bytes=1000-"), RangeFault::kUnsatisfiable);
  EXPECT_EQ(FaultOf("bytes=1000-1001"), RangeFault::kUnsatisfiable);
  EXPECT_EQ(FaultOf("bytes=-0"), RangeFault::kUnsatisfiable);
  EXPECT_EQ(FaultOf("bytes=0-", 0), RangeFault::kUnsatisfiable);
  EXPECT_EQ(FaultOf("bytes=-5", 0), RangeFault::kUnsatisfiable);
}

TEST(ByteRangeTest, WhatIsNoSingleRangeIsPassedOver) {
  for (const char* field :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=a-b", "bytes=5-4", "bytes=0-1,5-6",
        "lines=0-1", "Bytes=0-1", "bytes= 0-1", "bytes=0-1 ", "bytes=--1", "bytes=+1-2",
        "bytes=0x1-2", "bytes=99999999999999999999-", "bytes=0-99999999999999999999"}) {
    EXPECT_EQ(FaultOf(field), RangeFault::kIgnored) << field;
  }
}

}  // namespace
}  // namespace parley
