// Whatever the senders' clocks do, sound and pictures are recorded in step and at their time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sfu/wire/rtp_builder.h"
#include "tests/recorder/write/recording_fixture.h"

namespace parley::testing {
namespace {

using ::testing::HasSubstr;

constexpr double kSecond = 1e6;

void PutArrival(Message& message, Timestamp at) {
  for (size_t i = 0; i < 8; ++i) message[8 + i] = static_cast<uint8_t>(at.us() >> (8 * i));
}

size_t CountOf(const std::string& text, std::string_view what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

using RecordingClockTest = RecordingTest;

TEST_F(RecordingClockTest, WhatSendersSaidOfTheirClocksIsKept) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.length = Duration::Seconds(8);
  options.capture_times = true;
  Feed(writer, MakeMeeting(options));
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  std::ifstream in(TimelinePath(directory_, 1));
  const std::string text(std::istreambuf_iterator<char>(in), {});
  // A report a second of each, the first at 0.2 s: 12,345 ticks and what had passed.
  EXPECT_THAT(text,
              HasSubstr(R"("type":"clock","source":11,"rtp":21945,"sent_us":1700000000200000)"));
  EXPECT_EQ(CountOf(text, R"("type":"clock","source":11,)"), 8u);
  EXPECT_EQ(CountOf(text, R"("type":"clock","source":12,)"), 8u);
  // Every packet says when it was captured: one a second is asked.
  EXPECT_THAT(text, HasSubstr(R"("type":"capture","source":11,"rtp":60345,)"
                              R"("captured_us":1700000003000000,"offset_us":2000000)"));
  EXPECT_EQ(CountOf(text, R"("type":"capture","source":11,)"), 8u);
  EXPECT_EQ(CountOf(text, R"("type":"capture","source":12,)"), 8u);
}

// Pictures are 150 ms longer on their way than the sound, and no sender report says so.
TEST_F(RecordingClockTest, SoundAndPicturesAreInStepByWhatTheirPacketsSay) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.video_delay = Duration::Millis(150);
  options.reports = false;
  options.capture_times = true;
  Feed(writer, MakeMeeting(options));
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  EXPECT_NEAR(static_cast<double>(TrackOf(*manifest, "camera").start_us),
              static_cast<double>(TrackOf(*manifest, "microphone").start_us), 2000);
}

// Of any size but its two, and a time that is none.
TEST_F(RecordingClockTest, WhatSaysNothingOfACaptureIsPassedOver) {
  RecordingWriter writer(directory_);
  const auto packets = MakeMeeting({});
  Feed(writer, {packets.begin(), packets.begin() + 20});
  Timestamp at = packets[20].at;
  for (size_t size = 0; size <= 16; ++size) {
    std::array<uint8_t, 100> buffer;
    RtpBuilder builder(buffer, {.payload_type = PayloadType(96),
                                .marker = false,
                                .seq = SeqNum(static_cast<uint16_t>(100 + size)),
                                .timestamp = RtpTimestamp(7),
                                .ssrc = kCamera,
                                .csrcs = {}});
    const bool whole = size == 8 || size == 16;
    const std::vector<uint8_t> element(size, whole ? 0 : 0xFF);
    builder.AddExtension(kFeedCaptureTimeId, element);
    builder.SetPayload(std::array<uint8_t, 2>{0x10, 1});
    const auto packet = builder.Finish();
    at = at + Duration::Seconds(2);
    writer.HandleMessage(
        MakeMessage(FeedMessage::kRtp, kCamera, at,
                    {reinterpret_cast<const char*>(packet.data()), packet.size()}));
    writer.HandleTimeout(at);
  }
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, at));
  std::ifstream in(TimelinePath(directory_, 1));
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(CountOf(text, R"("type":"capture")"), 0u);
  EXPECT_EQ(CountOf(text, R"("type":"end")"), 1u);
}

// Browsers count nothing while a microphone is off, and no other source of theirs says that it was
// not the network.
TEST_F(RecordingClockTest, WhoWasMutedIsHeardWhenTheySpeakFromTheirFirstWordOn) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.length = Duration::Seconds(6);
  options.reports = false;
  auto packets = MakeMeeting(options);
  std::erase_if(packets, [](const FeedPacket& packet) { return packet.ssrc == kCamera; });
  const Duration off = Duration::Seconds(4);
  for (FeedPacket& packet : packets) {
    if (packet.at < options.start + Duration::Seconds(3)) continue;
    packet.at = packet.at + off;
    PutArrival(packet.message, packet.at);
  }
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length + off));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  const RecordedTrack& track = TrackOf(*manifest, "microphone");
  ASSERT_EQ(track.gaps.size(), 1u);
  EXPECT_NEAR(static_cast<double>(track.gaps[0].start_us), 3 * kSecond, 0.1 * kSecond);
  EXPECT_NEAR(static_cast<double>(track.gaps[0].end_us), 7 * kSecond, 0.1 * kSecond);
  EXPECT_NEAR(static_cast<double>(track.end_us), 10 * kSecond, 0.1 * kSecond);
}

TEST_F(RecordingClockTest, SoundAndPictureOfOnePersonStandTogetherWhateverEachWaitedFor) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.length = Duration::Seconds(30);
  options.clock_skew = 100e-6;
  options.video_delay = Duration::Millis(150);
  Feed(writer, MakeMeeting(options));
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  // Both end with what was seen and heard at 30 s.
  const double sound = static_cast<double>(TrackOf(*manifest, "microphone").end_us);
  const double picture = static_cast<double>(TrackOf(*manifest, "camera").end_us);
  EXPECT_NEAR(sound - picture, 0, 0.03 * kSecond);
}

TEST_F(RecordingClockTest, AClockThatJumpsIsFollowed) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.reports = false;
  auto packets = MakeMeeting(options);
  for (FeedPacket& packet : packets) {
    if (packet.ssrc == Ssrc() || packet.at < options.start + Duration::Seconds(2)) continue;
    // The RTP timestamp, a million seconds on.
    packet.message[kFeedHeaderSize + 4] ^= 0x55;
  }
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  EXPECT_NEAR(static_cast<double>(manifest->duration_us), 5 * kSecond, 0.3 * kSecond);
}

}  // namespace
}  // namespace parley::testing
