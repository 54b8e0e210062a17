// What is made of recordings, one after the other, whoever dies meanwhile.

#include "signaling/recording/composition_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "recorder/library/recording_state.h"
#include "signaling/recording/recording_library.h"
#include "signaling/recording/retention.h"
#include "tests/signaling/fake_composers.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using State = Composition::State;
using Refusal = CompositionQueue::Refusal;

constexpr const char* kFirst = "raaaaaaaaaaaaaaaa";
constexpr const char* kSecond = "rbbbbbbbbbbbbbbbb";
constexpr WallTime kNow = WallTime::UnixMicros(1'763'885'000'000'000);

class CompositionQueueTest : public ::testing::Test {
 protected:
  CompositionQueueTest() {
    directory_ = fs::temp_directory_path() / ("parley-compositions-" + std::to_string(getpid()));
    fs::remove_all(directory_);
    Make(kFirst, "finished");
    Make(kSecond, "repaired");
    Restart();
  }
  ~CompositionQueueTest() override {
    queue_.reset();
    fs::remove_all(directory_);
  }

  static WallTime After(int days) { return kNow + Duration::Seconds(int64_t{86'400} * days); }
  void Make(const std::string& id, const std::string& state, uint32_t segments = 1,
            int64_t keep_days = 0) const {
    fs::create_directories(directory_ / id);
    const RecordingState recording{.id = id,
                                   .room = "weekly",
                                   .title = "Weekly",
                                   .started_at_us = kNow.unix_us(),
                                   .state = state,
                                   .segments = segments,
                                   .keep_days = keep_days};
    EXPECT_FALSE(recording.Save(directory_ / id));
  }
  // The server ends, by whatever signal, and the next one starts.
  void Restart(size_t at_once = 1, uint64_t min_free = 0) {
    queue_.reset();
    queue_ = std::make_unique<CompositionQueue>(directory_, composers_, at_once, min_free);
    queue_->Resume();
  }
  void Ask(const std::string& id, const std::string& file, int64_t second = 0) {
    EXPECT_TRUE(queue_->Ask(id, file, kNow + Duration::Seconds(second))) << file;
  }
  std::optional<Composition> Find(const std::string& file, const std::string& id = kFirst) const {
    for (const Composition& each : queue_->List(id)) {
      if (each.file == file) return each;
    }
    return std::nullopt;
  }
  bool Exists(const std::string& file) const { return fs::exists(directory_ / kFirst / file); }
  void Die() { composers_.Tell({.state = ComposerStatus::State::kDied}); }

  fs::path directory_;
  FakeComposers composers_;
  std::unique_ptr<CompositionQueue> queue_;
};

TEST_F(CompositionQueueTest, OneIsMadeAfterTheOtherInTheirOrder) {
  Ask(kSecond, "sound.m4a");
  Ask(kFirst, "720p.mp4");
  EXPECT_THAT(composers_.Files(), IsEmpty());
  EXPECT_EQ(Find("720p.mp4")->state, State::kQueued);
  queue_->Update();
  queue_->Update();
  EXPECT_THAT(composers_.Files(), ElementsAre("sound.m4a"));
  EXPECT_EQ(composers_.started[0]->directory, directory_ / kSecond);
  composers_.Tell({.percent = 41.5, .seconds_left = 12, .frame_rate = 15, .steps_down = 2});
  queue_->Update();
  EXPECT_EQ(Find("sound.m4a", kSecond)->state, State::kRunning);
  EXPECT_EQ(Find("sound.m4a", kSecond)->percent, 41.5);
  EXPECT_EQ(Find("sound.m4a", kSecond)->seconds_left, 12);
  EXPECT_FALSE(queue_->IsDone(kSecond, "sound.m4a"));
  composers_.Finish("bytes");
  queue_->Update();
  EXPECT_EQ(Find("sound.m4a", kSecond)->state, State::kDone);
  EXPECT_EQ(Find("sound.m4a", kSecond)->size, 5u);
  EXPECT_TRUE(queue_->IsDone(kSecond, "sound.m4a"));
  EXPECT_THAT(composers_.Files(), ElementsAre("sound.m4a", "720p.mp4"));
  EXPECT_EQ(queue_->counts().done, 1u);
  EXPECT_EQ(queue_->counts().running, 1u);
  EXPECT_EQ(queue_->counts().waiting, 0u);
}

TEST_F(CompositionQueueTest, AsManyAtOnceAsMay) {
  Restart(2);
  for (const char* file : {"720p.mp4", "sound.m4a", "sound.webm"}) Ask(kFirst, file);
  queue_->Update();
  EXPECT_THAT(composers_.Files(), ElementsAre("720p.mp4", "sound.m4a"));
  composers_.Finish();
  queue_->Update();
  EXPECT_THAT(composers_.Files(), ElementsAre("720p.mp4", "sound.m4a", "sound.webm"));
}

TEST_F(CompositionQueueTest, AskedTwiceItIsMadeOnce) {
  Ask(kFirst, "720p.mp4");
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  Ask(kFirst, "720p.mp4");
  composers_.Finish();
  queue_->Update();
  EXPECT_EQ(queue_->Ask(kFirst, "720p.mp4", kNow)->state, State::kDone);
  queue_->Update();
  EXPECT_THAT(composers_.Files(), SizeIs(1));
  EXPECT_THAT(queue_->List(kFirst), SizeIs(1));
}

TEST_F(CompositionQueueTest, ADeadComposerIsStartedOnceMore) {
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  Die();
  queue_->Update();
  EXPECT_THAT(composers_.started, SizeIs(2));
  EXPECT_TRUE(composers_.started[0]->ended);
  composers_.Finish();
  queue_->Update();
  EXPECT_EQ(Find("720p.mp4")->state, State::kDone);
  EXPECT_EQ(queue_->counts().died, 1u);
}

TEST_F(CompositionQueueTest, OneThatDiesTwiceHasFailedAndCanBeAskedForAgain) {
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  Die();
  queue_->Update();
  Die();
  queue_->Update();
  EXPECT_EQ(Find("720p.mp4")->state, State::kFailed);
  EXPECT_EQ(Find("720p.mp4")->error, "The program that makes the file was ended twice.");
  EXPECT_FALSE(Exists("720p.mp4.part"));
  EXPECT_EQ(queue_->counts().failed, 1u);
  Restart();
  EXPECT_EQ(Find("720p.mp4")->state, State::kFailed);
  queue_->Update();
  EXPECT_THAT(composers_.started, SizeIs(2));
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  EXPECT_THAT(composers_.started, SizeIs(3));
}

TEST_F(CompositionQueueTest, WhatAComposerSaysIsTold) {
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  composers_.Tell({.state = ComposerStatus::State::kFailed, .error = "cannot write: no space"});
  queue_->Update();
  EXPECT_EQ(Find("720p.mp4")->error, "cannot write: no space");
  EXPECT_THAT(composers_.started, SizeIs(1)) << "it would only say so again";
}

TEST_F(CompositionQueueTest, OneThatCannotStartMakesRoomForTheNext) {
  composers_.broken = true;
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  EXPECT_EQ(Find("720p.mp4")->state, State::kFailed);
  composers_.broken = false;
  Ask(kFirst, "sound.m4a");
  queue_->Update();
  EXPECT_THAT(composers_.Files(), ElementsAre("sound.m4a"));
}

TEST_F(CompositionQueueTest, ARestartGoesOnInTheOrderAsked) {
  Ask(kSecond, "sound.m4a", 1);
  Ask(kFirst, "720p.mp4", 2);
  Ask(kSecond, "1080p.mp4", 3);
  queue_->Update();
  EXPECT_TRUE(fs::exists(directory_ / kSecond / "sound.m4a.part"));
  Restart();
  EXPECT_FALSE(fs::exists(directory_ / kSecond / "sound.m4a.part"));
  EXPECT_EQ(queue_->counts().waiting, 3u);
  for (int i = 0; i < 3; ++i) {
    queue_->Update();
    composers_.Finish();
  }
  queue_->Update();
  EXPECT_THAT(composers_.Files(), ElementsAre("sound.m4a", "sound.m4a", "720p.mp4", "1080p.mp4"));
  Restart();
  EXPECT_EQ(Find("720p.mp4")->state, State::kDone);
  EXPECT_EQ(queue_->counts().waiting, 0u);
}

// The composer gave it its name, and the server died before it heard of it.
TEST_F(CompositionQueueTest, WhatHasItsNameIsDone) {
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  composers_.Finish();
  Restart();
  EXPECT_EQ(Find("720p.mp4")->state, State::kDone);
  queue_->Update();
  EXPECT_THAT(composers_.started, SizeIs(1));
}

TEST_F(CompositionQueueTest, IsCancelledAndRemovedWithoutATrace) {
  Ask(kFirst, "720p.mp4");
  Ask(kFirst, "sound.m4a");
  queue_->Update();
  EXPECT_TRUE(queue_->Remove(kFirst, "sound.m4a"));
  EXPECT_TRUE(queue_->Remove(kFirst, "720p.mp4"));
  EXPECT_TRUE(composers_.started[0]->ended);
  EXPECT_FALSE(Exists("720p.mp4.part"));
  EXPECT_THAT(queue_->List(kFirst), IsEmpty());
  Restart();
  queue_->Update();
  EXPECT_THAT(composers_.started, SizeIs(1));

  Ask(kFirst, "720p.mp4");
  queue_->Update();
  composers_.Finish();
  queue_->Update();
  EXPECT_TRUE(queue_->Remove(kFirst, "720p.mp4"));
  EXPECT_FALSE(Exists("720p.mp4"));
  EXPECT_FALSE(queue_->Remove(kFirst, "720p.mp4"));
  EXPECT_FALSE(queue_->Remove("rcccccccccccccccc", "720p.mp4"));
}

TEST_F(CompositionQueueTest, OneThatIsWrittenIsNotMadeAnythingOf) {
  Make(kFirst, "recording");
  EXPECT_EQ(queue_->Ask(kFirst, "720p.mp4", kNow).error(), Refusal::kBeingWritten);
  EXPECT_EQ(queue_->Ask("rcccccccccccccccc", "720p.mp4", kNow).error(), Refusal::kNotFound);
}

// It was interrupted, something was made of it, and the meeting went on.
TEST_F(CompositionQueueTest, ARecordingThatWentOnHasNothingOfBefore) {
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  composers_.Finish();
  queue_->Update();
  Ask(kFirst, "sound.m4a");
  Make(kFirst, "recording", 2);
  EXPECT_THAT(queue_->List(kFirst), IsEmpty());
  EXPECT_FALSE(queue_->IsDone(kFirst, "720p.mp4"));
  EXPECT_FALSE(Exists("720p.mp4"));
  queue_->Update();
  EXPECT_THAT(composers_.started, SizeIs(1));
  EXPECT_EQ(Find("sound.m4a")->error, "The recording went on. Ask again when it has ended.");
}

TEST_F(CompositionQueueTest, NothingIsMadeOnADiskThatIsNearlyFull) {
  Ask(kFirst, "sound.m4a");
  queue_->Update();
  EXPECT_EQ(Find("sound.m4a")->state, State::kRunning);
  Ask(kFirst, "720p.mp4", 1);
  Restart(1, uint64_t{1} << 60);
  EXPECT_EQ(queue_->Ask(kSecond, "720p.mp4", kNow).error(), Refusal::kNoSpace);
  queue_->Update();
  queue_->Update();
  for (const char* file : {"sound.m4a", "720p.mp4"}) {
    ASSERT_TRUE(Find(file)) << file;
    EXPECT_EQ(Find(file)->state, State::kFailed) << file;
    EXPECT_EQ(Find(file)->error, "The disk is nearly full.") << file;
  }
}

TEST_F(CompositionQueueTest, AnArchiveThatLacksANewFileIsMadeAgain) {
  Ask(kFirst, "everything.zip");
  queue_->Update();
  composers_.Finish();
  queue_->Update();
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  EXPECT_TRUE(queue_->IsDone(kFirst, "everything.zip"));
  composers_.Finish();
  queue_->Update();
  EXPECT_FALSE(Find("everything.zip"));
  EXPECT_FALSE(Exists("everything.zip"));
  EXPECT_TRUE(queue_->IsDone(kFirst, "720p.mp4"));
}

TEST_F(CompositionQueueTest, ADeletedRecordingsJobsEndFirst) {
  Ask(kFirst, "720p.mp4");
  Ask(kFirst, "sound.m4a");
  Ask(kSecond, "sound.m4a");
  queue_->Update();
  queue_->Forget(kFirst);
  EXPECT_TRUE(composers_.started[0]->ended);
  fs::remove_all(directory_ / kFirst);
  queue_->Update();
  EXPECT_EQ(composers_.started.back()->directory, directory_ / kSecond);
}

TEST_F(CompositionQueueTest, OneThatIsDeletedByHandIsLetGo) {
  Ask(kFirst, "720p.mp4");
  Ask(kFirst, "sound.m4a");
  queue_->Update();
  fs::remove_all(directory_ / kFirst);
  composers_.Tell({.state = ComposerStatus::State::kFailed, .error = "cannot write"});
  queue_->Update();
  EXPECT_FALSE(fs::exists(directory_ / kFirst));
  EXPECT_EQ(queue_->counts().waiting, 0u);
  EXPECT_EQ(queue_->counts().running, 0u);
}

TEST_F(CompositionQueueTest, AListThatIsNoneCountsForNothing) {
  for (const char* json :
       {"", "[]", "{", R"({"segments":1})", R"({"segments":1,"compositions":7})",
        R"({"segments":1,"compositions":[7,{},{"file":"../x","state":"queued"},)"
        R"({"file":"720p.mp4","state":"odd"},{"file":"720p.mp4","state":"done"}]})"}) {
    std::ofstream(directory_ / kFirst / "compositions.json") << json;
    Restart();
    EXPECT_THAT(queue_->List(kFirst), IsEmpty()) << json;
    queue_->Update();
  }
  EXPECT_THAT(composers_.started, IsEmpty());
}

TEST_F(CompositionQueueTest, WhatIsTooOldGoesWithItsJobs) {
  Make("rcccccccccccccccc", "recording");
  Ask(kFirst, "720p.mp4");
  queue_->Update();
  RecordingLibrary library(directory_);
  constexpr int kWeek = 7;
  EXPECT_EQ(DeleteExpired(library, *queue_, kWeek, After(1)), 0u);
  EXPECT_FALSE(composers_.started[0]->ended);
  EXPECT_EQ(DeleteExpired(library, *queue_, kWeek, After(7)), 2u);
  EXPECT_TRUE(composers_.started[0]->ended);
  EXPECT_FALSE(fs::exists(directory_ / kFirst));
  EXPECT_TRUE(fs::exists(directory_ / "rcccccccccccccccc")) << "it is being written";
}

TEST_F(CompositionQueueTest, ARoomsWishGoesBeforeTheOperators) {
  Make(kFirst, "finished", 1, 2);
  Make(kSecond, "finished", 1, 30);
  Make("rcccccccccccccccc", "finished");
  RecordingLibrary library(directory_);
  EXPECT_EQ(DeleteExpired(library, *queue_, 0, After(1)), 0u);
  EXPECT_EQ(DeleteExpired(library, *queue_, 0, After(2)), 1u);
  EXPECT_FALSE(fs::exists(directory_ / kFirst));
  EXPECT_EQ(DeleteExpired(library, *queue_, 7, After(7)), 1u);
  EXPECT_FALSE(fs::exists(directory_ / "rcccccccccccccccc"));
  EXPECT_EQ(DeleteExpired(library, *queue_, 7, After(29)), 0u);
  EXPECT_EQ(DeleteExpired(library, *queue_, 0, After(30)), 1u);
}

}  // namespace
}  // namespace parley::test
