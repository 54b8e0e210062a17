#include "signaling/recording/recording_desk.h"

#include <gmock/gmock.h>

#include "recorder/storage/recording_key.h"
#include "tests/signaling/recording/recording_world.h"

namespace parley::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using RecordingDeskTest = RecordingWorld;

TEST_F(RecordingDeskTest, BeginsWithTheMeetingAsItStands) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  room.Note({.participant = ada.id, .name = ada.name, .text = "before"});
  ASSERT_EQ(Do(room, RecordAction::kStart), "");
  const FakeRecorder& recorder = launcher.last();
  EXPECT_EQ(recorder.directory, directory / room.recording()->id);
  EXPECT_TRUE(std::filesystem::is_directory(recorder.directory));
  EXPECT_THAT(recorder.Events(), ElementsAre("begin", "joined"));
  EXPECT_THAT(recorder.messages[0].json,
              AllOf(HasSubstr(R"("room":"weekly")"), HasSubstr(R"("wall_us":1763885000000000)")));
  EXPECT_THAT(recorder.messages[1].json, HasSubstr(R"("name":"Ada","role":"host")"));
  EXPECT_THAT(
      recorder.Of(FeedMessage::kSourceOpen),
      ElementsAre(AllOf(HasSubstr(R"("kind":"microphone","codec":"opus")"), HasSubstr(ada.id)),
                  AllOf(HasSubstr(R"("kind":"camera","codec":"vp8")"),
                        HasSubstr(R"("clock_rate":90000)"))));
  EXPECT_THAT(sinks[0]->recordings,
              ElementsAre(AllOf(HasSubstr(R"("state":"recording")"), HasSubstr(R"("version":)"),
                                HasSubstr(R"("consent":false)"))));
}

// The tap takes what the sender sends, plainly, under the source's number.
TEST_F(RecordingDeskTest, EachSourceHasATapOnItsSendersWorker) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  media.ForgetSent();
  Do(room, RecordAction::kStart);
  const auto feeds = media.SentOf<OpenFeed>();
  ASSERT_THAT(feeds, SizeIs(2));
  const auto taps = media.SentOf<CreateTransport>();
  ASSERT_THAT(taps, SizeIs(2));
  for (const auto& [worker, tap] : taps) {
    EXPECT_EQ(worker, WorkerIndex(1));
    EXPECT_TRUE(tap.params.local);
    EXPECT_EQ(tap.params.feed, feeds[0].second.feed);
    ASSERT_THAT(tap.params.slots, SizeIs(1));
    const SlotParams& slot = tap.params.slots[0];
    ASSERT_THAT(slot.codecs, SizeIs(1));
    EXPECT_FALSE(slot.codecs[0].transport_cc);
    const bool video = slot.kind == MediaKind::kVideo;
    EXPECT_EQ(slot.codecs[0].codec, video ? Codec::kVp8 : Codec::kOpus);
    const SourceId source = ada.source(video ? SourceKind::kCamera : SourceKind::kMicrophone).id;
    EXPECT_EQ(slot.ssrc.value(), source.value());
    EXPECT_EQ(media.worker(1).transports.at(tap.transport).slots.at(0).source, source);
  }
}

TEST_F(RecordingDeskTest, TellsWhatHappensOnceEach) {
  Room& room = NewRoom();
  Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  recorder.messages.clear();
  Participant& ben = Join(room, "Ben");
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("joined"));
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen), SizeIs(2));
  recorder.messages.clear();
  room.Rename(ada, "Ada L");
  room.Note({.participant = ada.id, .name = ada.name, .text = "one"});
  room.Note({.participant = ben.id, .name = ben.name, .text = "two"});
  Pass();
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("renamed", "chat", "chat"));
  EXPECT_THAT(recorder.messages[1].json, HasSubstr(R"("text":"one")"));
  recorder.messages.clear();
  room.Leave(ben, LeaveReason::kLeft, now);
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("left"));
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceClose), SizeIs(2));
}

TEST_F(RecordingDeskTest, TellsWhomHostsShowToAll) {
  Room& room = NewRoom();
  Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  recorder.messages.clear();
  room.set_spotlight({{.participant = ada.id, .source = SourceKind::kScreen},
                      {.participant = "pnotback", .source = SourceKind::kCamera}});
  Pass();
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("spotlight"));
  EXPECT_EQ(recorder.messages[0].json, R"({"type":"spotlight","participant":")" + ada.id +
                                           R"(","source":"screen","on":true})");
  recorder.messages.clear();
  room.set_spotlight({});
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("spotlight"));
  EXPECT_THAT(recorder.messages[0].json, HasSubstr(R"("on":false)"));
}

TEST_F(RecordingDeskTest, TellsWhoSpeaks) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  launcher.last().messages.clear();
  SpeakersChanged event{.worker = WorkerIndex(1),
                        .room = room.id(),
                        .epoch = 1,
                        .seats = {},
                        .dominant = ada.source(SourceKind::kMicrophone).id};
  const Event speakers = event;
  rooms.HandleEvents(std::span(&speakers, 1), now);
  Pass();
  ASSERT_THAT(launcher.last().messages, SizeIs(1));
  EXPECT_EQ(launcher.last().messages[0].json,
            R"({"type":"speaker","participant":")" + ada.id + R"("})");
}

TEST_F(RecordingDeskTest, ANewConnectionAndAnotherCodecAreTappedAnew) {
  Room& room = NewRoom();
  Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  recorder.messages.clear();
  Start(ada, SourceKind::kCamera, Codec::kVp9);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceClose), SizeIs(1));
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen), ElementsAre(HasSubstr("vp9")));
  recorder.messages.clear();
  std::array<SourceId, kSourceKinds> sources;
  for (size_t i = 0; i < kSourceKinds; ++i) sources[i] = ada.sources[i].id;
  room.ConnectMedia(ada, Plan(sources, ada.may_publish));
  StartSending(ada);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceClose), SizeIs(2));
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen), SizeIs(2));
  // Ada's own connection and the two taps.
  EXPECT_THAT(media.worker(1).transports, SizeIs(3));
}

TEST_F(RecordingDeskTest, AsksTheSenderForTheKeyFrameThatTheRecorderWants) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  const SourceId camera = ada.source(SourceKind::kCamera).id;
  launcher.last().replies.push_back({FeedReply::kKeyFrameWanted, camera, {}});
  launcher.last().replies.push_back({FeedReply::kKeyFrameWanted, SourceId(999), {}});
  Pass();
  const auto asked = media.SentOf<AskKeyFrame>();
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(media.worker(1).transports.at(asked[0].second.transport).slots.at(0).source, camera);
}

TEST_F(RecordingDeskTest, PauseResumeAndStopAreToldToRecorderAndRoom) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  EXPECT_EQ(Do(room, RecordAction::kPause), "");
  EXPECT_TRUE(room.recording()->paused);
  EXPECT_EQ(Do(room, RecordAction::kResume), "");
  EXPECT_EQ(Do(room, RecordAction::kStop), "");
  EXPECT_FALSE(room.recording());
  EXPECT_THAT(recorder.Events(), ElementsAre("begin", "joined", "pause", "resume"));
  EXPECT_EQ(recorder.messages.back().type, FeedMessage::kEnd);
  EXPECT_THAT(sinks[0]->recordings, SizeIs(4));
  EXPECT_THAT(sinks[0]->recordings[1], HasSubstr(R"("state":"paused")"));
  EXPECT_THAT(sinks[0]->recordings[3], HasSubstr(R"("recording":null)"));
  EXPECT_THAT(sinks[0]->recordings[3], Not(HasSubstr("trouble")));
  // Only Ada's own connection is left.
  EXPECT_THAT(media.worker(1).transports, SizeIs(1));
  EXPECT_THAT(media.SentOf<CloseFeed>(), SizeIs(2));
}

TEST_F(RecordingDeskTest, WhatDoesNotFitIsRefusedWithASentence) {
  Room& room = NewRoom();
  Join(room, "Ada");
  EXPECT_EQ(Do(room, RecordAction::kStop), "The meeting is not being recorded.");
  EXPECT_EQ(Do(room, RecordAction::kPause), "The meeting is not being recorded.");
  Do(room, RecordAction::kStart);
  EXPECT_EQ(Do(room, RecordAction::kStart), "The meeting is being recorded already.");
  EXPECT_EQ(Do(room, RecordAction::kResume), "The recording is not paused.");
  Do(room, RecordAction::kPause);
  EXPECT_EQ(Do(room, RecordAction::kPause), "The recording is paused already.");
  EXPECT_THAT(launcher.recorders, SizeIs(1));
}

TEST_F(RecordingDeskTest, AsManyAtOnceAsTheOperatorAllows) {
  limits.recordings = 1;
  Room& one = NewRoom();
  Room& two = NewRoom({}, "monthly");
  Join(one, "Ada");
  Join(two, "Ben");
  Do(one, RecordAction::kStart);
  EXPECT_EQ(Do(two, RecordAction::kStart), "The server records as many meetings as it may.");
}

TEST_F(RecordingDeskTest, ARecorderThatDiedIsStartedAgainAndToldEverything) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  room.Note({.participant = ada.id, .name = ada.name, .text = "told"});
  Pass();
  Do(room, RecordAction::kPause);
  launcher.last().dead = true;
  room.Note({.participant = ada.id, .name = ada.name, .text = "not told yet"});
  Pass();
  ASSERT_THAT(launcher.recorders, SizeIs(2));
  const FakeRecorder& second = launcher.last();
  EXPECT_EQ(second.directory, launcher.recorders[0]->directory);
  EXPECT_TRUE(launcher.recorders[0]->closed);
  EXPECT_THAT(second.Events(), ElementsAre("begin", "pause", "joined", "chat"));
  EXPECT_THAT(second.Of(FeedMessage::kSourceOpen), SizeIs(2));
  EXPECT_TRUE(room.recording()) << "the meeting notices nothing";
  EXPECT_THAT(sinks[0]->recordings, SizeIs(2));
  const auto feeds = media.SentOf<OpenFeed>();
  ASSERT_THAT(feeds, SizeIs(4));
  EXPECT_NE(feeds[0].second.feed, feeds[2].second.feed);
  EXPECT_THAT(media.worker(1).transports, SizeIs(3));
}

TEST_F(RecordingDeskTest, EachHasAKeyOfItsOwnFromItsBeginningToItsEnd) {
  UseKeys(*OperatorKeys::Parse(std::string(64, '7')));
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  const auto first = launcher.last().directory;
  const auto key = RecordingKey::Of(first).key;
  ASSERT_TRUE(key);
  launcher.last().dead = true;
  Pass();
  ASSERT_THAT(launcher.recorders, SizeIs(2));
  EXPECT_EQ(*RecordingKey::Of(first).key, *key);
  Do(room, RecordAction::kStop);
  Do(room, RecordAction::kStart);
  EXPECT_NE(*RecordingKey::Of(launcher.last().directory).key, *key);
  UseKeys({});
  Do(room, RecordAction::kStop);
  Do(room, RecordAction::kStart);
  EXPECT_FALSE(RecordingKey::Of(launcher.last().directory).sealed);
}

TEST_F(RecordingDeskTest, FiveDeathsInAMinuteAreEnoughAndTheRoomIsTold) {
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

TEST_F(RecordingDeskTest, DeathsNowAndThenAreSurvived) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  for (int death = 1; death <= 8; ++death) {
    launcher.last().dead = true;
    Pass(Duration::Seconds(30));
  }
  EXPECT_TRUE(room.recording());
}

TEST_F(RecordingDeskTest, AFullDiskEndsItWithASentence) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  launcher.last().replies.push_back({FeedReply::kTrouble, {}, R"({"code":"disk_full"})"});
  Pass();
  EXPECT_FALSE(room.recording());
  EXPECT_THAT(sinks[0]->recordings.back(), HasSubstr(R"("code":"disk_full")"));
  EXPECT_THAT(launcher.recorders, SizeIs(1));
}

TEST_F(RecordingDeskTest, OnADiskThatFillsItGivesUpStepByStepAndEndsWhole) {
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
    return message.type == FeedMessage::kSourceClose && message.source == camera;
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

TEST_F(RecordingDeskTest, WithRoomAgainItStoresAgainWhatItGaveUp) {
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

TEST_F(RecordingDeskTest, AllRecordingsShareTheDisk) {
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

TEST_F(RecordingDeskTest, WhatARecorderSaysThatIsNoStatusChangesNothing) {
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

TEST_F(RecordingDeskTest, OnADiskThatIsNearlyFullNoneBegins) {
  desk.reset();
  desk = std::make_unique<RecordingDesk>(rooms, launcher, random, limits, directory,
                                         uint64_t{1} << 60);
  Room& room = NewRoom();
  Join(room, "Ada");
  EXPECT_EQ(Do(room, RecordAction::kStart), "The disk has no room for a recording.");
  EXPECT_THAT(launcher.recorders, IsEmpty());
}

TEST_F(RecordingDeskTest, ARecorderThatReadsNothingIsKilled) {
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

TEST_F(RecordingDeskTest, WhatAFullSocketDidNotTakeComesLater) {
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

TEST_F(RecordingDeskTest, EndsWithTheMeeting) {
  Room& room = NewRoom();
  Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  room.Leave(ada, LeaveReason::kLeft, now);
  Pass();
  EXPECT_EQ(launcher.last().messages.back().type, FeedMessage::kEnd);
  EXPECT_FALSE(room.recording());
  EXPECT_TRUE(media.empty());
}

TEST_F(RecordingDeskTest, EndsWithTheRoomAndGoesOnAmongTheOthers) {
  Room& room = NewRoom();
  Room& other = NewRoom({}, "monthly");
  Join(room, "Ada");
  Join(other, "Ben");
  Do(room, RecordAction::kStart);
  Do(other, RecordAction::kStart);
  rooms.Forget("weekly", now);
  Pass();
  EXPECT_EQ(desk->recording_count(), 1u);
  EXPECT_EQ(launcher.recorders[0]->messages.back().type, FeedMessage::kEnd);
  EXPECT_NE(launcher.recorders[1]->messages.back().type, FeedMessage::kEnd);
}

TEST_F(RecordingDeskTest, WhoeverComesAfterAnEndedMeetingIsNotRecorded) {
  Room& room = NewRoom();
  Join(room, "Ada");
  Do(room, RecordAction::kStart);
  room.End(nullptr, now);
  Join(room, "Ben");
  EXPECT_FALSE(room.recording());
  Pass();
  EXPECT_THAT(launcher.recorders, SizeIs(1));
  EXPECT_THAT(sinks[1]->recordings, IsEmpty());
}

TEST_F(RecordingDeskTest, AnAutomaticOneBeginsWithTheFirst) {
  Room& room = NewRoom({.asks_consent = false, .automatic = true});
  Participant& ada = Join(room, "Ada");
  EXPECT_TRUE(room.recording());
  EXPECT_THAT(sinks[0]->recordings, IsEmpty()) << "the snapshot says so";
  room.Leave(ada, LeaveReason::kLeft, now);
  Pass();
  Join(room, "Ben");
  EXPECT_THAT(launcher.recorders, SizeIs(2));
  EXPECT_NE(launcher.recorders[0]->directory, launcher.recorders[1]->directory);
}

TEST_F(RecordingDeskTest, NothingOfWhoDidNotAgreeIsStored) {
  Room& room = NewRoom({.asks_consent = true, .automatic = false});
  Participant& ada = Join(room, "Ada");
  Participant& ben = Join(room, "Ben");
  media.ForgetSent();
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  Pass();
  EXPECT_TRUE(room.recording()->asks_consent);
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen), IsEmpty());
  EXPECT_THAT(media.SentOf<CreateTransport>(), IsEmpty());
  room.SetConsent(ada, true);
  room.SetConsent(ben, false);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen),
              ElementsAre(HasSubstr(ada.id), HasSubstr(ada.id)));
  EXPECT_THAT(recorder.Of(FeedMessage::kEvent),
              Contains(R"({"type":"consent","participant":")" + ada.id + R"(","given":true})"));
  EXPECT_THAT(recorder.Of(FeedMessage::kEvent),
              Contains(R"({"type":"consent","participant":")" + ben.id + R"(","given":false})"));
  room.SetConsent(ada, false);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceClose), SizeIs(2));
  EXPECT_THAT(media.worker(1).transports, SizeIs(2)) << "their own connections";
}

TEST_F(RecordingDeskTest, EachRecordingAsksAnew) {
  Room& room = NewRoom({.asks_consent = true, .automatic = false});
  Participant& ada = Join(room, "Ada");
  room.SetConsent(ada, true);
  Do(room, RecordAction::kStart);
  Pass();
  EXPECT_THAT(launcher.last().Of(FeedMessage::kSourceOpen), IsEmpty());
}

TEST_F(RecordingDeskTest, ARecorderThatDoesNotComeToItsEndIsKilled) {
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

TEST_F(RecordingDeskTest, ADiskThatTakesNothingIsSaid) {
  Room& room = NewRoom();
  Join(room, "Ada");
  std::filesystem::remove_all(directory);
  EXPECT_EQ(Do(room, RecordAction::kStart), "The server cannot write recordings to its disk.");
  EXPECT_FALSE(room.recording());
}

}  // namespace
}  // namespace parley::test
