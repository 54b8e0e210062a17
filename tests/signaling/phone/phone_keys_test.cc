// Callers in a room: what their keys do there, and what they are told of it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/signaling/phone/phone_desk_world.h"

namespace parley {
namespace {

class PhoneKeysTest : public test::PhoneDeskWorld {};

TEST_F(PhoneKeysTest, TheKeypadMutesAndTheRoomSeesIt) {
  Host();
  Enter(1, pin());
  const Participant& caller = Caller(phones_.Take<AdmitCall>()[0]);
  Report(CallCommanded{.call = PhoneCallId(1), .command = KeypadCommand::kToggleMute});
  EXPECT_FALSE(caller.source(SourceKind::kMicrophone).on);
  const auto muted = phones_.Take<SetCallMuted>();
  ASSERT_EQ(muted.size(), 1u);
  EXPECT_TRUE(muted[0].muted);
  auto told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].notice, PhoneNotice::kMuted);
  Report(CallCommanded{.call = PhoneCallId(1), .command = KeypadCommand::kToggleMute});
  EXPECT_TRUE(caller.source(SourceKind::kMicrophone).on);
  told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].notice, PhoneNotice::kUnmuted);
}

TEST_F(PhoneKeysTest, AHostMutesACaller) {
  const Participant& host = Host();
  Enter(1, pin());
  room_->MuteBy(host, Caller(phones_.Take<AdmitCall>()[0]), SourceKind::kMicrophone);
  ASSERT_EQ(phones_.Take<SetCallMuted>().size(), 1u);
  const auto told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].notice, PhoneNotice::kMutedByHost);
}

TEST_F(PhoneKeysTest, KeypadAndRoomChangeOneHand) {
  Participant& host = Host();
  Enter(1, pin());
  Participant& caller = Caller(phones_.Take<AdmitCall>()[0]);
  Report(CallCommanded{.call = PhoneCallId(1), .command = KeypadCommand::kToggleHand});
  EXPECT_TRUE(caller.hand);
  EXPECT_NE(listener_.messages.back().find("\"hand\":true"), std::string::npos);
  auto told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].notice, PhoneNotice::kHandRaised);
  ASSERT_TRUE(AskAs(host, "hand", "", R"({"up":false,"participant":")" + caller.id + "\"}"));
  EXPECT_EQ(listener_.messages.back().find("\"hand\""), std::string::npos);
  told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].notice, PhoneNotice::kHandLowered);
}

TEST_F(PhoneKeysTest, ComingAndGoingIsATone) {
  Enter(1, pin());
  auto people = phones_.Take<TellPeople>();
  ASSERT_EQ(people.size(), 1u);
  EXPECT_EQ(people[0].people, 1u) << "the first is told so";
  EXPECT_TRUE(phones_.Take<TellCall>().empty()) << "nobody hears their own coming";
  Participant& host = Host();
  auto told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].call, PhoneCallId(1));
  EXPECT_EQ(told[0].notice, PhoneNotice::kSomebodyJoined);
  room_->Leave(host, LeaveReason::kLeft, now_);
  told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].notice, PhoneNotice::kSomebodyLeft);
  EXPECT_TRUE(phones_.Take<TellPeople>().empty());
}

TEST_F(PhoneKeysTest, HowManyAreHereIsAnswered) {
  Host();
  Enter(1, pin());
  Report(CallCommanded{.call = PhoneCallId(1), .command = KeypadCommand::kCountPeople});
  const auto told = phones_.Take<TellPeople>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].people, 2u);
}

TEST_F(PhoneKeysTest, ARecordingIsToldAlsoToWhoComesLater) {
  Enter(1, pin());
  phones_.commands.clear();
  room_->SetRecording(Recording(false, false));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kRecordingStarted});
  Enter(2, pin());
  EXPECT_EQ(Told(2), std::vector{PhoneNotice::kRecordingStarted});
  phones_.commands.clear();
  room_->SetRecording(Recording(true, false));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kRecordingStopped});
  room_->SetRecording(Recording(false, false));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kRecordingStarted});
  room_->SetRecording(std::nullopt);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kRecordingStopped});
  Press(1, KeypadCommand::kConsent);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kNotRecorded});
}

TEST_F(PhoneKeysTest, ACallerAgreesByKeyAndTakesItBack) {
  Enter(1, pin());
  const Participant& caller = Caller(phones_.Take<AdmitCall>()[0]);
  phones_.commands.clear();
  room_->SetRecording(Recording(false, true));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kConsentAsked});
  EXPECT_FALSE(caller.consent.value_or(false));
  Press(1, KeypadCommand::kConsent);
  EXPECT_TRUE(caller.consent.value_or(false));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kConsentGiven});
  // A pause asks nobody anew.
  room_->SetRecording(Recording(true, true));
  room_->SetRecording(Recording(false, true));
  EXPECT_EQ(Told(1), (std::vector{PhoneNotice::kRecordingStopped, PhoneNotice::kConsentGiven}));
  Press(1, KeypadCommand::kConsent);
  EXPECT_FALSE(caller.consent.value_or(true));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kConsentTaken});
}

TEST_F(PhoneKeysTest, AnAnnouncementIsToldToCallers) {
  Participant& host = Host();
  Enter(1, pin());
  Told(1);
  ASSERT_TRUE(AskAs(host, "announcement", "", R"({"text":"Lunch is at twelve."})"));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kAnnouncement});
  ASSERT_TRUE(AskAs(host, "announcement", "withdraw"));
  EXPECT_TRUE(Told(1).empty()) << "that there is none any more is nothing to ring for";
}

}  // namespace
}  // namespace parley
