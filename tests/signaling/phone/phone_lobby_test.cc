// Callers at the door: lobbies, webinars that have not begun, rooms that are locked or full.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/signaling/phone/phone_desk_world.h"

namespace parley {
namespace {

class PhoneLobbyTest : public test::PhoneDeskWorld {};

TEST_F(PhoneLobbyTest, ACallerWaitsInTheLobbyUntilAHostLetsThemIn) {
  Participant& host = Host();
  room_->SetLobby(true, {});
  Enter(1, pin());
  auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kAdmission);
  EXPECT_TRUE(phones_.commands.empty()) << "nobody in the lobby hears the room";
  EXPECT_EQ(room_->participant_count(), 1u);
  ASSERT_EQ(room_->lobby().queue().size(), 1u);
  const std::string id = room_->lobby().queue()[0]->newcomer.id;
  EXPECT_NE(listener_.messages.back().find(R"("name":"+44 … 23","kind":"phone")"),
            std::string::npos);
  Report(CallCommanded{.call = PhoneCallId(1), .command = KeypadCommand::kToggleHand});
  EXPECT_TRUE(phones_.commands.empty());

  ASSERT_TRUE(AskAs(host, "lobby", "admit", R"({"waiting":")" + id + R"("})"));
  EXPECT_EQ(phones_.Take<OpenPhoneRoom>().size(), 1u);
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_EQ(admitted[0].request, 3u);
  EXPECT_EQ(Caller(admitted[0]).id, id);
  EXPECT_FALSE(admitted[0].muted);
  Report(PhoneCallEnded{.call = PhoneCallId(1)});
  EXPECT_EQ(room_->participant_count(), 1u);
  EXPECT_EQ(phones_.Take<ClosePhoneRoom>().size(), 1u);
}

TEST_F(PhoneLobbyTest, AWaitingCallerIsRefusedHangsUpOrSeesTheEnd) {
  Participant& host = Host();
  room_->SetLobby(true, {});
  for (uint64_t call = 1; call <= 3; ++call) Enter(call, pin());
  EXPECT_EQ(phones_.Take<AnswerPin>().size(), 3u);
  const std::string first = room_->lobby().queue()[0]->newcomer.id;
  ASSERT_TRUE(AskAs(host, "lobby", "deny", R"({"waiting":")" + first + R"(","message":"No"})"));
  const auto refused = phones_.Take<RefuseCall>();
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].call, PhoneCallId(1));
  Report(PhoneCallEnded{.call = PhoneCallId(2)});
  EXPECT_EQ(room_->lobby().queue().size(), 1u);
  EXPECT_NE(listener_.messages.back().find(R"("reason":"left")"), std::string::npos);
  EXPECT_TRUE(rooms_.Forget("weekly", now_));
  const auto removed = phones_.Take<RemoveCall>();
  ASSERT_EQ(removed.size(), 1u);
  EXPECT_EQ(removed[0].call, PhoneCallId(3));
  EXPECT_TRUE(removed[0].conference_ended);
  Report(PhoneCallEnded{.call = PhoneCallId(3)});
  EXPECT_EQ(desk_.caller_count(), 0u);
  EXPECT_TRUE(phones_.Take<ClosePhoneRoom>().empty()) << "none of them ever heard the room";
}

TEST_F(PhoneLobbyTest, AWaitingCallerIsToldThatNoHostIsThere) {
  room_->SetLobby(true, {});
  Enter(1, pin());
  const auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kWaitForHost);
  // Who comes later finds them in the list.
  Participant& host = Host();
  ASSERT_TRUE(AskAs(host, "lobby", "admit"));
  EXPECT_EQ(phones_.Take<AdmitCall>().size(), 1u);
}

TEST_F(PhoneLobbyTest, ALobbyMayLetCallersInByItself) {
  Participant& host = Host();
  room_->SetLobby(true, {});
  Enter(1, pin());
  room_->SetLobby(true, {.callers = true});
  Enter(2, pin());
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_EQ(admitted[0].call, PhoneCallId(2));
  EXPECT_EQ(room_->lobby().queue().size(), 1u) << "who waits already goes on waiting";
  ASSERT_TRUE(AskAs(host, "lobby", "admit"));
  EXPECT_EQ(phones_.Take<AdmitCall>().size(), 1u);
}

TEST_F(PhoneLobbyTest, ACallerWaitsForAWebinarAndListensUntilCalledOnStage) {
  room_ = *rooms_.Create("webinar", "", now_, {.webinar = true});
  Participant& host = Host();
  Enter(1, pin());
  const auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kWaitForHost);
  EXPECT_TRUE(phones_.commands.empty()) << "nobody who waits hears the room";
  EXPECT_TRUE(room_->lobby().queue().empty());
  ASSERT_TRUE(room_->GoLive(now_));
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_TRUE(admitted[0].muted);
  const Participant& caller = Caller(admitted[0]);
  EXPECT_EQ(caller.role, Role::kAttendee);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kInAudience});
  Press(1, KeypadCommand::kToggleMute);
  EXPECT_FALSE(caller.source(SourceKind::kMicrophone).on);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kUnmuteRefused});
  EXPECT_FALSE(AskAs(host, "ask", "", Ask(caller))) << "first called on stage";
  room_->SetRole(*room_->Find(caller.id), Role::kPanelist);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kOnStage});
  EXPECT_TRUE(AskAs(host, "ask", "", Ask(caller)));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kUnmuteAsked});
  EXPECT_FALSE(caller.source(SourceKind::kMicrophone).on) << "nobody is unmuted by another";
  Press(1, KeypadCommand::kToggleMute);
  EXPECT_TRUE(caller.source(SourceKind::kMicrophone).on);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kUnmuted});
  room_->SetRole(*room_->Find(caller.id), Role::kAttendee);
  EXPECT_FALSE(caller.source(SourceKind::kMicrophone).on);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kInAudience}) << "nobody muted them";
  Report(PhoneCallEnded{.call = PhoneCallId(1)});
  EXPECT_EQ(room_->participant_count(), 1u);
}

TEST_F(PhoneLobbyTest, ACallerMayHangUpBeforeTheWebinarBegins) {
  room_ = *rooms_.Create("webinar", "", now_, {.webinar = true});
  Enter(1, pin());
  ASSERT_EQ(room_->foyer().queue().size(), 1u);
  Report(PhoneCallEnded{.call = PhoneCallId(1)});
  EXPECT_TRUE(room_->foyer().queue().empty());
}

TEST_F(PhoneLobbyTest, ALockedRoomAndAFullLobbyAreTold) {
  Participant& host = Host();
  ASSERT_TRUE(AskAs(host, "lobby", "lock", R"({"locked":true})"));
  Enter(1, pin());
  auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kRoomLocked);
  ASSERT_TRUE(AskAs(host, "lobby", "lock", R"({"locked":false})"));
  room_->SetLobby(true, {});
  for (uint64_t call = 2; call <= 5; ++call) Enter(call, pin());
  answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[2].verdict, PinVerdict::kAdmission);
  EXPECT_EQ(answers[3].verdict, PinVerdict::kRoomFull);
}

TEST_F(PhoneLobbyTest, WhoeverWaitsForTheHostHearsThatTheyAreHere) {
  room_->SetLobby(true, {});
  Enter(1, pin());
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kWaitForHost);
  Participant& host = Host();
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kHostArrived});
  Enter(2, pin());
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kAdmission);
  Participant& second = Host();
  EXPECT_TRUE(Told(1).empty() && Told(2).empty()) << "they know that a host is there";
  room_->Leave(second, LeaveReason::kLeft, now_);
  ASSERT_TRUE(AskAs(host, "lobby", "admit"));
  EXPECT_EQ(phones_.Take<AdmitCall>().size(), 2u);
}

TEST_F(PhoneLobbyTest, AnAnnouncementIsToldToThoseWhoWait) {
  Participant& host = Host();
  room_->SetLobby(true, {});
  Enter(1, pin());
  ASSERT_TRUE(AskAs(host, "announcement", "", R"({"text":"We begin in five minutes."})"));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kAnnouncement});
}

}  // namespace
}  // namespace parley
