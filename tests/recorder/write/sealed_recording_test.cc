// A recording whose directory has a key: nothing that was said, seen or told stands on the disk,
// and all of it is read as of a plain one; cut, changed or without its key it is told from a whole
// one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "recorder/library/manifest.h"
#include "recorder/library/recording_state.h"
#include "recorder/library/repair.h"
#include "recorder/storage/recording_key.h"
#include "recorder/storage/stored_file.h"
#include "recorder/write/recording_writer.h"
#include "tests/recorder/small_disk.h"
#include "tests/recorder/write/meeting.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string OnDisk(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class SealedRecordingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::temp_directory_path() /
            ("parley-sealed-" + std::to_string(getpid()) + "-" + test->name());
    directory_ = root_ / "rec1";
    fs::remove_all(root_);
    fs::create_directories(directory_);
    Unlock();
    ASSERT_FALSE(RecordingKey::Make(directory_));
  }
  void TearDown() override {
    UseKeys({});
    fs::remove_all(root_);
  }
  static void Unlock() { UseKeys(*OperatorKeys::Parse(std::string(64, '7'))); }
  static void Lock() { UseKeys(*OperatorKeys::Parse(std::string(64, '8'))); }

  void Record(const fs::path& directory, bool finish = true) {
    RecordingWriter writer(directory);
    const MeetingOptions options;
    Timestamp tick;
    for (const FeedPacket& packet : MakeMeeting(options)) {
      if (tick + Duration::Millis(50) < packet.at) writer.HandleTimeout(tick = packet.at);
      writer.HandleMessage(packet.message);
    }
    const Timestamp end = options.start + options.length;
    writer.HandleMessage(
        MakeMessage(FeedMessage::kEvent, {}, end,
                    R"({"type":"chat","participant":"p1","name":"Ada","text":"our secret"})"));
    writer.HandleTimeout(end);
    if (finish) {
      writer.Finish(end, true);
      return;
    }
    // As kill -9 leaves it.
    fs::copy(directory, root_ / "killed", fs::copy_options::recursive);
  }
  // The file in clear, beside the recording.
  fs::path Clear(const std::string& name) const {
    auto file = StoredFile::Open(directory_ / name);
    EXPECT_TRUE(file) << name;
    const fs::path clear = root_ / name;
    std::vector<uint8_t> bytes(file ? file->size() : 0);
    if (file) {
      EXPECT_EQ(file->ReadAt(0, bytes), bytes.size());
    }
    std::ofstream(clear, std::ios::binary) << std::string(bytes.begin(), bytes.end());
    return clear;
  }
  void Change(const std::string& name, size_t at) const {
    std::string bytes = OnDisk(directory_ / name);
    ASSERT_LT(at, bytes.size());
    bytes[at] ^= 1;
    std::ofstream(directory_ / name, std::ios::binary) << bytes;
  }

  fs::path root_;
  fs::path directory_;
};

TEST_F(SealedRecordingTest, NothingOfTheMeetingStandsOnTheDisk) {
  Record(directory_);
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    const std::string bytes = OnDisk(entry.path());
    ++files;
    EXPECT_FALSE(bytes.starts_with("\x1A\x45\xDF\xA3")) << entry.path();
    // Long ones: two or three of these letters come together by chance.
    for (const char* marker : {"OpusHead", "V_VP8\x86", "Parley", "our secret", "weekly", "Weekly",
                               "participant", "\"name\""}) {
      EXPECT_THAT(bytes, Not(HasSubstr(marker))) << entry.path();
    }
  }
  EXPECT_EQ(files, 5u) << "two tracks, a timeline, recording.json and key.json";
  EXPECT_THAT(VerifyRecording(directory_), IsEmpty());
}

TEST_F(SealedRecordingTest, IsReadAsAPlainOne) {
  const fs::path plain = root_ / "plain";
  fs::create_directories(plain);
  Record(plain);
  Record(directory_);
  const auto manifest = ReadRecording(directory_);
  EXPECT_EQ(manifest->ToJson(), ReadRecording(plain)->ToJson());
  for (const RecordedTrack& track : manifest->tracks) {
    const fs::path clear = Clear(track.file);
    EXPECT_TRUE(OnDisk(clear) == OnDisk(plain / track.file)) << track.file;
    EXPECT_EQ(FileFaults(clear.string()), "");
  }
}

TEST_F(SealedRecordingTest, WhatAKillLeavesAtAnyByteIsMendedAndPlays) {
  Record(directory_, false);
  std::mt19937 random(5);
  for (int round = 0; round < 8; ++round) {
    fs::remove_all(directory_);
    fs::copy(root_ / "killed", directory_, fs::copy_options::recursive);
    for (const auto& entry : fs::directory_iterator(directory_)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".webm" && extension != ".jsonl") continue;
      // The last cluster is half there.
      fs::resize_file(entry.path(), entry.file_size() - random() % 400);
    }
    EXPECT_THAT(VerifyRecording(directory_), Not(IsEmpty()));
    const auto report = RepairRecording(directory_);
    ASSERT_TRUE(report) << report.error();
    EXPECT_THAT(report->files_unreadable, IsEmpty());
    EXPECT_EQ(report->files_completed, 2u);
    EXPECT_THAT(VerifyRecording(directory_), IsEmpty());
    const auto manifest = ReadRecording(directory_);
    ASSERT_THAT(manifest->tracks, SizeIs(2));
    for (const RecordedTrack& track : manifest->tracks) {
      EXPECT_GT(track.end_us, 4'400'000) << "no more than half a second of five is lost";
      EXPECT_EQ(FileFaults(Clear(track.file).string()), "");
    }
    const auto again = RepairRecording(directory_);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->files_completed + again->bytes_cut, 0u);
  }
}

TEST_F(SealedRecordingTest, OnAFullDiskEverythingIsCompletedAsFarAsItGoes) {
  const SmallDisk disk(directory_, 1 << 20);
  if (!disk) GTEST_SKIP() << kNoSmallDisk;
  ASSERT_FALSE(RecordingKey::Make(directory_));
  MeetingOptions options;
  options.length = Duration::Seconds(60);
  RecordingWriter writer(directory_);
  Timestamp tick;
  for (const FeedPacket& packet : MakeMeeting(options)) {
    if (writer.done()) break;
    writer.HandleMessage(packet.message);
    if (packet.at < tick + Duration::Millis(50)) continue;
    writer.HandleTimeout(tick = packet.at);
  }
  ASSERT_TRUE(writer.done());
  ASSERT_TRUE(RepairRecording(directory_));
  EXPECT_THAT(VerifyRecording(directory_), IsEmpty());
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  ASSERT_THAT(manifest->tracks, SizeIs(2));
  const double lasted = static_cast<double>((tick - options.start).us());
  for (const RecordedTrack& track : manifest->tracks) {
    EXPECT_TRUE(track.finished) << track.file;
    EXPECT_NEAR(static_cast<double>(track.end_us), lasted, 500'000);
    EXPECT_EQ(FileFaults(Clear(track.file).string()), "");
  }
}

TEST_F(SealedRecordingTest, OneThatWasCutWhileItWasCompletedIsCompletedAgain) {
  Record(directory_);
  const std::string name = "12-1-1.webm";
  const std::string whole = OnDisk(directory_ / name);
  const std::string clear = OnDisk(Clear(name));
  // Behind the clusters: cues, then what is put in three places at the head, then the end.
  for (const size_t cut : {41u, 105u, 150u, 200u}) {
    std::ofstream(directory_ / name, std::ios::binary) << whole.substr(0, whole.size() - cut);
    EXPECT_THAT(VerifyRecording(directory_), Not(IsEmpty())) << cut;
    ASSERT_TRUE(RepairRecording(directory_));
    EXPECT_THAT(VerifyRecording(directory_), IsEmpty()) << cut;
    EXPECT_NEAR(DurationOf(Clear(name).string()), 5.0, 0.3) << cut;
    EXPECT_EQ(OnDisk(Clear(name)).size(), clear.size()) << cut;
  }
}

TEST_F(SealedRecordingTest, WhatIsChangedOrCutIsFoundAndNotMendedAway) {
  Record(directory_);
  const std::string sound = "11-1-1.webm";
  const std::string whole = OnDisk(directory_ / sound);
  const auto put = [&](const std::string& bytes) {
    std::ofstream(directory_ / sound, std::ios::binary) << bytes;
  };
  Change(sound, 2000);
  EXPECT_THAT(VerifyRecording(directory_),
              Contains(HasSubstr("11-1-1.webm is not what was written: 1 of its pieces")));
  const std::string damaged = OnDisk(directory_ / sound);
  const auto report = RepairRecording(directory_);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->files_unreadable, ElementsAre(sound));
  EXPECT_EQ(OnDisk(directory_ / sound), damaged) << "a better disk may give it back";
  put(whole.substr(0, whole.size() - 40));
  EXPECT_THAT(VerifyRecording(directory_), ElementsAre("11-1-1.webm was cut: its end is missing."));
  put(whole + "more");
  EXPECT_THAT(VerifyRecording(directory_), ElementsAre(HasSubstr("has something at its end")));
  put(OnDisk(directory_ / "12-1-1.webm"));
  EXPECT_THAT(VerifyRecording(directory_), Not(IsEmpty())) << "another track's";
  put(OnDisk(Clear("12-1-1.webm")));
  EXPECT_THAT(VerifyRecording(directory_), ElementsAre("11-1-1.webm is no track."))
      << "a plain one";
  put(whole);
  EXPECT_THAT(VerifyRecording(directory_), IsEmpty());
  // One line of what happened; the others are read.
  Change("timeline-1.jsonl", OnDisk(directory_ / "timeline-1.jsonl").size() - 60);
  EXPECT_THAT(VerifyRecording(directory_), Contains(HasSubstr("timeline-1.jsonl")));
  EXPECT_THAT(ReadRecording(directory_)->chat, SizeIs(1));
}

TEST_F(SealedRecordingTest, WithoutItsKeyItIsLockedAndKeptAsItIs) {
  Record(directory_, false);
  fs::remove_all(directory_);
  fs::rename(root_ / "killed", directory_);
  Lock();
  const auto state = RecordingState::Load(directory_);
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->locked);
  EXPECT_EQ(state->id, "rec1");
  EXPECT_EQ(state->state, "recording");
  EXPECT_EQ(state->room + state->title, "");
  EXPECT_TRUE(state->Save(directory_));
  const std::string id = SecretKey::Parse(std::string(64, '7'))->Id();
  EXPECT_THAT(ReadRecording(directory_).error(), HasSubstr(id));
  EXPECT_THAT(RepairRecording(directory_).error(), HasSubstr(id));
  EXPECT_THAT(VerifyRecording(directory_),
              ElementsAre("It cannot be read: it is encrypted, and its key " + id +
                          " is not among the configured ones."));
  RecordingWriter writer(directory_);
  writer.HandleMessage(MakeMeeting({}).front().message);
  EXPECT_TRUE(writer.done()) << "a recorder does not go on";
  Unlock();
  EXPECT_TRUE(RepairRecording(directory_));
  EXPECT_THAT(VerifyRecording(directory_), IsEmpty());
  EXPECT_THAT(ReadRecording(directory_)->tracks, SizeIs(2));
  EXPECT_EQ(ReadRecording(directory_)->title, "Weekly");
}

TEST_F(SealedRecordingTest, NamesOfItAreNobodysToChange) {
  Record(directory_);
  auto state = RecordingState::Load(directory_);
  state->title = "Renamed";
  ASSERT_FALSE(state->Save(directory_));
  EXPECT_EQ(RecordingState::Load(directory_)->title, "Renamed");
  std::string json = OnDisk(directory_ / "recording.json");
  EXPECT_THAT(json, Not(HasSubstr("Renamed")));
  const size_t at = json.find("\"names\":\"") + 40;
  json[at] = json[at] == '0' ? '1' : '0';
  std::ofstream(directory_ / "recording.json") << json;
  EXPECT_FALSE(RecordingState::Load(directory_));
}

}  // namespace
}  // namespace parley::testing
