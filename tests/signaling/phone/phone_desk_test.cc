// Calls come in and go: PINs and numbers, names, listeners, the end of a meeting.

#include "signaling/phone/phone_desk.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/signaling/phone/phone_desk_world.h"

namespace parley {
namespace {

class PhoneDeskTest : public test::PhoneDeskWorld {};

TEST_F(PhoneDeskTest, TheRightPinMakesACallerAParticipant) {
  Host();
  Enter(1, pin());
  const auto opened = phones_.Take<OpenPhoneRoom>();
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].room, room_->id());
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_EQ(admitted[0].call, PhoneCallId(1));
  EXPECT_EQ(admitted[0].request, 3u);
  EXPECT_FALSE(admitted[0].muted);
  const Participant& caller = Caller(admitted[0]);
  EXPECT_EQ(caller.name, "+44 … 23") << "nobody is shown the number";
  EXPECT_EQ(caller.kind, ParticipantKind::kPhone);
  EXPECT_EQ(caller.role, Role::kPanelist);
  EXPECT_EQ(caller.source(SourceKind::kMicrophone).id, admitted[0].source);
  EXPECT_TRUE(caller.source(SourceKind::kMicrophone).on);
  EXPECT_FALSE(caller.source(SourceKind::kCamera).offered);
  ASSERT_FALSE(listener_.messages.empty());
  EXPECT_NE(listener_.messages.back().find("\"phone\""), std::string::npos);
}

TEST_F(PhoneDeskTest, AWrongPinAndAFullRoomAreTold) {
  Enter(1, "0000000000");
  auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kWrong);
  EXPECT_EQ(answers[0].request, 3u);
  for (uint64_t call = 2; call <= 4; ++call) Enter(call, pin());
  EXPECT_EQ(phones_.Take<AdmitCall>().size(), 3u);
  Enter(5, pin());
  answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kRoomFull);
  rooms_.Close(Duration::Zero());
  Enter(6, pin());
  answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kUnavailable);
}

TEST_F(PhoneDeskTest, OneListenerServesAllPhonesOfARoom) {
  Enter(1, pin());
  Enter(2, pin());
  EXPECT_EQ(phones_.Take<OpenPhoneRoom>().size(), 1u);
  Report(PhoneCallEnded{.call = PhoneCallId(1)});
  EXPECT_EQ(room_->participant_count(), 1u);
  EXPECT_TRUE(phones_.Take<ClosePhoneRoom>().empty());
  Report(PhoneCallEnded{.call = PhoneCallId(2)});
  EXPECT_EQ(room_->participant_count(), 0u);
  EXPECT_EQ(phones_.Take<ClosePhoneRoom>().size(), 1u);
  EXPECT_EQ(desk_.caller_count(), 0u);
  Enter(3, pin());
  EXPECT_EQ(phones_.Take<OpenPhoneRoom>().size(), 1u) << "and another opens it again";
}

TEST_F(PhoneDeskTest, AHostRemovesACaller) {
  const Participant& host = Host();
  Enter(1, pin());
  room_->RemoveBy(host, Caller(phones_.Take<AdmitCall>()[0]), now_);
  const auto removed = phones_.Take<RemoveCall>();
  ASSERT_EQ(removed.size(), 1u);
  EXPECT_FALSE(removed[0].conference_ended);
  desk_.HandleEvents({}, now_);
  EXPECT_EQ(phones_.Take<ClosePhoneRoom>().size(), 1u);
  Report(PhoneCallEnded{.call = PhoneCallId(1)});  // the BYE is through
  EXPECT_EQ(desk_.caller_count(), 0u);
}

TEST_F(PhoneDeskTest, TheEndOfAMeetingIsTheEndOfItsCalls) {
  Host();
  Enter(1, pin());
  Enter(2, pin());
  EXPECT_TRUE(rooms_.Forget("weekly", now_));
  const auto removed = phones_.Take<RemoveCall>();
  ASSERT_EQ(removed.size(), 2u);
  EXPECT_TRUE(removed[0].conference_ended);
  desk_.HandleEvents({}, now_);
  EXPECT_EQ(phones_.Take<ClosePhoneRoom>().size(), 1u);
  EXPECT_EQ(desk_.caller_count(), 0u);
}

TEST_F(PhoneDeskTest, ARoomsOwnNumberNeedsNoPin) {
  const auto dial = [&](uint64_t call, const std::string& room) {
    Report(PinEntered{.call = PhoneCallId(call),
                      .request = 1,
                      .pin = {},
                      .room = room,
                      .caller = {},
                      .caller_name = {}});
  };
  dial(1, "weekly");
  ASSERT_EQ(phones_.Take<AdmitCall>().size(), 1u);
  EXPECT_EQ(room_->participants()[0]->role, Role::kPanelist);
  dial(2, "gone");
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kWrong);
  dial(3, "");
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kWrong) << "neither PIN nor room";
}

TEST_F(PhoneDeskTest, ACallerIsPutIntoAnotherRoom) {
  Room& other = **rooms_.Create("monthly", "", now_);
  Enter(1, pin());
  ASSERT_EQ(phones_.Take<AdmitCall>().size(), 1u);
  Enter(1, "0000000000");
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kWrong);
  Enter(1, pin());
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kUnavailable) << "they are there";
  EXPECT_EQ(room_->participant_count(), 1u);
  Enter(1, other.record().pin);
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_EQ(admitted[0].room, other.id());
  EXPECT_EQ(phones_.Take<ClosePhoneRoom>()[0].room, room_->id());
  EXPECT_EQ(room_->participant_count(), 0u);
  EXPECT_EQ(other.participant_count(), 1u);
  EXPECT_EQ(desk_.caller_count(), 1u);
  other.SetLobby(true, {});
  // Back again, into the queue.
  room_->SetLobby(true, {});
  Enter(1, pin());
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kWaitForHost);
  EXPECT_EQ(other.participant_count(), 0u);
  EXPECT_EQ(room_->lobby().queue().size(), 1u);
  Report(PhoneCallEnded{.call = PhoneCallId(1)});
  EXPECT_TRUE(room_->lobby().queue().empty());
}

TEST_F(PhoneDeskTest, CallersAreNamedByNumberOrSipAddress) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"anonymous", "Ada"}, {"alice", "Ada"}, {"", "Ada"}};
  uint64_t call = 1;
  for (const auto& [caller, name] : cases) {
    Enter(call++, pin(), caller);
    EXPECT_EQ(Caller(phones_.Take<AdmitCall>()[0]).name, name);
  }
}

}  // namespace
}  // namespace parley
