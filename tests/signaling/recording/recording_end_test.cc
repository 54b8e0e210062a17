// What happened until a recording is paused or ends is told before that, and nothing of a pause.

#include "signaling/recording/recording_desk.h"

#include <gmock/gmock.h>

#include "tests/signaling/recording/recording_world.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;

using RecordingEndTest = RecordingWorld;

TEST_F(RecordingEndTest, WhatWasSaidJustBeforeIsToldBeforeAPauseAndTheEnd) {
  Room& room = NewRoom();
  const Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  recorder.messages.clear();
  const auto say = [&](const std::string& text) {
    room.Note({.participant = ada.id, .name = ada.name, .text = text});
  };
  say("before the pause");
  Do(room, RecordAction::kPause);
  EXPECT_THAT(recorder.Events(), ElementsAre("chat", "pause"));
  recorder.messages.clear();
  say("in the pause");
  Do(room, RecordAction::kResume);
  EXPECT_THAT(recorder.Events(), ElementsAre("resume"));
  recorder.messages.clear();
  say("at the end");
  Do(room, RecordAction::kStop);
  EXPECT_THAT(recorder.Events(), ElementsAre("chat"));
  EXPECT_EQ(recorder.messages.back().type, FeedMessage::kEnd);
}

TEST_F(RecordingEndTest, WhatWasSaidBeforeAHostEndedTheMeetingIsTold) {
  Room& room = NewRoom();
  Participant& ada = Join(room, "Ada");
  Do(room, RecordAction::kStart);
  FakeRecorder& recorder = launcher.last();
  recorder.messages.clear();
  room.Note({.participant = ada.id, .name = ada.name, .text = "goodbye"});
  room.End(&ada, now);
  Pass();
  EXPECT_THAT(recorder.Events(), ElementsAre("left", "chat"));
  EXPECT_EQ(recorder.messages.back().type, FeedMessage::kEnd);
}

}  // namespace
}  // namespace parley::test
