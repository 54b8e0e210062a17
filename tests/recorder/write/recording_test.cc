// A whole recording: feed messages in, files out; each file is decoded by ffmpeg, which nobody here
// wrote.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <span>

#include "recorder/library/recording_state.h"
#include "sfu/wire/rtp.h"
#include "tests/recorder/small_disk.h"
#include "tests/recorder/write/recording_fixture.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

constexpr double kSecond = 1e6;

// Behind the beginning.
void PutEvent(std::vector<FeedPacket>& packets, Timestamp at, const char* json) {
  const auto place = std::find_if(packets.begin() + 1, packets.end(),
                                  [&](const FeedPacket& packet) { return packet.at >= at; });
  packets.insert(place, {MakeMessage(FeedMessage::kEvent, {}, at, json), at, {}});
}

// RFC 7741 section 4.3: a key frame's first byte has no lowest bit.
void MakeDelta(Message& message) {
  const auto view = RtpView::Parse(std::span(message).subspan(kFeedHeaderSize));
  if (!view || view->payload().size() < 2 || view->payload()[0] != 0x10) return;
  message[static_cast<size_t>(view->payload().data() - message.data()) + 1] |= 1;
}

TEST_F(RecordingTest, SoundAndPicturesBecomeFilesThatPlay) {
  RecordingWriter writer(directory_);
  const MeetingOptions options;
  Feed(writer, MakeMeeting(options));
  const Timestamp end = options.start + options.length;
  writer.HandleMessage(MakeMessage(FeedMessage::kEvent, {}, end - Duration::Seconds(3),
                                   R"({"type":"speaker","participant":"p1"})"));
  writer.HandleMessage(
      MakeMessage(FeedMessage::kEvent, {}, end - Duration::Seconds(2),
                  R"({"type":"chat","participant":"p1","name":"Ada","text":"<b>hi</b>"})"));
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, end));
  EXPECT_TRUE(writer.done());
  EXPECT_EQ(writer.messages_refused(), 0u);
  ExpectClean(directory_);

  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest) << manifest.error();
  EXPECT_EQ(manifest->state, "finished");
  EXPECT_EQ(manifest->title, "Weekly");
  EXPECT_NEAR(static_cast<double>(manifest->duration_us), 5 * kSecond, 0.2 * kSecond);
  ASSERT_EQ(manifest->tracks.size(), 2u);
  for (const RecordedTrack& track : manifest->tracks) {
    EXPECT_EQ(track.participant, "p1");
    EXPECT_NEAR(static_cast<double>(track.start_us), 0, 0.1 * kSecond) << track.kind;
    EXPECT_NEAR(static_cast<double>(track.end_us), 5 * kSecond, 0.1 * kSecond) << track.kind;
    EXPECT_THAT(track.gaps, IsEmpty());
    EXPECT_EQ(track.size > 10'000, true);
    EXPECT_NEAR(DurationOf((directory_ / track.file).string()), 5, 0.2);
  }
  EXPECT_EQ(TrackOf(*manifest, "camera").width, 320u);
  ASSERT_EQ(manifest->participants.size(), 1u);
  EXPECT_EQ(manifest->participants[0].name, "Ada");
  ASSERT_EQ(manifest->speakers.size(), 1u);
  EXPECT_NEAR(static_cast<double>(manifest->speakers[0].start_us), 2 * kSecond, 1000);
  ASSERT_EQ(manifest->chat.size(), 1u);
  EXPECT_EQ(manifest->chat[0].text, "<b>hi</b>");
}

TEST_F(RecordingTest, LossIsMendedOrLeftOutAndNeverStored) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.length = Duration::Seconds(10);
  auto packets = MakeMeeting(options);
  std::mt19937 random(7);
  std::erase_if(packets, [&](const FeedPacket& packet) {
    return packet.ssrc != Ssrc() && random() % 20 == 0;
  });
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  ExpectClean(directory_);
  EXPECT_GT(key_frames_wanted_, 0);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  EXPECT_THAT(TrackOf(*manifest, "microphone").gaps, IsEmpty()) << "single packets are concealed";
  EXPECT_NEAR(DurationOf((directory_ / TrackOf(*manifest, "microphone").file).string()), 10, 0.2);
}

TEST_F(RecordingTest, ReorderedPacketsArePutInOrder) {
  RecordingWriter writer(directory_);
  const MeetingOptions options;
  auto packets = MakeMeeting(options);
  for (size_t i = 8; i + 3 < packets.size(); i += 4) {
    if (packets[i].ssrc == packets[i + 3].ssrc)
      std::swap(packets[i].message, packets[i + 3].message);
  }
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  ExpectClean(directory_);
}

// What another worker sent before comes late and with other numbers.
TEST_F(RecordingTest, WhatIsUnderWayWhenASourceIsOpenedAgainDisturbsNothing) {
  RecordingWriter writer(directory_);
  const MeetingOptions options;
  constexpr Ssrc kAgain{77};
  const Timestamp opened = options.start + Duration::Seconds(2);
  auto packets = MakeMeeting(options);
  std::vector<FeedPacket> late;
  for (FeedPacket& packet : packets) {
    if (packet.ssrc != kMicrophone || packet.at < opened) continue;
    const auto rtp = std::span(packet.message).subspan(kFeedHeaderSize);
    if (packet.at < opened + Duration::Millis(200)) late.push_back(packet);
    packet.message[4] = kAgain.value();
    // 5000 before those that came so far.
    if (packet.message[0] != static_cast<uint8_t>(FeedMessage::kRtp)) continue;
    const int seq = (rtp[2] << 8 | rtp[3]) - 5000;
    rtp[2] = static_cast<uint8_t>(seq >> 8);
    rtp[3] = static_cast<uint8_t>(seq);
  }
  const auto again = std::ranges::find_if(packets, [&](auto& each) { return each.at >= opened; });
  late.insert(
      late.begin(),
      {{MakeMessage(FeedMessage::kSourceClose, kMicrophone, opened), opened, {}},
       {MakeMessage(FeedMessage::kSourceOpen, kAgain, opened,
                    R"({"source":11,"participant":"p1","kind":"microphone","codec":"opus"})"),
        opened,
        {}}});
  packets.insert(again, late.begin(), late.end());
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->tracks.size(), 3u);
  for (const RecordedTrack& track : manifest->tracks) {
    if (track.kind != "microphone" || track.start_us < kSecond) continue;
    EXPECT_NEAR(static_cast<double>(track.start_us), 2 * kSecond, 0.1 * kSecond);
    EXPECT_NEAR(static_cast<double>(track.end_us), 5 * kSecond, 0.1 * kSecond);
    EXPECT_THAT(track.gaps, IsEmpty());
  }
}

TEST_F(RecordingTest, ALongSilenceIsAGap) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.length = Duration::Seconds(6);
  auto packets = MakeMeeting(options);
  std::erase_if(packets, [&](const FeedPacket& packet) {
    return packet.ssrc == kMicrophone && packet.at >= options.start + Duration::Seconds(2) &&
           packet.at < options.start + Duration::Seconds(4);
  });
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  const auto& gaps = TrackOf(*manifest, "microphone").gaps;
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_NEAR(static_cast<double>(gaps[0].start_us), 2 * kSecond, 0.1 * kSecond);
  EXPECT_NEAR(static_cast<double>(gaps[0].end_us), 4 * kSecond, 0.1 * kSecond);
}

// Nothing moves on it for four seconds, then somebody stops sharing it and shares it again.
TEST_F(RecordingTest, AScreenIsThereUntilItIsClosed) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.length = Duration::Seconds(9);
  const auto open = [](Timestamp at) {
    return MakeMessage(
        FeedMessage::kSourceOpen, kCamera, at,
        R"({"source":12,"participant":"p1","kind":"screen","codec":"vp8","clock_rate":90000})");
  };
  auto packets = MakeMeeting(options);
  for (FeedPacket& packet : packets) {
    if (packet.message[0] == static_cast<uint8_t>(FeedMessage::kSourceOpen)) {
      packet.message = open(options.start);
    }
  }
  const Timestamp closed = options.start + Duration::Seconds(6);
  std::erase_if(packets, [&](const FeedPacket& packet) {
    return packet.ssrc == kCamera && packet.at >= options.start + Duration::Seconds(2) &&
           packet.at < options.start + Duration::Seconds(7);
  });
  const auto later = std::ranges::find_if(packets, [&](auto& each) { return each.at >= closed; });
  packets.insert(later, {{MakeMessage(FeedMessage::kSourceClose, kCamera, closed), closed, {}},
                         {open(closed), closed, {}}});
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  std::vector<TimeSpan> screens;
  for (const RecordedTrack& track : manifest->tracks) {
    if (track.kind == "screen") screens.push_back(track);
  }
  ASSERT_EQ(screens.size(), 2u);
  EXPECT_NEAR(static_cast<double>(screens[0].end_us), 6 * kSecond, 1000);
  EXPECT_GE(screens[1].start_us, 7 * kSecond);
}

TEST_F(RecordingTest, AKeyFrameIsAskedForWhenNoneCameForLong) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.length = Duration::Seconds(25);
  auto packets = MakeMeeting(options);
  for (FeedPacket& packet : packets) {
    if (packet.ssrc == kCamera && packet.at >= options.start + Duration::Seconds(1)) {
      MakeDelta(packet.message);
    }
  }
  Feed(writer, packets);
  EXPECT_GE(key_frames_wanted_, 10) << "from the tenth second on, each second until one comes";
  EXPECT_LE(key_frames_wanted_, 16);
}

TEST_F(RecordingTest, NothingIsStoredOfAPause) {
  RecordingWriter writer(directory_);
  MeetingOptions options;
  options.length = Duration::Seconds(6);
  auto packets = MakeMeeting(options);
  const auto at = [&](int64_t seconds) { return options.start + Duration::Seconds(seconds); };
  PutEvent(packets, at(2), R"({"type":"pause"})");
  PutEvent(packets, at(4), R"({"type":"resume"})");
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, at(6)));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->marks.size(), 1u);
  EXPECT_EQ(manifest->marks[0].kind, "pause");
  EXPECT_EQ(manifest->marks[0].start_us, 2'000'000);
  EXPECT_EQ(manifest->marks[0].end_us, 4'000'000);
}

// A screen on which nothing moves may send nothing before it is asked.
TEST_F(RecordingTest, KeyFramesAreAskedForWhereAPauseEnds) {
  RecordingWriter writer(directory_);
  const MeetingOptions options;
  auto packets = MakeMeeting(options);
  const auto at = [&](int64_t seconds) { return options.start + Duration::Seconds(seconds); };
  std::erase_if(packets, [&](const FeedPacket& p) { return p.at >= at(3); });
  Feed(writer, packets);
  writer.HandleMessage(MakeMessage(FeedMessage::kEvent, {}, at(3), R"({"type":"pause"})"));
  Tick(writer, at(4));
  key_frames_wanted_ = 0;
  writer.HandleMessage(MakeMessage(FeedMessage::kEvent, {}, at(5), R"({"type":"resume"})"));
  Tick(writer, at(5));
  EXPECT_EQ(key_frames_wanted_, 1);
}

TEST_F(RecordingTest, APauseGoesOnOverTheDeathOfARecorder) {
  MeetingOptions options;
  {
    RecordingWriter writer(directory_);
    auto packets = MakeMeeting(options);
    PutEvent(packets, options.start + Duration::Seconds(2), R"({"type":"pause"})");
    Feed(writer, packets);
    EXPECT_TRUE(RecordingState::Load(directory_)->paused);
  }
  options.start = options.start + Duration::Seconds(8);
  options.wall = options.wall + Duration::Seconds(8);
  RecordingWriter writer(directory_);
  auto packets = MakeMeeting(options);
  PutEvent(packets, options.start, R"({"type":"pause"})");
  PutEvent(packets, options.start + Duration::Seconds(2), R"({"type":"resume"})");
  Feed(writer, packets);
  EXPECT_FALSE(RecordingState::Load(directory_)->paused);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->marks.size(), 2u);
  EXPECT_EQ(manifest->marks[0].start_us, 2'000'000);
  EXPECT_EQ(manifest->marks[0].end_us, manifest->marks[1].start_us);
  EXPECT_EQ(manifest->marks[1].end_us, 10'000'000);
}

TEST_F(RecordingTest, WhateverACrashLeavesIsMendedAndPlays) {
  {
    RecordingWriter writer(directory_);
    Feed(writer, MakeMeeting({}));
  }
  std::mt19937 random(3);
  const fs::path copy = directory_.string() + "-cut";
  for (int round = 0; round < 10; ++round) {
    fs::remove_all(copy);
    fs::copy(directory_, copy);
    for (const auto& entry : fs::directory_iterator(copy)) {
      if (entry.path().extension() == ".json") continue;
      const auto size = fs::file_size(entry.path());
      fs::resize_file(entry.path(), size - random() % (size / 2));
    }
    const auto before = ReadRecording(copy);
    const auto report = RepairRecording(copy);
    ASSERT_TRUE(report) << report.error();
    EXPECT_THAT(report->files_unreadable, IsEmpty());
    ExpectClean(copy);
    const auto after = ReadRecording(copy);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->state, "repaired");
    EXPECT_EQ(before->duration_us, after->duration_us) << "it plays before it is mended, too";
    const auto again = RepairRecording(copy);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->files_completed, 0u);
    EXPECT_EQ(again->bytes_cut, 0u);
  }
  fs::remove_all(copy);
}

// What no ladder saw coming: the disk refuses in the middle of a cluster.
TEST_F(RecordingTest, OnAFullDiskEverythingIsCompletedAsFarAsItGoes) {
  const SmallDisk disk(directory_, 1 << 20);
  if (!disk) GTEST_SKIP() << kNoSmallDisk;
  MeetingOptions options;
  options.length = Duration::Seconds(60);
  const auto packets = MakeMeeting(options);
  RecordingWriter writer(directory_);
  std::string trouble;
  for (size_t i = 0; i < packets.size() && !writer.done(); ++i) {
    writer.HandleMessage(packets[i].message);
    if (packets[i].at < tick_ + Duration::Millis(50)) continue;
    tick_ = packets[i].at;
    writer.HandleTimeout(tick_);
    for (const FeedAnswer& answer : writer.TakeAnswers()) {
      if (answer.type == FeedReply::kTrouble) trouble = answer.json;
    }
  }
  ASSERT_TRUE(writer.done());
  EXPECT_NE(trouble.find("disk_full"), std::string::npos) << trouble;
  const Duration lasted = tick_ - options.start;
  EXPECT_FALSE(fs::exists(directory_ / "spare"));
  ASSERT_TRUE(RepairRecording(directory_));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->tracks.size(), 2u);
  for (const RecordedTrack& track : manifest->tracks) {
    EXPECT_TRUE(track.finished) << track.file;
    EXPECT_NEAR(static_cast<double>(track.end_us), static_cast<double>(lasted.us()), 0.5 * kSecond);
  }
}

TEST_F(RecordingTest, ASecondSegmentGoesOnInTheSameTime) {
  MeetingOptions options;
  {
    RecordingWriter writer(directory_);
    Feed(writer, MakeMeeting(options));
  }
  options.start = options.start + Duration::Seconds(8);
  options.wall = options.wall + Duration::Seconds(8);
  RecordingWriter writer(directory_);
  Feed(writer, MakeMeeting(options));
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, options.start + options.length));
  ASSERT_TRUE(RepairRecording(directory_));
  ExpectClean(directory_);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->tracks.size(), 4u);
  EXPECT_NEAR(static_cast<double>(manifest->tracks[2].start_us), 8 * kSecond, 0.1 * kSecond);
  EXPECT_NEAR(static_cast<double>(manifest->duration_us), 13 * kSecond, 0.2 * kSecond);
  EXPECT_EQ(manifest->state, "finished");
}

TEST_F(RecordingTest, WhatIsNoMessageCostsNothing) {
  RecordingWriter writer(directory_);
  std::mt19937 random(1);
  const auto packets = MakeMeeting({});
  for (const FeedPacket& packet : packets) {
    writer.HandleMessage(packet.message);
    Message strange = packet.message;
    strange.resize(random() % (strange.size() + 1));
    for (int i = 0; i < 4 && !strange.empty(); ++i) {
      strange[random() % strange.size()] = static_cast<uint8_t>(random());
    }
    // Its own source, so that the good one's clock is left alone.
    if (strange.size() > 4) strange[4] ^= 0x80;
    if (!strange.empty() && strange[0] == static_cast<uint8_t>(FeedMessage::kEnd)) continue;
    writer.HandleMessage(strange);
  }
  writer.HandleMessage(MakeMessage(FeedMessage::kEnd, {}, Timestamp::Seconds(1005)));
  EXPECT_GT(writer.messages_refused(), 0u);
  ExpectClean(directory_);
}

}  // namespace
}  // namespace parley::testing
