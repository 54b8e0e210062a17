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

class RecordingDeskTest : public RecordingWorld {
 protected:
  // Louder than all others.
  void Speaks(const Room& room, const Participant& who) {
    const Event speakers = SpeakersChanged{.worker = WorkerIndex(1),
                                           .room = room.id(),
                                           .epoch = 1,
                                           .seats = {},
                                           .dominant = who.source(SourceKind::kMicrophone).id};
    rooms.HandleEvents(std::span(&speakers, 1), now);
  }
};

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

// The tap takes what the sender sends, plainly, and by its SSRC the recorder knows the source.
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
    EXPECT_EQ(slot.extensions, HeaderExtensionIds{.abs_capture_time = kFeedCaptureTimeId});
    const bool video = slot.kind == MediaKind::kVideo;
    EXPECT_EQ(slot.codecs[0].codec, video ? Codec::kVp8 : Codec::kOpus);
    const SourceId source = ada.source(video ? SourceKind::kCamera : SourceKind::kMicrophone).id;
    EXPECT_EQ(slot.ssrc, launcher.last().SsrcOf(source));
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
  Speaks(room, ada);
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
  const SourceId camera = ada.source(SourceKind::kCamera).id;
  const Ssrc before = recorder.SsrcOf(camera);
  recorder.messages.clear();
  Start(ada, SourceKind::kCamera, Codec::kVp9);
  Pass();
  EXPECT_NE(recorder.SsrcOf(camera), before) << "what is under way is not taken for it";
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

// That nothing comes of a screen does not tell whether it is shared: nothing may move there.
TEST_F(RecordingDeskTest, AScreenIsOpenWhileItIsShared) {
  Room& room = NewRoom();
  Participant& ada = Join(room, "Ada", SourceKind::kScreen);
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen), SizeIs(2));
  recorder.messages.clear();
  SourceKindSet on = ada.may_publish;
  on.reset(IndexOf(SourceKind::kScreen));
  room.SetSources(ada, on);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceClose), SizeIs(1));
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen), IsEmpty());
  recorder.messages.clear();
  room.SetSources(ada, ada.may_publish);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen), ElementsAre(HasSubstr(R"("kind":"screen")")));
  // Ada's own connection and the two taps.
  EXPECT_THAT(media.worker(1).transports, SizeIs(3));
  // Who turns off a microphone speaks again soon: it stays one file.
  recorder.messages.clear();
  on.set(IndexOf(SourceKind::kScreen));
  on.reset(IndexOf(SourceKind::kMicrophone));
  room.SetSources(ada, on);
  Pass();
  EXPECT_THAT(recorder.messages, IsEmpty());
}

// Its last picture would stand on the stage for as long as the room keeps their seat.
TEST_F(RecordingDeskTest, WhatSomebodySharedEndsWhenTheyAreLost) {
  Room& room = NewRoom();
  Participant& ada = Join(room, "Ada", SourceKind::kScreen);
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  const Ssrc screen = recorder.SsrcOf(ada.source(SourceKind::kScreen).id);
  recorder.messages.clear();
  room.Disconnect(ada, now);
  Pass(Duration::Seconds(4));
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceClose), IsEmpty());
  Pass(Duration::Seconds(2));
  ASSERT_THAT(recorder.Of(FeedMessage::kSourceClose), SizeIs(1));
  EXPECT_EQ(recorder.messages.back().ssrc, screen) << "not the microphone, which may go on";
  room.Reconnect(ada, *sinks[0]);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kSourceOpen), ElementsAre(HasSubstr(R"("kind":"screen")")));
}

TEST_F(RecordingDeskTest, AsksTheSenderForTheKeyFrameThatTheRecorderWants) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  const SourceId camera = ada.source(SourceKind::kCamera).id;
  launcher.last().replies.push_back(
      {FeedReply::kKeyFrameWanted, launcher.last().SsrcOf(camera), {}});
  launcher.last().replies.push_back({FeedReply::kKeyFrameWanted, Ssrc(999), {}});
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

TEST_F(RecordingDeskTest, NothingThatIsSaidInAPauseIsStored) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  Do(room, RecordAction::kPause);
  FakeRecorder& recorder = launcher.last();
  const Event speakers = SpeakersChanged{.worker = WorkerIndex(1),
                                         .room = room.id(),
                                         .epoch = 1,
                                         .seats = {},
                                         .dominant = ada.source(SourceKind::kMicrophone).id};
  rooms.HandleEvents(std::span(&speakers, 1), now);
  room.Note({.participant = ada.id, .name = ada.name, .text = "between us"});
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("begin", "joined", "pause"));
  Do(room, RecordAction::kResume);
  room.Note({.participant = ada.id, .name = ada.name, .text = "to all"});
  Pass();
  EXPECT_THAT(recorder.Events(),
              ElementsAre("begin", "joined", "pause", "resume", "speaker", "chat"));
  EXPECT_THAT(recorder.messages.back().json, HasSubstr("to all"));
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

// They closed the page, and the room keeps their seats for a minute.
TEST_F(RecordingDeskTest, EndsWhenTheLastConnectionWasLost) {
  Room& room = NewRoom();
  Participant& ada = Join(room, "Ada");
  Participant& ben = Join(room, "Ben");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  room.Disconnect(ben, now);
  Pass(Duration::Seconds(4));
  EXPECT_THAT(recorder.Events(), ElementsAre("begin", "joined", "joined"));
  Pass(Duration::Seconds(2));
  EXPECT_THAT(recorder.Events(), ElementsAre("begin", "joined", "joined", "left"));
  room.Reconnect(ben, *sinks[1]);
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("begin", "joined", "joined", "left", "joined"));
  room.Disconnect(ada, now);
  room.Disconnect(ben, now);
  Pass(Duration::Seconds(6));
  const Timestamp last = now.steady;
  Pass(Duration::Seconds(50));
  room.Leave(ada, LeaveReason::kLost, now);
  room.Leave(ben, LeaveReason::kLost, now);
  Pass();
  EXPECT_EQ(recorder.messages.back().type, FeedMessage::kEnd);
  EXPECT_EQ(recorder.messages.back().at, last);
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

TEST_F(RecordingDeskTest, WhenSomebodySpeaksIsStoredWithTheirSoundOnly) {
  Room& room = NewRoom({.asks_consent = true, .automatic = false});
  Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  Speaks(room, ada);
  Pass();
  EXPECT_THAT(recorder.Events(), Not(Contains("speaker")));
  room.SetConsent(ada, true);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kEvent),
              Contains(R"({"type":"speaker","participant":")" + ada.id + R"("})"));
  room.SetConsent(ada, false);
  Pass();
  EXPECT_THAT(recorder.Of(FeedMessage::kEvent), Contains(R"({"type":"speaker"})"));
}

TEST_F(RecordingDeskTest, EachRecordingAsksAnew) {
  Room& room = NewRoom({.asks_consent = true, .automatic = false});
  Participant& ada = Join(room, "Ada");
  room.SetConsent(ada, true);
  Do(room, RecordAction::kStart);
  Pass();
  EXPECT_THAT(launcher.last().Of(FeedMessage::kSourceOpen), IsEmpty());
}

}  // namespace
}  // namespace parley::test
