#include "sfu/wire/opus_red.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;

// Two redundant blocks, 1,920 and 960 units back, of 3 and 2 bytes, then the primary.
const Bytes kTwoRedundant{0xEF, 0x1E, 0x00, 0x03, 0xEF, 0x0F, 0x00, 0x02,
                          0x6F, 1,    2,    3,    4,    5,    6,    7};

TEST(Red, ReadsItsBlocks) {
  auto red = RedView::Parse(kTwoRedundant);
  ASSERT_TRUE(red);
  ASSERT_EQ(red->block_count(), 3u);
  EXPECT_EQ(red->block(0).payload_type, PayloadType(111));
  EXPECT_EQ(red->block(0).timestamp_offset, 1920);
  EXPECT_TRUE(std::ranges::equal(red->block(0).data, Bytes{1, 2, 3}));
  EXPECT_EQ(red->block(1).timestamp_offset, 960);
  EXPECT_TRUE(std::ranges::equal(red->block(1).data, Bytes{4, 5}));
  EXPECT_EQ(red->primary().timestamp_offset, 0);
  EXPECT_TRUE(std::ranges::equal(red->primary().data, Bytes{6, 7}));
  EXPECT_EQ(red->primary_offset(), 14u);
}

TEST(Red, RefusesTruncations) {
  for (size_t n = 0; n < 14; ++n) {
    EXPECT_FALSE(RedView::Parse(std::span(kTwoRedundant).first(n))) << n;
  }
  auto empty_primary = RedView::Parse(std::span(kTwoRedundant).first(14));
  ASSERT_TRUE(empty_primary);
  EXPECT_TRUE(empty_primary->primary().data.empty());
}

TEST(Red, APrimaryAloneIsFine) {
  auto red = RedView::Parse(Bytes{0x6F, 9, 8});
  ASSERT_TRUE(red);
  EXPECT_EQ(red->block_count(), 1u);
  EXPECT_EQ(red->primary_offset(), 1u);
}

TEST(Red, WritesWhatItReads) {
  const Bytes older{1, 2, 3};
  const Bytes newer{4, 5};
  const std::array<RedBlock, 2> redundant = {
      {{PayloadType(111), 1920, older}, {PayloadType(111), 960, newer}}};
  Bytes written(RedPrefixSize(redundant));
  WriteRedPrefix(redundant, PayloadType(111), written);
  written.insert(written.end(), {6, 7});
  EXPECT_EQ(written, kTwoRedundant);
}

TEST(Red, ItsBlocksAreBounded) {
  auto make = [](size_t redundant) {
    Bytes bytes;
    for (size_t i = 0; i < redundant; ++i) bytes.insert(bytes.end(), {0xEF, 0, 0, 0});
    bytes.push_back(0x6F);
    return bytes;
  };
  EXPECT_TRUE(RedView::Parse(make(RedView::kMaxBlocks - 1)));
  EXPECT_FALSE(RedView::Parse(make(RedView::kMaxBlocks)));
}

}  // namespace
}  // namespace parley
