#include "mixer/ivr/entry_flow.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sfu/base/random.h"
#include "tests/mixer/ivr/entry_flow_fixture.h"

namespace parley {
namespace {

TEST_F(EntryFlowTest, TheRightPinLeadsIntoTheRoom) {
  EXPECT_EQ(said_, (Prompts{"welcome", "enter-pin", "language"}));
  Press("12");
  EXPECT_TRUE(stopped_);
  EXPECT_FALSE(pin_);
  Press("34#");
  ASSERT_TRUE(pin_);
  EXPECT_EQ(pin_->pin, "1234");
  Answer(PinVerdict::kRight);
  EXPECT_TRUE(joined_);
  EXPECT_EQ(said_, (Prompts{"joining"}));
  EXPECT_EQ(flow_->NextTimeout(), Timestamp::Never());
}

TEST_F(EntryFlowTest, ThreeWrongPinsEndTheCall) {
  for (int i = 0; i < 2; ++i) {
    Press("9#");
    Answer(PinVerdict::kWrong);
    EXPECT_EQ(said_, (Prompts{"wrong-pin", "enter-pin", "language"}));
    EXPECT_FALSE(hangup_);
  }
  Press("9#");
  Answer(PinVerdict::kWrong);
  EXPECT_EQ(said_, (Prompts{"wrong-pin", "too-many-tries", "goodbye"}));
  EXPECT_EQ(hangup_, EntryHangup::kWrongPin);
  Press("1234#");
  EXPECT_FALSE(pin_);
}

TEST_F(EntryFlowTest, FiveWrongPinsOverCallsLockTheCallerOut) {
  for (int i = 0; i < 3; ++i) {
    Press("9#");
    Answer(PinVerdict::kWrong);
  }
  Begin();
  Press("9#");
  Answer(PinVerdict::kWrong);
  EXPECT_FALSE(hangup_);
  Press("9#");
  Answer(PinVerdict::kWrong);
  EXPECT_EQ(said_, (Prompts{"wrong-pin", "locked-out", "goodbye"}));
  EXPECT_EQ(hangup_, EntryHangup::kLockedOut);
  Begin();
  EXPECT_EQ(said_, (Prompts{"welcome", "locked-out", "goodbye"}));
  EXPECT_EQ(hangup_, EntryHangup::kLockedOut);
  now_ = now_ + Lockout::kFirstLock;
  Begin();
  EXPECT_FALSE(hangup_);
  Enter();
}

TEST_F(EntryFlowTest, ACallBesideItCanLockThisOneOut) {
  Press("12");
  for (int i = 0; i < 5; ++i) lockout_.HandleWrong("caller", now_);
  Press("34#");
  EXPECT_FALSE(pin_);
  EXPECT_EQ(hangup_, EntryHangup::kLockedOut);
}

TEST_F(EntryFlowTest, SilenceIsAskedThriceAndThenTheCallEnds) {
  for (int i = 0; i < 2; ++i) {
    flow_->HandlePromptsDone(now_);
    Wait(EntryFlow::kFirstKeyTimeout);
    EXPECT_EQ(said_, (Prompts{"no-input", "enter-pin", "language"}));
  }
  flow_->HandlePromptsDone(now_);
  Wait(EntryFlow::kFirstKeyTimeout);
  EXPECT_EQ(said_, (Prompts{"no-input", "goodbye"}));
  EXPECT_EQ(hangup_, EntryHangup::kNoInput);
}

TEST_F(EntryFlowTest, SilenceEndsTheCallThoughNobodyTellsThatPromptsAreDone) {
  Wait(Duration::Seconds(600));
  EXPECT_EQ(hangup_, EntryHangup::kNoInput);
}

TEST_F(EntryFlowTest, APinWithoutItsPoundKeyIsTakenAfterAWhile) {
  Press("1234");
  Wait(EntryFlow::kNextKeyTimeout);
  ASSERT_TRUE(pin_);
  EXPECT_EQ(pin_->pin, "1234");
}

TEST_F(EntryFlowTest, AStarTakesBackWhatWasKeyed) {
  Press("99*1234#");
  ASSERT_TRUE(pin_);
  EXPECT_EQ(pin_->pin, "1234");
}

TEST_F(EntryFlowTest, AStarFirstChangesTheLanguage) {
  Press("*");
  EXPECT_EQ(flow_->language(), PromptLanguage::kMandarin);
  EXPECT_EQ(said_, (Prompts{"welcome", "enter-pin", "language"}));
  Press("*");
  EXPECT_EQ(flow_->language(), PromptLanguage::kEnglish);
}

TEST_F(EntryFlowTest, AOneAloneChangesTheLanguageAndCostsNoTry) {
  Press("1#");
  EXPECT_EQ(flow_->language(), PromptLanguage::kMandarin);
  EXPECT_EQ(said_, (Prompts{"welcome", "enter-pin", "language"}));
  Press("1234567890#");
  EXPECT_EQ(flow_->language(), PromptLanguage::kMandarin) << "a PIN that begins with one";
}

TEST_F(EntryFlowTest, APoundKeyAloneAsksAgainAndCostsNoTry) {
  for (int i = 0; i < 10; ++i) {
    Press("#");
    EXPECT_EQ(said_, (Prompts{"enter-pin", "language"}));
    EXPECT_FALSE(pin_);
  }
  Enter();
}

TEST_F(EntryFlowTest, AnEndlessPinIsCut) {
  Press(std::string(100, '1') + "#");
  ASSERT_TRUE(pin_);
  EXPECT_EQ(pin_->pin.size(), EntryFlow::kLongestPin);
}

TEST_F(EntryFlowTest, NoAnswerAboutThePinEndsTheCallPolitely) {
  Press("1234#");
  const uint32_t request = pin_->request;
  Wait(EntryFlow::kCheckTimeout);
  EXPECT_EQ(hangup_, EntryHangup::kUnavailable);
  EXPECT_EQ(said_, (Prompts{"unavailable", "goodbye"}));
  flow_->HandlePin(request, PinVerdict::kRight, now_);
  Collect();
  EXPECT_FALSE(joined_);
}

TEST_F(EntryFlowTest, AnAnswerToAnEarlierRequestCountsForNothing) {
  Press("3#");
  const uint32_t first = pin_->request;
  Answer(PinVerdict::kWrong);
  Press("2#");
  flow_->HandlePin(first, PinVerdict::kRight, now_);
  Collect();
  EXPECT_FALSE(joined_);
}

TEST_F(EntryFlowTest, ClosedDoorsAreNamed) {
  const std::pair<PinVerdict, std::string> doors[] = {{PinVerdict::kRoomFull, "room-full"},
                                                      {PinVerdict::kRoomLocked, "room-locked"},
                                                      {PinVerdict::kUnavailable, "unavailable"}};
  for (const auto& [verdict, prompt] : doors) {
    Begin();
    Press("1234#");
    Answer(verdict);
    EXPECT_EQ(said_, (Prompts{prompt, "goodbye"}));
    EXPECT_TRUE(hangup_);
  }
}

TEST_F(EntryFlowTest, WaitingEndsWithAdmissionOrRefusal) {
  Press("1234#");
  Answer(PinVerdict::kAdmission);
  EXPECT_EQ(said_, (Prompts{"wait-admission"}));
  Wait(EntryFlow::kReminder);
  EXPECT_EQ(said_, (Prompts{"still-waiting"}));
  Wait(Duration::Seconds(3600));
  EXPECT_FALSE(hangup_);
  Press("1234#*6");
  EXPECT_FALSE(pin_ || command_);
  flow_->HandleAdmitted();
  Collect();
  EXPECT_TRUE(joined_);
  Wait(Duration::Seconds(3600));
  EXPECT_TRUE(said_.empty());

  Begin();
  Press("1234#");
  Answer(PinVerdict::kWaitForHost);
  EXPECT_EQ(said_, (Prompts{"wait-for-host"}));
  flow_->HandleRefused();
  Collect();
  EXPECT_EQ(said_, (Prompts{"refused", "goodbye"}));
  EXPECT_EQ(hangup_, EntryHangup::kTurnedAway);
}

TEST_F(EntryFlowTest, WhoeverWaitsForTheHostIsToldThatTheyAreHere) {
  flow_->HandleHostArrived(now_);
  Collect();
  EXPECT_TRUE(said_.empty()) << "not before the PIN";
  Press("1234#");
  Answer(PinVerdict::kWaitForHost);
  EXPECT_TRUE(flow_->waiting());
  flow_->HandleHostArrived(now_);
  Collect();
  EXPECT_EQ(said_, (Prompts{"host-arrived"}));
  EXPECT_TRUE(flow_->waiting());
  flow_->HandleAdmitted();
  Collect();
  EXPECT_EQ(said_, (Prompts{"joining"}));
  EXPECT_FALSE(flow_->waiting());
}

TEST_F(EntryFlowTest, ARoomsOwnNumberAsksForNoPin) {
  flow_.emplace(EntryFlowConfig{.lockout_key = "caller"}, lockout_);
  flow_->StartInRoom(now_);
  Collect();
  EXPECT_EQ(said_, (Prompts{"welcome"}));
  ASSERT_TRUE(pin_);
  EXPECT_EQ(pin_->pin, "");
  Answer(PinVerdict::kRight);
  EXPECT_TRUE(joined_);
  // The room is gone: a PIN opens another, and nothing was wrong.
  for (int call = 0; call < 6; ++call) {
    flow_.emplace(EntryFlowConfig{.lockout_key = "caller"}, lockout_);
    flow_->StartInRoom(now_);
    Collect();
    Answer(PinVerdict::kWrong);
    EXPECT_EQ(said_, (Prompts{"enter-pin", "language"}));
  }
  Enter();
}

// Whatever comes in whatever order: one end at most, nothing after it, all prompts exist, and never
// a room without a right PIN.
TEST_F(EntryFlowTest, HoldsForRandomCallers) {
  std::set<std::string, std::less<>> known;
  for (const PromptEntry& entry : PromptCatalogue()) known.emplace(entry.name);
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SeededRandom random(seed);
    Lockout lockout;
    EntryFlow flow({.lockout_key = "k"}, lockout);
    Timestamp now = Timestamp::Seconds(1);
    int ends = 0;
    bool right = false;
    uint32_t request = 0;
    for (int step = 0; step < 200; ++step) {
      now = now + Duration::Millis(random.Below(3000));
      switch (random.Below(10)) {
        case 0:
          flow.Start(now);
          break;
        case 1: {
          const auto verdict = static_cast<PinVerdict>(random.Below(7));
          if (verdict <= PinVerdict::kWaitForHost && request != 0) right = true;
          flow.HandlePin(request, verdict, now);
          break;
        }
        case 2:
          flow.HandlePromptsDone(now);
          break;
        case 3:
          if (random.Below(4) == 0) flow.HandleAdmitted();
          break;
        case 4:
          if (random.Below(40) == 0) flow.HandleRemoved(false);
          break;
        case 5:
          // What was right for another request counts for nothing.
          if (flow.Transfer("123456789", now)) right = true;
          break;
        default:
          flow.HandleKey("0123456789*##"[random.Below(13)], now);
          break;
      }
      flow.HandleTimeout(now);
      while (auto output = flow.PollOutput()) {
        ASSERT_EQ(ends, 0) << "seed " << seed;
        if (auto* say = std::get_if<EntryFlow::Say>(&*output)) {
          for (const std::string& prompt : say->prompts) ASSERT_TRUE(known.contains(prompt));
        }
        if (auto* check = std::get_if<EntryFlow::CheckPin>(&*output)) request = check->request;
        if (std::holds_alternative<EntryFlow::Hangup>(*output)) ++ends;
        if (std::holds_alternative<EntryFlow::Join>(*output)) {
          ASSERT_TRUE(right);
        }
      }
    }
  }
}

}  // namespace
}  // namespace parley
