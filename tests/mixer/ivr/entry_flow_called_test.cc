// Callers in the room, those whom we call, and those who are passed on.

#include "mixer/ivr/entry_flow.h"

#include <gtest/gtest.h>

#include "tests/mixer/ivr/entry_flow_fixture.h"

namespace parley {
namespace {

TEST_F(EntryFlowTest, WhoeverIsCalledConfirmsWithAKey) {
  Called();
  EXPECT_EQ(said_, (Prompts{"called", "press-one"}));
  Press("1");
  EXPECT_TRUE(stopped_);
  ASSERT_TRUE(confirmed_);
  EXPECT_FALSE(joined_ || pin_);
  flow_->HandlePin(confirmed_->request, PinVerdict::kRight, now_);
  Collect();
  EXPECT_TRUE(joined_);
  Press("*6");
  EXPECT_EQ(command_, KeypadCommand::kToggleMute);
}

TEST_F(EntryFlowTest, WhoeverIsCalledDeclinesWithAnyOtherKey) {
  for (const char* key : {"2", "0", "*", "#"}) {
    Called();
    Press(key);
    EXPECT_EQ(said_, (Prompts{"goodbye"})) << key;
    EXPECT_EQ(hangup_, EntryHangup::kDeclined);
    EXPECT_FALSE(confirmed_);
  }
}

TEST_F(EntryFlowTest, AMachineThatAnswersIsAskedThriceAndLeft) {
  Called();
  for (int i = 0; i < 2; ++i) {
    flow_->HandlePromptsDone(now_);
    Wait(EntryFlow::kFirstKeyTimeout);
    EXPECT_EQ(said_, (Prompts{"called", "press-one"}));
    EXPECT_FALSE(hangup_);
  }
  flow_->HandlePromptsDone(now_);
  Wait(EntryFlow::kFirstKeyTimeout);
  EXPECT_EQ(said_, (Prompts{"goodbye"}));
  EXPECT_EQ(hangup_, EntryHangup::kNoInput);
}

TEST_F(EntryFlowTest, WhoeverConfirmedTooLateIsToldWhy) {
  Called();
  Press("1");
  flow_->HandlePin(confirmed_->request, PinVerdict::kRoomFull, now_);
  Collect();
  EXPECT_EQ(said_, (Prompts{"room-full", "goodbye"}));
  Called();
  Press("1");
  Wait(EntryFlow::kCheckTimeout);
  EXPECT_EQ(hangup_, EntryHangup::kUnavailable);
}

TEST_F(EntryFlowTest, KeysInTheRoomAreCommands) {
  Enter();
  Press("*6");
  EXPECT_EQ(command_, KeypadCommand::kToggleMute);
  Press("*9");
  EXPECT_EQ(command_, KeypadCommand::kToggleHand);
  Press("*1");
  EXPECT_EQ(command_, KeypadCommand::kCountPeople);
  Press("*#");
  EXPECT_EQ(said_, (Prompts{"keys"}));
  Press("*5");
  EXPECT_FALSE(command_);
  EXPECT_EQ(said_, (Prompts{"not-allowed"}));
  Press("*8");
  EXPECT_EQ(said_, (Prompts{"no-such-key"}));
  Press("123456");
  EXPECT_FALSE(command_ || stopped_);
  flow_->SetHost(true);
  Press("*5");
  EXPECT_EQ(command_, KeypadCommand::kToggleLock);
  Press("*3");
  EXPECT_EQ(command_, KeypadCommand::kMuteAll);
  Press("*7");
  EXPECT_EQ(command_, KeypadCommand::kAdmitNext);
  Press("*#");
  EXPECT_EQ(said_, (Prompts{"keys", "host-keys"}));
}

TEST_F(EntryFlowTest, TheRoomIsAnnouncedOnlyToThoseInIt) {
  flow_->Announce({"recording"});
  Collect();
  EXPECT_EQ(said_, Prompts());
  Enter();
  flow_->Announce({"recording"});
  flow_->AnnouncePeople(22);
  flow_->AnnouncePeople(1);
  Collect();
  EXPECT_EQ(said_,
            (Prompts{"recording", "people-before", "20", "1", "people-after", "only-person"}));
}

TEST_F(EntryFlowTest, WhatIsForAllIsToldAlsoToThoseWhoWait) {
  flow_->AnnounceToAll({"announcement"});
  Collect();
  EXPECT_TRUE(said_.empty()) << "not before the PIN";
  Press("1234#");
  Answer(PinVerdict::kAdmission);
  flow_->AnnounceToAll({"announcement"});
  Collect();
  EXPECT_EQ(said_, (Prompts{"announcement"}));
  flow_->HandleAdmitted();
  flow_->AnnounceToAll({"announcement"});
  Collect();
  EXPECT_EQ(said_, (Prompts{"joining", "announcement"}));
}

TEST_F(EntryFlowTest, RemovalAndTheEndAreTold) {
  Enter();
  flow_->HandleRemoved(false);
  Collect();
  EXPECT_EQ(said_, (Prompts{"removed", "goodbye"}));
  EXPECT_EQ(hangup_, EntryHangup::kRemoved);
  flow_->HandleRemoved(true);
  Collect();
  EXPECT_FALSE(hangup_);
}

TEST_F(EntryFlowTest, ATransferLeadsIntoAnotherRoomOrLeavesThemWhereTheyAre) {
  EXPECT_FALSE(flow_->Transfer("123456789", now_)) << "not in a room yet";
  Enter();
  ASSERT_TRUE(flow_->Transfer("123456789", now_));
  EXPECT_FALSE(flow_->Transfer("123456789", now_)) << "one at a time";
  Collect();
  EXPECT_EQ(pin_->pin, "123456789");
  Answer(PinVerdict::kWrong);
  EXPECT_EQ(transferred_, PinVerdict::kWrong);
  EXPECT_TRUE(flow_->joined() && said_.empty());

  ASSERT_TRUE(flow_->Transfer("123456789", now_));
  Wait(EntryFlow::kCheckTimeout);
  EXPECT_EQ(transferred_, PinVerdict::kUnavailable);
  EXPECT_TRUE(flow_->joined());

  ASSERT_TRUE(flow_->Transfer("123456789", now_));
  Collect();
  Answer(PinVerdict::kRight);
  EXPECT_EQ(transferred_, PinVerdict::kRight);
  EXPECT_TRUE(joined_);
  EXPECT_EQ(said_, (Prompts{"joining"}));

  ASSERT_TRUE(flow_->Transfer("123456789", now_));
  Collect();
  Answer(PinVerdict::kAdmission);
  EXPECT_EQ(transferred_, PinVerdict::kAdmission);
  EXPECT_TRUE(flow_->waiting());
  flow_->HandleAdmitted();
  Collect();
  EXPECT_TRUE(joined_);

  ASSERT_TRUE(flow_->Transfer("123456789", now_));
  flow_->HandleRemoved(false);
  Collect();
  EXPECT_EQ(transferred_, PinVerdict::kUnavailable);
  EXPECT_EQ(hangup_, EntryHangup::kRemoved);
}

TEST_F(EntryFlowTest, WrongPinsOfTransfersLockOutAsThoseOfKeysDo) {
  Enter();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(flow_->Transfer("123456789", now_)) << i;
    Collect();
    Answer(PinVerdict::kWrong);
  }
  EXPECT_FALSE(flow_->Transfer("123456789", now_));
  EXPECT_TRUE(flow_->joined());
}

}  // namespace
}  // namespace parley
