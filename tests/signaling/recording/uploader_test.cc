#include "signaling/recording/uploader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "recorder/library/recording_lock.h"
#include "recorder/library/recording_state.h"
#include "signaling/recording/composition_list.h"
#include "signaling/recording/deleted_copies.h"
#include "signaling/recording/recording_library.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using State = UploadStatus::State;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::SizeIs;

constexpr const char* kId = "raaaaaaaaaaaaaaaa";

class FakeStore final : public ObjectStore {
 public:
  std::expected<std::string, std::string> Put(const fs::path& file, const std::string& key,
                                              const Progress& progress) override {
    asked.push_back(key);
    progress(1);
    if (during) during();
    if (refuses) return std::unexpected("The storage answered 503.");
    std::ifstream in(file, std::ios::binary);
    held[key] = {std::istreambuf_iterator<char>(in), {}};
    return "tag";
  }
  std::expected<void, std::string> Delete(const std::string& key, const Progress&) override {
    asked.push_back("-" + key);
    if (refuses) return std::unexpected("The storage answered 503.");
    held.erase(key);
    return {};
  }
  std::vector<std::string> asked;
  std::map<std::string, std::string> held;
  std::function<void()> during;
  bool refuses = false;
};

class UploaderTest : public ::testing::Test {
 protected:
  UploaderTest() {
    directory_ = fs::temp_directory_path() / ("parley-uploads-" + std::to_string(getpid()));
    fs::remove_all(directory_);
    fs::create_directories(own());
    Save("finished");
    Write("timeline-1.jsonl", "told");
    Write("1-1-1.webm", "sound");
    Restart();
  }
  ~UploaderTest() override { fs::remove_all(directory_); }

  fs::path own() const { return directory_ / kId; }
  void Save(const std::string& state) const {
    const RecordingState recording{.id = kId,
                                   .room = "weekly",
                                   .title = "Weekly",
                                   .started_at_us = 1'763'885'000'000'000,
                                   .state = state,
                                   .segments = 1};
    EXPECT_FALSE(recording.Save(own()));
  }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(own() / name, std::ios::binary) << text;
  }
  bool Exists(const std::string& name) const { return fs::exists(own() / name); }
  void Restart(bool keep_local = true) {
    uploader_ = std::make_unique<Uploader>(directory_, store_, keep_local);
  }
  void Turn(Duration later = Duration::Seconds(1)) {
    now_ = now_ + later;
    uploader_->Turn(now_, wall_, [this] { return stops_; });
  }
  UploadStatus Status() const { return uploader_->StatusOf(kId).value_or(UploadStatus{}); }

  fs::path directory_;
  FakeStore store_;
  std::unique_ptr<Uploader> uploader_;
  Timestamp now_ = Timestamp::Seconds(1000);
  WallTime wall_ = WallTime::UnixMicros(4'000'000'000'000'000);
  bool stops_ = false;
};

TEST_F(UploaderTest, CopiesWhatBelongsToARecordingOnce) {
  for (const char* other : {"spare", "720p.mp4.part", "compositions.json", "notes.txt"}) {
    Write(other, "x");
  }
  Write("720p.mp4", "made");
  Turn();
  EXPECT_EQ(Status().state, State::kDone);
  EXPECT_THAT(store_.held,
              ElementsAre(Key("raaaaaaaaaaaaaaaa/1-1-1.webm"), Key("raaaaaaaaaaaaaaaa/720p.mp4"),
                          Key("raaaaaaaaaaaaaaaa/recording.json"),
                          Key("raaaaaaaaaaaaaaaa/timeline-1.jsonl")));
  EXPECT_EQ(store_.held["raaaaaaaaaaaaaaaa/1-1-1.webm"], "sound");
  store_.asked.clear();
  Turn();
  Restart();
  Turn();
  EXPECT_THAT(store_.asked, IsEmpty());
  EXPECT_EQ(Status().state, State::kDone);
  EXPECT_TRUE(Exists("1-1-1.webm"));
  EXPECT_EQ(uploader_->counts().waiting, 0u);
}

TEST_F(UploaderTest, TheKeyOfOneThatIsEncryptedIsCopiedAsItIsWrapped) {
  Write("key.json", "wrapped");
  Turn();
  EXPECT_EQ(store_.held["raaaaaaaaaaaaaaaa/key.json"], "wrapped");
  Restart(false);
  Turn();
  EXPECT_FALSE(Exists("1-1-1.webm"));
  EXPECT_TRUE(Exists("key.json"));
}

TEST_F(UploaderTest, WhatIsMadeOrChangedLaterFollows) {
  Turn();
  store_.asked.clear();
  Write("sound.m4a", "made");
  Turn();
  EXPECT_THAT(store_.asked, ElementsAre("raaaaaaaaaaaaaaaa/sound.m4a"));
  store_.asked.clear();
  Save("repaired");
  Turn();
  EXPECT_THAT(store_.asked, ElementsAre("raaaaaaaaaaaaaaaa/recording.json"));
}

TEST_F(UploaderTest, OneThatIsWrittenWaitsForItsEnd) {
  Save("recording");
  Turn();
  EXPECT_THAT(store_.asked, IsEmpty());
  EXPECT_FALSE(uploader_->StatusOf(kId));
  Save("finished");
  Turn();
  EXPECT_EQ(Status().state, State::kDone);
}

TEST_F(UploaderTest, WhatIsRefusedIsTriedAgainWithGrowingPauses) {
  store_.refuses = true;
  Turn();
  EXPECT_EQ(Status().state, State::kRetrying);
  EXPECT_EQ(Status().error, "The storage answered 503.");
  EXPECT_EQ(uploader_->counts().waiting, 1u);
  int tries = 1;
  for (int second = 0; second < 62; ++second) {
    store_.asked.clear();
    Turn();
    tries += static_cast<int>(store_.asked.size());
  }
  EXPECT_EQ(tries, 6) << "after 2, 4, 8, 16 and 32 s";
  store_.refuses = false;
  Turn(Uploader::kLongestPause);
  EXPECT_EQ(Status().state, State::kDone);
  EXPECT_EQ(Status().error, "");
}

TEST_F(UploaderTest, WhoeverIsKilledGoesOnWithTheFileItWasAt) {
  store_.during = [&] {
    if (store_.asked.size() == 2) stops_ = store_.refuses = true;
  };
  Turn();
  EXPECT_THAT(store_.held, SizeIs(1));
  stops_ = store_.refuses = false;
  store_.during = nullptr;
  store_.asked.clear();
  Restart();
  Turn();
  EXPECT_THAT(store_.asked, SizeIs(2)) << "the first is there";
  EXPECT_THAT(store_.held, SizeIs(3));
}

TEST_F(UploaderTest, TellsHowFarItIs) {
  int percent = -1;
  store_.during = [&] {
    EXPECT_EQ(Status().state, State::kRunning);
    percent = Status().percent;
  };
  Turn();
  EXPECT_GT(percent, 0);
  EXPECT_LE(percent, 100);
}

TEST_F(UploaderTest, TracksGoWhenTheirCopiesAreConfirmedAndWhatWasToldStays) {
  Write("720p.mp4", "made");
  Restart(false);
  store_.refuses = true;
  Turn();
  EXPECT_TRUE(Exists("1-1-1.webm"));
  EXPECT_TRUE(Status().local);
  store_.refuses = false;
  Turn(Duration::Seconds(10));
  EXPECT_FALSE(Exists("1-1-1.webm"));
  EXPECT_FALSE(Exists("720p.mp4"));
  EXPECT_TRUE(Exists("recording.json"));
  EXPECT_TRUE(Exists("timeline-1.jsonl"));
  EXPECT_FALSE(Status().local);
  Restart(false);
  Turn();
  EXPECT_EQ(Status().state, State::kDone);
  EXPECT_FALSE(Status().local);
  EXPECT_THAT(store_.held, SizeIs(4));
}

TEST_F(UploaderTest, WhatIsStillNeededStays) {
  Restart(false);
  {
    const auto lock = RecordingLock::TryTake(own());
    Turn();
    EXPECT_TRUE(Exists("1-1-1.webm")) << "somebody mends or writes it";
  }
  auto list = CompositionList::Load(own(), 1);
  list.Put({.file = "720p.mp4", .asked_at_us = 1});
  EXPECT_FALSE(list.Save());
  Turn();
  EXPECT_TRUE(Exists("1-1-1.webm")) << "a file is being made of it";
  list.Remove("720p.mp4");
  EXPECT_FALSE(list.Save());
  Turn();
  EXPECT_FALSE(Exists("1-1-1.webm"));
}

TEST_F(UploaderTest, OneThatACrashInterruptedMayGoOn) {
  Save("repaired");
  Restart(false);
  const auto changed = fs::last_write_time(own() / "recording.json");
  wall_ = WallTime::UnixMicros(std::chrono::duration_cast<std::chrono::microseconds>(
                                   std::chrono::file_clock::to_sys(changed).time_since_epoch())
                                   .count());
  Turn();
  EXPECT_TRUE(Exists("1-1-1.webm"));
  EXPECT_TRUE(Status().local);
  wall_ = wall_ + Uploader::kSettled;
  Turn();
  EXPECT_FALSE(Exists("1-1-1.webm"));
}

// A track that came after the others were removed has no copy yet.
TEST_F(UploaderTest, OneThatWentOnAfterwardsIsCopiedBeforeItGoes) {
  Restart(false);
  Turn();
  ASSERT_FALSE(Exists("1-1-1.webm"));
  Write("1-2-1.webm", "more");
  Write("timeline-2.jsonl", "told");
  store_.refuses = true;
  Turn();
  EXPECT_TRUE(Exists("1-2-1.webm"));
  store_.refuses = false;
  Turn(Duration::Seconds(10));
  EXPECT_EQ(store_.held["raaaaaaaaaaaaaaaa/1-2-1.webm"], "more");
  EXPECT_FALSE(Exists("1-2-1.webm"));
}

TEST_F(UploaderTest, TheCopyOfOneThatIsDeletedIsDeletedAsWell) {
  Turn();
  EXPECT_EQ(RecordingLibrary(directory_, true).Delete(kId), RecordingLibrary::Outcome::kDone);
  EXPECT_FALSE(Exists("1-1-1.webm"));
  EXPECT_FALSE(RecordingLibrary(directory_, true).Find(kId));
  Turn();
  EXPECT_THAT(store_.held, IsEmpty());
  EXPECT_FALSE(fs::exists(own()));
  EXPECT_FALSE(uploader_->StatusOf(kId));
  EXPECT_EQ(uploader_->counts().deleting, 0u);
}

TEST_F(UploaderTest, ADeletionThatIsRefusedIsTriedAgainAlsoAfterARestart) {
  Turn();
  store_.asked.clear();
  RecordingLibrary(directory_, true).Delete(kId);
  store_.refuses = true;
  Turn();
  EXPECT_THAT(store_.asked, SizeIs(1));
  EXPECT_EQ(uploader_->counts().deleting, 1u);
  Turn();
  EXPECT_THAT(store_.asked, SizeIs(1)) << "it waits";
  Restart();
  Turn();
  EXPECT_THAT(store_.asked, SizeIs(2));
  store_.refuses = false;
  Turn(Uploader::kLongestPause);
  EXPECT_THAT(store_.held, IsEmpty());
  EXPECT_FALSE(fs::exists(own()));
}

TEST_F(UploaderTest, OneThatIsDeletedWhileItIsCopiedLeavesNothing) {
  store_.during = [&] {
    if (store_.asked.size() == 2) RecordingLibrary(directory_, true).Delete(kId);
  };
  Turn();
  EXPECT_THAT(store_.held, Not(IsEmpty()));
  store_.during = nullptr;
  Turn();
  EXPECT_THAT(store_.held, IsEmpty());
  EXPECT_FALSE(fs::exists(own()));
}

TEST_F(UploaderTest, WhoeverIsKilledWhileItDeletesGoesOn) {
  Turn();
  EXPECT_FALSE(MarkDeleted(own()));
  Restart();
  Turn();
  EXPECT_THAT(store_.held, IsEmpty());
  EXPECT_FALSE(fs::exists(own())) << "what was here goes as well";
}

TEST_F(UploaderTest, AMarkThatNamesOtherFilesDeletesNothingElse) {
  Turn();
  Write("deleted", "../rbbbbbbbbbbbbbbbb/1-1-1.webm\n\ntimeline-../../x.jsonl\n1-1-1.webm");
  store_.asked.clear();
  Turn();
  EXPECT_THAT(store_.asked, ElementsAre("-raaaaaaaaaaaaaaaa/1-1-1.webm"));
}

TEST_F(UploaderTest, OneThatIsGoneIsForgotten) {
  Turn();
  EXPECT_EQ(RecordingLibrary(directory_).Delete(kId), RecordingLibrary::Outcome::kDone);
  EXPECT_FALSE(fs::exists(own()));
  Turn();
  EXPECT_FALSE(uploader_->StatusOf(kId));
  EXPECT_THAT(store_.held, Not(IsEmpty())) << "nobody is to copy, so nobody deletes";
}

TEST_F(UploaderTest, ALedgerThatIsNoneMeansThatAllIsCopiedAnew) {
  Turn();
  for (const char* text : {"", "{", "[]", R"({"files": 3})", R"({"files": [1, {}]})"}) {
    Write("upload.json", text);
    store_.asked.clear();
    Restart();
    Turn();
    EXPECT_THAT(store_.asked, SizeIs(3)) << text;
  }
}

}  // namespace
}  // namespace parley::test
