#include "sfu/wire/rtcp_twcc_builder.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "sfu/wire/rtcp_twcc.h"
#include "tests/sfu/wire/rtcp_test_util.h"

namespace parley {
namespace {

constexpr Timestamp kStart = Timestamp::Seconds(1000);

class TwccBuilderTest : public testing::Test {
 protected:
  // Writes until empty into packets of at most `room` bytes.
  void Flush(size_t room = 1200) {
    while (!builder_.empty()) {
      std::vector<uint8_t> buffer(room);
      ByteWriter out(buffer);
      ASSERT_TRUE(builder_.Write(out));
      ASSERT_EQ(out.size() % 4, 0u);
      std::optional<TwccView> view = TwccView::Parse(FirstPacket(out.written()));
      ASSERT_TRUE(view);
      EXPECT_EQ(view->feedback_count(), static_cast<uint8_t>(packets_++));
      EXPECT_EQ(view->sender_ssrc(), Ssrc(1));
      EXPECT_EQ(view->media_ssrc(), Ssrc(2));
      view->ForEach([&](SeqNum seq, std::optional<Duration> at) {
        if (at) {
          EXPECT_TRUE(reported_.emplace(seq.value(), at->us()).second) << seq.value();
        } else {
          lost_.push_back(seq.value());
        }
      });
    }
  }

  // Reported times are whole units, rounded down.
  int64_t Rounded(Timestamp at) { return at.us() / 250 * 250; }

  TwccBuilder builder_{Ssrc(1), Ssrc(2)};
  int packets_ = 0;
  std::map<uint16_t, int64_t> reported_;
  std::vector<uint16_t> lost_;
};

TEST_F(TwccBuilderTest, NothingToWrite) {
  std::array<uint8_t, 100> buffer;
  ByteWriter out(buffer);
  EXPECT_FALSE(builder_.Write(out));
  EXPECT_EQ(out.size(), 0u);
}

TEST_F(TwccBuilderTest, ASteadyRunIsOneRunLengthChunk) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(builder_.Add(SeqNum(65500) + i, kStart + Duration::Millis(i)));
  }
  std::array<uint8_t, 200> buffer;
  ByteWriter out(buffer);
  ASSERT_TRUE(builder_.Write(out));
  EXPECT_EQ(out.size(), 4u + 16 + 2 + 100 + 2);
  EXPECT_EQ(LoadBe16(buffer.data() + 20), 0x2000 | 100);
}

TEST_F(TwccBuilderTest, ReportsGapsAcrossPacketsOnce) {
  builder_.Add(SeqNum(10), kStart);
  builder_.Add(SeqNum(13), kStart + Duration::Millis(1));
  Flush();
  builder_.Add(SeqNum(16), kStart + Duration::Millis(2));
  Flush();
  EXPECT_EQ(lost_, (std::vector<uint16_t>{11, 12, 14, 15}));
  EXPECT_EQ(reported_.size(), 3u);
  EXPECT_EQ(packets_, 2);
}

TEST_F(TwccBuilderTest, SortsReorderedPacketsAndDropsDuplicates) {
  for (int seq : {5, 3, 4, 5, 1, 3}) {
    EXPECT_TRUE(builder_.Add(SeqNum(static_cast<uint16_t>(seq)), kStart + Duration::Millis(-seq)));
  }
  Flush();
  EXPECT_EQ(lost_, (std::vector<uint16_t>{2}));
  EXPECT_EQ(reported_.size(), 4u);
  EXPECT_EQ(reported_[5], Rounded(kStart + Duration::Millis(-5)));
}

TEST_F(TwccBuilderTest, LatePacketsGetPacketsOfTheirOwnAndNothingIsReportedTwice) {
  for (int seq : {1, 2, 5, 6}) {
    builder_.Add(SeqNum(static_cast<uint16_t>(seq)), kStart + Duration::Millis(seq));
  }
  Flush();
  EXPECT_EQ(lost_, (std::vector<uint16_t>{3, 4}));
  lost_.clear();
  builder_.Add(SeqNum(3), kStart + Duration::Millis(10));
  builder_.Add(SeqNum(4), kStart + Duration::Millis(11));
  builder_.Add(SeqNum(8), kStart + Duration::Millis(12));
  Flush();
  EXPECT_EQ(lost_, (std::vector<uint16_t>{7}));
  EXPECT_EQ(reported_.size(), 7u);
  EXPECT_EQ(packets_, 3);
}

TEST_F(TwccBuilderTest, IsFullAtItsCapacityAndGoesOnAfterAWrite) {
  for (size_t i = 0; i < TwccBuilder::kCapacity; ++i) {
    EXPECT_TRUE(builder_.Add(SeqNum(static_cast<uint16_t>(i)), kStart));
  }
  EXPECT_TRUE(builder_.full());
  EXPECT_FALSE(builder_.Add(SeqNum(TwccBuilder::kCapacity), kStart));
  Flush();
  EXPECT_TRUE(builder_.Add(SeqNum(TwccBuilder::kCapacity), kStart));
  Flush();
  EXPECT_TRUE(lost_.empty());
  EXPECT_EQ(reported_.size(), TwccBuilder::kCapacity + 1);
}

TEST_F(TwccBuilderTest, PausesLongerThanADeltaBeginANewPacket) {
  builder_.Add(SeqNum(1), kStart);
  builder_.Add(SeqNum(2), kStart + Duration::Seconds(9));
  builder_.Add(SeqNum(3), kStart + Duration::Seconds(17));
  Flush();
  EXPECT_EQ(packets_, 2);
  EXPECT_EQ(reported_.size(), 3u);
  EXPECT_TRUE(lost_.empty());
}

TEST_F(TwccBuilderTest, TooSmallABufferTakesNothing) {
  builder_.Add(SeqNum(1), kStart);
  std::array<uint8_t, 23> buffer;
  ByteWriter out(buffer);
  EXPECT_FALSE(builder_.Write(out));
  EXPECT_TRUE(out.ok());
  EXPECT_EQ(out.size(), 0u);
  EXPECT_FALSE(builder_.empty());
}

TEST_F(TwccBuilderTest, TheReferenceTimeWrapsWithItsTwentyFourBits) {
  Timestamp late = Timestamp::Millis(64) + Duration::Millis(64) * (int64_t{1} << 24);
  builder_.Add(SeqNum(1), late);
  std::array<uint8_t, 100> buffer;
  ByteWriter out(buffer);
  ASSERT_TRUE(builder_.Write(out));
  EXPECT_EQ(TwccView::Parse(FirstPacket(out.written()))->reference_units(), 1);
}

// Loss, bursts, reordering and pauses; every buffer size from tiny to roomy.
TEST_F(TwccBuilderTest, RandomStretchesAreReportedExactly) {
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    builder_ = TwccBuilder(Ssrc(1), Ssrc(2));
    packets_ = 0;
    reported_.clear();
    lost_.clear();
    std::map<uint16_t, int64_t> expected;
    auto seq = static_cast<uint16_t>(random());
    uint16_t first = seq;
    Timestamp now = kStart;
    unsigned loss = random() % 60;
    for (int i = 0; i < 2000; ++i) {
      now =
          now + Duration::Micros(static_cast<int64_t>(random() % (random() % 20 ? 3000 : 400'000)));
      if (i > 0 && random() % 100 < loss) {
        seq = static_cast<uint16_t>(seq + (random() % 30 ? 1 : random() % 300));
        continue;
      }
      Timestamp at = now - Duration::Millis(random() % 10 ? 0 : random() % 200);
      if (builder_.full() || random() % 50 == 0) Flush(40 + random() % 1200);
      ASSERT_TRUE(builder_.Add(SeqNum(seq), at));
      expected[seq] = Rounded(at);
      seq = static_cast<uint16_t>(seq + 1);
    }
    Flush();
    EXPECT_EQ(reported_, expected);
    uint16_t last = first;
    for (const auto& [s, at] : expected) {
      if (SeqNum(s) - SeqNum(last) > 0) last = s;
    }
    EXPECT_EQ(lost_.size() + expected.size(), static_cast<uint16_t>(last - first) + 1u);
  }
}

}  // namespace
}  // namespace parley
