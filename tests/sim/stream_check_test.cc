#include "tests/client/stream_check.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/client/test_media.h"
#include "tests/client/test_offer.h"

namespace parley::test {
namespace {

constexpr uint32_t kAda = 17;
constexpr uint32_t kBea = 18;
constexpr Duration kFrame = Duration::Micros(33'333);
constexpr size_t kCsrcAt = 12;

using Packet = std::vector<uint8_t>;

// A second of somebody's media, as the server would forward it.
std::vector<Packet> Forwarded(std::vector<std::vector<uint8_t>> sent, uint32_t source) {
  for (Packet& packet : sent) {
    packet[0] |= 1;  // CC
    packet.insert(packet.begin() + kCsrcAt, 4, 0);
    StoreBe32(packet.data() + kCsrcAt, source);
  }
  return sent;
}

template <class Source>
std::vector<Packet> Media(Source source, uint32_t id) {
  std::vector<Packet> sent;
  while (const auto packet = source.Next(Timestamp::Seconds(11))) {
    sent.emplace_back(packet->begin(), packet->end());
  }
  return Forwarded(std::move(sent), id);
}

TestStreamConfig Stream(PayloadType type) {
  return {Ssrc(5), type, "1", "", kTestExtensions, nullptr};
}

class StreamCheckTest : public testing::Test {
 protected:
  // 30 pictures of two packets, but for the first, which is of more.
  static std::vector<Packet> Video(uint32_t source = kAda) {
    return Media(TestVideoSource(Stream(kVp8Payload), {}, Timestamp::Seconds(10)), source);
  }
  static std::vector<Packet> Sound(uint32_t source = kAda) {
    return Media(TestAudioSource(Stream(kOpusPayload), Timestamp::Seconds(10)), source);
  }
  static uint32_t TimestampOf(const Packet& packet) { return LoadBe32(packet.data() + 4); }
  static uint16_t NumberOf(const Packet& packet) { return LoadBe16(packet.data() + 2); }
  // As the server lets somebody else's stream follow: numbers go on, and time by `ticks`.
  static void Follow(std::vector<Packet>& next, const Packet& last, uint32_t ticks) {
    const auto number = static_cast<uint16_t>(NumberOf(last) + 1 - NumberOf(next.front()));
    const uint32_t time = TimestampOf(last) + ticks - TimestampOf(next.front());
    for (Packet& packet : next) {
      StoreBe16(packet.data() + 2, static_cast<uint16_t>(NumberOf(packet) + number));
      StoreBe32(packet.data() + 4, TimestampOf(packet) + time);
    }
  }
  static void Shift(Packet& packet, uint32_t ticks) {
    StoreBe32(packet.data() + 4, TimestampOf(packet) + ticks);
  }

  // Each comes when its timestamp says, the first of them now.
  void Receive(const std::vector<Packet>& packets, uint32_t clock = 90'000) {
    const uint32_t first = TimestampOf(packets.front());
    const Timestamp began = now_;
    for (const Packet& packet : packets) {
      const auto passed = static_cast<int32_t>(TimestampOf(packet) - first);
      now_ = std::max(now_, began + Duration::Micros(int64_t{passed} * 1'000'000 / clock));
      ReceiveNow(packet);
    }
  }
  void ReceiveNow(const Packet& packet) { check_.Count(*RtpView::Parse(packet), now_); }
  const StreamCheck::Counts& counts() const { return check_.counts(); }

  StreamCheck::Expected expected_{{kAda, kBea}, 960, 3000};
  StreamCheck check_{expected_};
  Timestamp now_ = Timestamp::Seconds(100);
};

TEST_F(StreamCheckTest, FindsNothingInWhatIsWhole) {
  const auto video = Video();
  ASSERT_GT(video.size(), 60u);
  Receive(video);
  EXPECT_EQ(counts().packets, video.size());
  EXPECT_EQ(counts().wrong(), 0u);
  EXPECT_EQ(check_.source(), kAda);
}

TEST_F(StreamCheckTest, FindsNothingInSound) {
  const auto sound = Sound();
  Receive(sound, 48'000);
  EXPECT_EQ(counts().packets, sound.size());
  EXPECT_EQ(counts().wrong(), 0u);
}

TEST_F(StreamCheckTest, FindsNothingWhereNumbersWrap) {
  auto video = Video();
  for (Packet& packet : video) {
    StoreBe16(packet.data() + 2, static_cast<uint16_t>(NumberOf(packet) + 65'500));
    Shift(packet, 0xFFFF'F000);
  }
  Receive(video);
  EXPECT_EQ(counts().wrong(), 0u);
}

TEST_F(StreamCheckTest, CountsWhatIsMissing) {
  auto video = Video();
  video.erase(video.begin() + 20, video.begin() + 23);
  Receive(video);
  EXPECT_EQ(counts().missing, 3u);
  EXPECT_EQ(counts().wrong(), 3u);
}

TEST_F(StreamCheckTest, TellsWhatCameLateFromWhatIsMissing) {
  auto video = Video();
  std::swap(video[20], video[21]);
  Receive(video);
  EXPECT_EQ(counts().missing, 0u);
  EXPECT_EQ(counts().reordered, 1u);
  EXPECT_EQ(counts().wrong(), 1u);
}

TEST_F(StreamCheckTest, CountsDuplicates) {
  auto video = Video();
  video.insert(video.begin() + 21, video[18]);
  Receive(video);
  EXPECT_EQ(counts().duplicates, 1u);
  EXPECT_EQ(counts().wrong(), 1u);
}

TEST_F(StreamCheckTest, CountsATimestampThatGoesBack) {
  auto sound = Sound();
  Shift(sound[10], static_cast<uint32_t>(-960 * 3));
  Receive(sound, 48'000);
  EXPECT_EQ(counts().wrong_timestamps, 1u);
  EXPECT_EQ(counts().wrong(), 1u);
}

TEST_F(StreamCheckTest, CountsAJumpOfTheTimestampsOnce) {
  auto video = Video();
  Receive({video.begin(), video.begin() + 30});
  // From here on a second ahead, of which the clock knows nothing.
  for (Packet& packet : video) Shift(packet, 90'000);
  now_ = now_ + kFrame;
  Receive({video.begin() + 30, video.end()});
  EXPECT_EQ(counts().wrong_timestamps, 1u);
  EXPECT_EQ(counts().wrong(), 1u);
}

TEST_F(StreamCheckTest, CountsTimestampsThatFallBehindTheClock) {
  const auto sound = Sound();
  for (const Packet& packet : sound) {  // three times as slow
    ReceiveNow(packet);
    now_ = now_ + Duration::Millis(60);
  }
  EXPECT_GT(counts().wrong_timestamps, 0u);
  EXPECT_EQ(counts().wrong_timestamps, counts().wrong());
}

TEST_F(StreamCheckTest, CountsAStepThatIsNoFrames) {
  auto sound = Sound();
  for (size_t i = 10; i < sound.size(); ++i) Shift(sound[i], 100);
  Receive(sound, 48'000);
  EXPECT_EQ(counts().wrong_timestamps, 1u);
  EXPECT_EQ(counts().wrong(), 1u);
}

TEST_F(StreamCheckTest, CountsAFrameInTwoTimes) {
  auto video = Video();
  const auto starts = [&](size_t i) { return TimestampOf(video[i]) != TimestampOf(video[i - 1]); };
  size_t second = 20;
  while (starts(second)) ++second;
  Shift(video[second], 3000);
  Receive(video);
  EXPECT_GT(counts().wrong_timestamps, 0u);
  EXPECT_EQ(counts().wrong_timestamps, counts().wrong());
}

TEST_F(StreamCheckTest, LetsAnotherSourceFollow) {
  const auto first = Video();
  auto second = Video(kBea);
  Receive(first);
  Follow(second, first.back(), 9000);
  now_ = now_ + Duration::Millis(100);
  Receive(second);
  EXPECT_EQ(counts().wrong(), 0u);
  EXPECT_EQ(check_.source(), kBea);
}

TEST_F(StreamCheckTest, CountsAJumpFromOneSourceToAnother) {
  const auto first = Video();
  auto second = Video(kBea);
  Receive(first);
  Follow(second, first.back(), 90'000);
  now_ = now_ + Duration::Millis(100);
  Receive(second);
  EXPECT_EQ(counts().wrong_timestamps, 1u);
  EXPECT_EQ(counts().wrong(), 1u);
}

TEST_F(StreamCheckTest, CountsASourceThatBeginsWithoutAKeyFrame) {
  const auto first = Video();
  auto second = Video(kBea);
  Receive(first);
  while (TimestampOf(second[0]) == TimestampOf(second[1])) second.erase(second.begin());
  second.erase(second.begin());
  Follow(second, first.back(), 9000);
  now_ = now_ + Duration::Millis(100);
  Receive(second);
  EXPECT_EQ(counts().no_key_frame, 1u);
  EXPECT_EQ(counts().wrong(), 1u);
}

TEST_F(StreamCheckTest, BlamesNoSourceForABeginningThatWasLost) {
  const auto first = Video();
  auto second = Video(kBea);
  Receive(first);
  Follow(second, first.back(), 9000);
  second.erase(second.begin());
  now_ = now_ + Duration::Millis(100);
  Receive(second);
  EXPECT_EQ(counts().no_key_frame, 0u);
  EXPECT_EQ(counts().missing, 1u);
}

TEST_F(StreamCheckTest, CountsPacketsOfNobodyWhoPublishes) {
  auto sound = Sound();
  StoreBe32(sound[7].data() + kCsrcAt, 99);
  StoreBe32(sound[8].data() + kCsrcAt, 99);
  Receive(sound, 48'000);
  EXPECT_EQ(counts().wrong_source, 2u);
  EXPECT_EQ(counts().wrong(), 2u);
}

TEST_F(StreamCheckTest, TellsWhatCameSince) {
  auto video = Video();
  video.erase(video.begin() + 10);
  Receive({video.begin(), video.begin() + 30});
  const StreamCheck::Counts before = counts();
  EXPECT_EQ(before.wrong(), 1u);
  Receive({video.begin() + 30, video.end()});
  const StreamCheck::Counts since = counts() - before;
  EXPECT_EQ(since.packets, video.size() - 30);
  EXPECT_EQ(since.wrong(), 0u);
}

}  // namespace
}  // namespace parley::test
