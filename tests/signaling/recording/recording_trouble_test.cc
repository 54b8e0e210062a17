// What goes wrong with recorders and with the disk, and what the room is told of it.

#include "signaling/recording/recording_desk.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "recorder/library/recording_state.h"
#include "tests/signaling/recording/recording_world.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using RecordingTroubleTest = RecordingWorld;

TEST_F(RecordingTroubleTest, ARecorderThatDiedIsStartedAgainAndToldEverything) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  room.Note({.participant = ada.id, .name = ada.name, .text = "told"});
  Pass();
  room.Note({.participant = ada.id, .name = ada.name, .text = "not told yet"});
  launcher.last().dead = true;
  Pass();
  ASSERT_THAT(launcher.recorders, SizeIs(2));
  const FakeRecorder& second = launcher.last();
  EXPECT_EQ(second.directory, launcher.recorders[0]->directory);
  EXPECT_TRUE(launcher.recorders[0]->closed);
  EXPECT_THAT(second.Events(), ElementsAre("begin", "joined", "chat"));
  EXPECT_THAT(second.Of(FeedMessage::kSourceOpen), SizeIs(2));
  EXPECT_TRUE(room.recording()) << "the meeting notices nothing";
  EXPECT_THAT(sinks[0]->recordings, SizeIs(1));
  const auto feeds = media.SentOf<OpenFeed>();
  ASSERT_THAT(feeds, SizeIs(4));
  EXPECT_NE(feeds[0].second.feed, feeds[2].second.feed);
  EXPECT_THAT(media.worker(1).transports, SizeIs(3));
}

TEST_F(RecordingTroubleTest, ARecorderThatDiedInAPauseIsToldOfIt) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  Pass();
  Do(room, RecordAction::kPause);
  launcher.last().dead = true;
  Pass();
  ASSERT_THAT(launcher.recorders, SizeIs(2));
  EXPECT_THAT(launcher.last().Events(), ElementsAre("begin", "pause", "joined"));
}

TEST_F(RecordingTroubleTest, OneThatWasPausedIsSoStillAfterARestart) {
  const RecordingState state{.id = "raaaaaaaaaaaaaaaa",
                             .room = "weekly",
                             .title = "Weekly",
                             .started_at_us = now.wall.unix_us(),
                             .paused = true,
                             .segments = 1};
  std::filesystem::create_directories(directory / state.id);
  ASSERT_FALSE(state.Save(directory / state.id));
  desk.reset();
  desk = std::make_unique<RecordingDesk>(rooms, launcher, random, limits, directory, kLeast);
  Room& room = NewRoom();
  Join(room, "Ada");
  // Found on a thread of the disk.
  for (int i = 0; i < 500 && !room.recording(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    Pass(Duration::Millis(60));
  }
  ASSERT_TRUE(room.recording());
  EXPECT_EQ(room.recording()->id, state.id);
  EXPECT_TRUE(room.recording()->paused);
  EXPECT_THAT(launcher.last().Events(), ElementsAre("begin", "pause", "joined"));
}

TEST_F(RecordingTroubleTest, FiveDeathsInAMinuteAreEnoughAndTheRoomIsTold) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  for (int death = 1; death <= 5; ++death) {
    EXPECT_TRUE(room.recording());
    launcher.last().dead = true;
    Pass(Duration::Seconds(5));
  }
  EXPECT_THAT(launcher.recorders, SizeIs(5));
  EXPECT_FALSE(room.recording());
  EXPECT_THAT(sinks[0]->recordings.back(), HasSubstr("recorder_failed"));
  EXPECT_EQ(desk->recording_count(), 0u);
}

TEST_F(RecordingTroubleTest, DeathsNowAndThenAreSurvived) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  for (int death = 1; death <= 8; ++death) {
    launcher.last().dead = true;
    Pass(Duration::Seconds(30));
  }
  EXPECT_TRUE(room.recording());
}

TEST_F(RecordingTroubleTest, AFullDiskEndsItWithASentence) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  launcher.last().replies.push_back({FeedReply::kTrouble, {}, R"({"code":"disk_full"})"});
  Pass();
  EXPECT_FALSE(room.recording());
  EXPECT_THAT(sinks[0]->recordings.back(), HasSubstr(R"("code":"disk_full")"));
  EXPECT_THAT(launcher.recorders, SizeIs(1));
}

TEST_F(RecordingTroubleTest, OnADiskThatFillsItGivesUpStepByStepAndEndsWhole) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  const SourceId camera = ada.source(SourceKind::kCamera).id;
  const auto heights = [&] {
    std::vector<int> all;
    for (const auto& [worker, slot] : media.SentOf<SetSlot>()) {
      if (slot.source == camera) all.push_back(slot.max_height);
    }
    return all;
  };
  EXPECT_THAT(heights(), ElementsAre(0));
  const Ssrc tapped = recorder.SsrcOf(camera);
  recorder.messages.clear();
  media.ForgetSent();

  LeaveFree(10 * kLeast);
  EXPECT_THAT(recorder.messages, IsEmpty());
  EXPECT_THAT(sinks[0]->recordings, SizeIs(1));
  EXPECT_THAT(sinks[0]->recordings.back(), Not(HasSubstr("disk")));

  LeaveFree(4 * kLeast - 1);
  EXPECT_THAT(sinks[0]->recordings.back(), HasSubstr(R"("disk":"no_composing")"));
  Pass();
  EXPECT_THAT(heights(), IsEmpty());

  LeaveFree(3 * kLeast - 1);
  EXPECT_THAT(sinks[0]->recordings.back(), HasSubstr(R"("disk":"small_pictures")"));
  Pass();
  Pass();
  EXPECT_THAT(heights(), ElementsAre(180));

  LeaveFree(2 * kLeast - 1);
  EXPECT_THAT(sinks[0]->recordings.back(), HasSubstr(R"("disk":"sound_only")"));
  Pass();
  const auto closed = std::ranges::count_if(recorder.messages, [&](const auto& message) {
    return message.type == FeedMessage::kSourceClose && message.ssrc == tapped;
  });
  EXPECT_EQ(closed, 1);
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceClose), SizeIs(1)) << "the microphone stays";
  EXPECT_THAT(recorder.Events(), ElementsAre("disk", "disk", "disk"));

  LeaveFree(kLeast - 1);
  EXPECT_FALSE(room.recording());
  EXPECT_THAT(sinks[0]->recordings.back(), HasSubstr(R"("code":"disk_full")"));
  EXPECT_EQ(recorder.messages.back().type, FeedMessage::kEnd);
  EXPECT_EQ(desk->failed(), 1u);
  EXPECT_EQ(desk->disk().free(), kLeast - 1);
}

TEST_F(RecordingTroubleTest, WithRoomAgainItStoresAgainWhatItGaveUp) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  LeaveFree(2 * kLeast - 1);
  Pass();
  EXPECT_THAT(launcher.last().Of(FeedMessage::kSourceClose), SizeIs(1));
  // The next segment is told, too.
  launcher.last().dead = true;
  Pass();
  Pass();
  EXPECT_THAT(launcher.last().Events(), ElementsAre("begin", "disk", "joined"));
  EXPECT_THAT(launcher.last().Of(FeedMessage::kSourceOpen), SizeIs(1));
  LeaveFree(10 * kLeast);
  Pass();
  EXPECT_THAT(sinks[0]->recordings.back(), Not(HasSubstr("disk")));
  EXPECT_THAT(launcher.last().Of(FeedMessage::kSourceOpen), SizeIs(2));
}

TEST_F(RecordingTroubleTest, AllRecordingsShareTheDisk) {
  Room& room = NewRoom();
  Room& other = NewRoom({}, "monthly");
  Join(room, "Ada");
  Join(other, "Ben");
  Do(room, RecordAction::kStart);
  Do(other, RecordAction::kStart);
  LeaveFree(2 * kLeast - 1);
  for (const auto& sink : sinks) {
    EXPECT_THAT(sink->recordings.back(), HasSubstr(R"("disk":"sound_only")"));
  }
}

TEST_F(RecordingTroubleTest, WhatARecorderSaysThatIsNoStatusChangesNothing) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  for (const char* json : {"", "[]", "{}", "{\"free\":", "nonsense"}) {
    launcher.last().replies.push_back({FeedReply::kStatus, {}, json});
    Pass();
  }
  EXPECT_TRUE(room.recording());
  EXPECT_THAT(sinks[0]->recordings, SizeIs(1));
}

TEST_F(RecordingTroubleTest, OnADiskThatIsNearlyFullNoneBegins) {
  desk.reset();
  desk = std::make_unique<RecordingDesk>(rooms, launcher, random, limits, directory,
                                         uint64_t{1} << 60);
  Room& room = NewRoom();
  Join(room, "Ada");
  EXPECT_EQ(Do(room, RecordAction::kStart), "The disk has no room for a recording.");
  EXPECT_THAT(launcher.recorders, IsEmpty());
}

TEST_F(RecordingTroubleTest, ARecorderThatReadsNothingIsKilled) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& stuck = launcher.last();
  stuck.full = true;
  const std::string text(4000, 'x');
  for (int i = 0; i < 2000 && !stuck.killed; ++i) {
    room.Note({.participant = ada.id, .name = ada.name, .text = text});
    Pass();
  }
  EXPECT_TRUE(stuck.killed);
  Pass();
  EXPECT_THAT(launcher.recorders, SizeIs(2));
}

TEST_F(RecordingTroubleTest, WhatAFullSocketDidNotTakeComesLater) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  recorder.messages.clear();
  recorder.full = true;
  room.Note({.participant = ada.id, .name = ada.name, .text = "one"});
  Pass();
  EXPECT_THAT(recorder.messages, IsEmpty());
  recorder.full = false;
  room.Note({.participant = ada.id, .name = ada.name, .text = "two"});
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("chat", "chat"));
}

TEST_F(RecordingTroubleTest, ARecorderThatDoesNotComeToItsEndIsKilled) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  const std::string id = room.recording()->id;
  Do(room, RecordAction::kStop);
  Pass(Duration::Seconds(5));
  EXPECT_TRUE(desk->IsBusy(id));
  EXPECT_FALSE(launcher.last().killed);
  Pass(Duration::Seconds(6));
  EXPECT_TRUE(launcher.last().killed);
  Pass();
  EXPECT_FALSE(desk->IsBusy(id));
}

TEST_F(RecordingTroubleTest, ADiskThatTakesNothingIsSaid) {
  Room& room = NewRoom();
  Join(room, "Ada");
  std::filesystem::remove_all(directory);
  EXPECT_EQ(Do(room, RecordAction::kStart), "The server cannot write recordings to its disk.");
  EXPECT_FALSE(room.recording());
}

}  // namespace
}  // namespace parley::test
