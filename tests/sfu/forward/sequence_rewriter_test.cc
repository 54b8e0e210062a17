#include "sfu/forward/sequence_rewriter.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace parley {
namespace {

TEST(SequenceRewriter, RunsOnOverSwitches) {
  SequenceRewriter r(65534);
  r.StartSegment(1000);
  EXPECT_EQ(r.Map(1000), 65534);
  EXPECT_EQ(r.Map(1001), 65535);
  r.StartSegment(7);
  EXPECT_EQ(r.Map(7), 65536);
  EXPECT_EQ(r.Map(6), std::nullopt) << "from before the segment";
}

TEST(SequenceRewriter, ShowsLossesAndReorderingAsTheyAre) {
  SequenceRewriter r(0);
  r.StartSegment(10);
  EXPECT_EQ(r.Map(10), 0);
  EXPECT_EQ(r.Map(13), 3);
  EXPECT_EQ(r.Map(11), 1);
  EXPECT_EQ(r.Map(14), 4);
}

TEST(SequenceRewriter, DroppedPacketsLeaveNoGap) {
  SequenceRewriter r(0);
  r.StartSegment(10);
  EXPECT_EQ(r.Map(10), 0);
  r.Drop(11);
  r.Drop(12);
  EXPECT_EQ(r.Map(13), 1);
  EXPECT_EQ(r.Map(11), std::nullopt) << "was dropped";
  r.Drop(15);
  EXPECT_EQ(r.Map(14), 2) << "lost before the drop: its place was kept";
  EXPECT_EQ(r.Map(16), 3);
}

TEST(SequenceRewriter, FindsWhatANumberStoodFor) {
  SequenceRewriter r(65530);
  uint32_t first = r.StartSegment(100);
  for (int i = 0; i < 10; ++i) r.Map(100 + i);
  uint32_t second = r.StartSegment(5000);
  r.Map(5000);
  auto old = r.Find(65535);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->source_seq, 105);
  EXPECT_EQ(old->segment, first);
  auto wrapped = r.Find(3);
  ASSERT_TRUE(wrapped);
  EXPECT_EQ(wrapped->source_seq, 109);
  auto newest = r.Find(4);
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->source_seq, 5000);
  EXPECT_EQ(newest->segment, second);
  EXPECT_FALSE(r.Find(5)) << "not sent yet";
  EXPECT_FALSE(r.Find(65529)) << "before the first";
}

TEST(SequenceRewriter, NumbersThatWereNeverSentAreGivenOutAgain) {
  SequenceRewriter r(65530);
  const uint32_t first = r.StartSegment(100);
  for (int i = 0; i < 4; ++i) r.Map(100 + i);
  r.Drop(104);
  for (int i = 5; i < 10; ++i) r.Map(100 + i);
  r.Rewind(65533);
  EXPECT_FALSE(r.Find(65533));
  ASSERT_TRUE(r.Find(65532));
  EXPECT_EQ(r.Find(65532)->source_seq, 102);
  const uint32_t second = r.StartSegment(700);
  EXPECT_EQ(r.Map(700), 65533);
  EXPECT_EQ(r.Map(701), 65534);
  ASSERT_TRUE(r.Find(65534));
  EXPECT_EQ(r.Find(65534)->source_seq, 701);
  EXPECT_EQ(r.Find(65534)->segment, second);
  EXPECT_EQ(r.Find(65531)->segment, first);
  r.Rewind(65535);
  EXPECT_EQ(r.Find(65534)->source_seq, 701) << "nothing was given out from there on";
}

// Whatever comes: no output number is given twice, and each leads back to its packet while it is
// remembered.
TEST(SequenceRewriter, NumbersAreUniqueAndFoundAgain) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    SequenceRewriter r(static_cast<uint16_t>(random()));
    std::map<int64_t, SequenceRewriter::Origin> given;
    uint32_t segment = r.StartSegment(0);
    int64_t next = 0;
    std::vector<int64_t> late;
    for (int i = 0; i < 2000; ++i) {
      uint32_t dice = random() % 100;
      int64_t seq = next++;
      if (dice < 5) {
        late.push_back(seq);
        continue;
      }
      if (dice < 10) {
        r.Drop(seq);
        continue;
      }
      if (dice < 11) {
        segment = r.StartSegment(next = static_cast<int64_t>(random() % 100'000));
        late.clear();
        continue;
      }
      if (dice < 15 && !late.empty()) {
        seq = late.back();
        late.pop_back();
        --next;
      }
      auto output = r.Map(seq);
      if (!output) continue;
      EXPECT_TRUE(given.emplace(*output, SequenceRewriter::Origin{seq, segment}).second);
      auto found = r.Find(static_cast<uint16_t>(*output));
      ASSERT_TRUE(found);
      EXPECT_EQ(found->source_seq, seq);
      EXPECT_EQ(found->segment, segment);
    }
    EXPECT_GT(given.size(), 1500u);
  }
}

}  // namespace
}  // namespace parley
