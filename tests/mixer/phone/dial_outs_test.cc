#include "mixer/phone/dial_outs.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr DialId kDial(5);
constexpr sip::CallId kCall(9);
const DialOut kCommand{.dial = kDial, .number = "+442079460199", .language = "en"};

class DialOutsTest : public testing::Test {
 protected:
  DialOutsTest() { dials_.Add(kCommand, kCall, now_); }
  std::vector<DialProgress> Told() {
    std::deque<PhoneEvent> events;
    dials_.TakeEvents(events);
    std::vector<DialProgress> told;
    for (const PhoneEvent& event : events) {
      const auto& changed = std::get<DialChanged>(event);
      EXPECT_EQ(changed.dial, kDial);
      told.push_back(changed.progress);
    }
    return told;
  }
  static sip::CallEnded Refused(int status) {
    return {.call = kCall, .cause = sip::CallEnded::Cause::kRefused, .status = status};
  }
  Timestamp now_ = Timestamp::Seconds(100);
  DialOuts dials_;
};

TEST_F(DialOutsTest, EachStepIsToldOnce) {
  dials_.HandleRinging(kCall);
  dials_.HandleRinging(kCall);
  dials_.HandleAnswered(kCall);
  dials_.HandleEnded({.call = kCall, .cause = sip::CallEnded::Cause::kLocalHangup, .status = 0},
                     false);
  dials_.HandleEnded(Refused(486), false);
  EXPECT_EQ(Told(), (std::vector{DialProgress::kRinging, DialProgress::kAnswered,
                                 DialProgress::kNotConfirmed}));
}

TEST_F(DialOutsTest, RefusalsHaveAMeaning) {
  const std::pair<int, DialProgress> cases[] = {
      {486, DialProgress::kBusy},          {600, DialProgress::kBusy},
      {480, DialProgress::kNoAnswer},      {487, DialProgress::kNoAnswer},
      {603, DialProgress::kDeclined},      {404, DialProgress::kUnknownNumber},
      {484, DialProgress::kUnknownNumber}, {408, DialProgress::kFailed},
      {503, DialProgress::kFailed},        {403, DialProgress::kFailed}};
  for (const auto& [status, meaning] : cases) {
    DialOuts dials;
    dials.Add(kCommand, kCall, now_);
    dials.HandleEnded(Refused(status), false);
    std::deque<PhoneEvent> events;
    dials.TakeEvents(events);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(std::get<DialChanged>(events[0]).progress, meaning) << status;
  }
}

TEST_F(DialOutsTest, WhatRingsTooLongIsGivenUp) {
  dials_.HandleRinging(kCall);
  EXPECT_TRUE(dials_.TakeOverdue(now_ + Duration::Seconds(44)).empty());
  const Timestamp late = now_ + DialOuts::kLongestRinging;
  EXPECT_EQ(dials_.TakeOverdue(late), std::vector{kCall});
  EXPECT_TRUE(dials_.TakeOverdue(late).empty()) << "once";
  dials_.HandleEnded({.call = kCall, .cause = sip::CallEnded::Cause::kCancelled, .status = 487},
                     false);
  EXPECT_EQ(Told(), (std::vector{DialProgress::kRinging, DialProgress::kNoAnswer}));
}

TEST_F(DialOutsTest, WhatWasAnsweredMayTakeItsTime) {
  dials_.HandleAnswered(kCall);
  EXPECT_TRUE(dials_.TakeOverdue(now_ + Duration::Seconds(600)).empty());
  dials_.HandleEnded({.call = kCall, .cause = sip::CallEnded::Cause::kLocalHangup, .status = 0},
                     true);
  EXPECT_EQ(Told(), (std::vector{DialProgress::kAnswered, DialProgress::kDeclined}));
}

TEST_F(DialOutsTest, OneIsCancelledWhileItIsOurs) {
  EXPECT_FALSE(dials_.Cancel(DialId(6)));
  EXPECT_EQ(dials_.Cancel(kDial), kCall);
  dials_.HandleEnded(Refused(487), false);
  EXPECT_EQ(Told(), std::vector{DialProgress::kCancelled});
  EXPECT_FALSE(dials_.Cancel(kDial));
}

TEST_F(DialOutsTest, WhoIsLetInIsNoConcernAnyMore) {
  dials_.HandleAnswered(kCall);
  dials_.LetGo(kCall);
  EXPECT_FALSE(dials_.Cancel(kDial));
  dials_.HandleEnded({.call = kCall, .cause = sip::CallEnded::Cause::kRemoteHangup, .status = 0},
                     false);
  EXPECT_EQ(Told(), std::vector{DialProgress::kAnswered});
}

TEST_F(DialOutsTest, WhatCannotBeginHasFailed) {
  DialOuts dials;
  dials.HandleFailed(kDial);
  std::deque<PhoneEvent> events;
  dials.TakeEvents(events);
  EXPECT_EQ(std::get<DialChanged>(events.at(0)).progress, DialProgress::kFailed);
}

TEST_F(DialOutsTest, AServerThatDoesNotAnswerIsFollowedByTheNext) {
  const sip::CallEnded silent{
      .call = kCall, .cause = sip::CallEnded::Cause::kTimeout, .status = 408};
  EXPECT_FALSE(dials_.TakeAgain(silent, 1)) << "there is no other";
  const auto again = dials_.TakeAgain(silent, 2);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->command.number, kCommand.number);
  EXPECT_EQ(again->server, 2u);
  EXPECT_TRUE(Told().empty());
  dials_.Add(again->command, kCall, now_, again->server);
  EXPECT_FALSE(dials_.TakeAgain(Refused(503), 2)) << "that was the last";
  dials_.HandleEnded(Refused(503), false);
  EXPECT_EQ(Told(), std::vector{DialProgress::kFailed});

  dials_.Add(kCommand, kCall, now_);
  EXPECT_FALSE(dials_.TakeAgain(Refused(486), 2)) << "it is the telephone that is busy";
  EXPECT_TRUE(dials_.TakeAgain(Refused(503), 2));
  dials_.Add(kCommand, kCall, now_);
  dials_.HandleRinging(kCall);
  EXPECT_FALSE(dials_.TakeAgain(silent, 2)) << "it rang";
  dials_.Add(kCommand, kCall, now_);
  dials_.Cancel(kDial);
  EXPECT_FALSE(dials_.TakeAgain(silent, 2)) << "nobody wants it any more";
}

}  // namespace
}  // namespace parley
