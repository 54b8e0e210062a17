// Rooms call telephones: the phone thread is a list of commands, what becomes of a call is noted.

#include "signaling/phone/dial_desk.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sfu/base/random.h"
#include "signaling/features/all_features.h"
#include "signaling/phone/phone_desk.h"
#include "tests/signaling/fake_media_port.h"
#include "tests/signaling/phone/listed_phones.h"

namespace parley {
namespace {

class NoStore final : public RoomStore {
 public:
  void Save(const RoomRecord&) override {}
  void Forget(const std::string&) override {}
};

class Notes final : public DialListener {
 public:
  void OnDial(std::string_view call, DialState state, std::string_view participant) override {
    told.push_back(std::string(call) + ' ' + std::string(ToString(state)));
    last_participant = participant;
  }
  std::vector<std::string> told;
  std::string last_participant;
};

class DialDeskTest : public testing::Test {
 protected:
  static constexpr const char* kNumber = "+44 20 7946 0199";

  DialDeskTest() { room_ = *rooms_.Create("weekly", "", now_); }

  std::expected<DialBegun, Error> Dial(const std::string& number = kNumber,
                                       const std::string& name = {}, const std::string& by = "p1") {
    return rooms_dial().Dial(*room_, {.number = number, .name = name, .by = by, .chinese = false},
                             notes_, now_);
  }
  std::string Refusal(const std::string& number, const std::string& name = {},
                      const std::string& by = "p1") {
    const auto begun = Dial(number, name, by);
    return begun ? "ok" : std::string(InfoOf(begun.error().code).name);
  }
  DialPort& rooms_dial() { return *room_->dial(); }
  void Report(const PhoneEvent& event) { desk_.HandleEvents({&event, 1}, now_); }
  void Progress(uint64_t dial, DialProgress progress) {
    Report(DialChanged{.dial = DialId(dial), .progress = progress});
  }
  void Confirm(uint64_t dial, uint64_t call) {
    Report(DialConfirmed{.dial = DialId(dial), .call = PhoneCallId(call), .request = 1});
  }

  Now now_{Timestamp::Seconds(1000), WallTime::UnixMicros(5'000'000)};
  Limits limits_{.participants_per_room = 3};
  test::FakeMediaPort media_;
  NoStore store_;
  SeededRandom random_{1};
  RoomRegistry rooms_{media_, store_, random_, limits_, AllFeatures()};
  Room* room_ = nullptr;
  Notes notes_;
  test::ListedPhones phones_;
  PhoneDesk desk_{
      rooms_,
      phones_,
      random_,
      {.rules = {.prefixes = {"+44"}, .country = "44", .never = {"+44 900 0000"}}, .per_hour = 4}};
};

TEST_F(DialDeskTest, ACallIsMadeAndEachStepTold) {
  const auto begun = Dial();
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->name, "+44 … 99") << "nobody is shown the number";
  const auto out = phones_.Take<DialOut>();
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].number, "+442079460199");
  EXPECT_EQ(out[0].language, "en");
  Progress(1, DialProgress::kRinging);
  Progress(1, DialProgress::kAnswered);
  EXPECT_EQ(room_->participant_count(), 0u) << "not before the key";
  Confirm(1, 77);
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_EQ(admitted[0].call, PhoneCallId(77));
  EXPECT_EQ(admitted[0].request, 1u);
  ASSERT_EQ(room_->participant_count(), 1u);
  const Participant& callee = *room_->participants()[0];
  EXPECT_EQ(callee.kind, ParticipantKind::kPhone);
  EXPECT_EQ(callee.role, Role::kPanelist);
  EXPECT_EQ(notes_.told, (std::vector<std::string>{"d1 ringing", "d1 answered", "d1 joined"}));
  EXPECT_EQ(notes_.last_participant, callee.id);
  Report(CallCommanded{.call = PhoneCallId(77), .command = KeypadCommand::kToggleMute});
  EXPECT_EQ(phones_.Take<SetCallMuted>().size(), 1u) << "a caller like others";
  Report(PhoneCallEnded{.call = PhoneCallId(77)});
  EXPECT_EQ(room_->participant_count(), 0u);
}

TEST_F(DialDeskTest, EmergencyNumbersNeverReachThePhoneThread) {
  for (const char* number : {"112", "999", "911", "9 999", "0 112", "00 112", "+44 999", "0044999",
                             "+1 911", "116 123", "+44 (0) 112", "0900 0000", "９９９"}) {
    EXPECT_EQ(Refusal(number), "emergency_number") << number;
  }
  EXPECT_TRUE(phones_.commands.empty());
  EXPECT_EQ(desk_.dials().emergencies_refused(), 13u);
  EXPECT_EQ(Refusal(kNumber), "ok") << "nor do they count against the limit";
}

TEST_F(DialDeskTest, WhatMayNotBeCalledIsSaid) {
  EXPECT_EQ(Refusal("+49 30 1234567"), "number_refused");
  EXPECT_EQ(Refusal("hello"), "number_refused");
  EXPECT_EQ(Refusal(kNumber, "a\x01"), "name_invalid");
  EXPECT_EQ(Refusal(kNumber, "Bob"), "ok");
  EXPECT_EQ(phones_.commands.size(), 1u);
  rooms_.Close(Duration::Zero());
  EXPECT_EQ(Refusal(kNumber), "closing");
}

TEST_F(DialDeskTest, AHostAndARoomHaveALimitAnHour) {
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(Refusal(kNumber), "ok");
    Progress(static_cast<uint64_t>(i + 1), DialProgress::kBusy);
  }
  const auto refused = Dial();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooManyRequests);
  EXPECT_EQ(refused.error().retry_after_ms, 3600 * 1000);
  for (const char* by : {"p2", "p3"}) {
    for (int i = 0; i < 4; ++i) {
      ASSERT_EQ(Refusal(kNumber, {}, by), "ok");
      rooms_dial().HangUpAll(*room_);
    }
  }
  EXPECT_EQ(Refusal(kNumber, {}, "p4"), "too_many_requests") << "of the room";
  now_.steady = now_.steady + Duration::Seconds(3600);
  EXPECT_EQ(Refusal(kNumber), "ok");
  // Another room's calls are no matter here.
  Room& other = **rooms_.Create("other", "", now_);
  now_.steady = now_.steady + Duration::Seconds(10);
  const DialWish wish{.number = kNumber, .name = {}, .by = "p1", .chinese = false};
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(rooms_dial().Dial(other, wish, notes_, now_));
  const auto beyond = rooms_dial().Dial(other, wish, notes_, now_);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().retry_after_ms, 3600 * 1000);
}

TEST_F(DialDeskTest, EveryEndHasItsWord) {
  const std::pair<DialProgress, const char*> ends[] = {
      {DialProgress::kBusy, "busy"},
      {DialProgress::kNoAnswer, "no_answer"},
      {DialProgress::kDeclined, "declined"},
      {DialProgress::kUnknownNumber, "unknown_number"}};
  uint64_t dial = 0;
  for (const auto& [progress, word] : ends) {
    ASSERT_EQ(Refusal(kNumber), "ok");
    Progress(++dial, progress);
    EXPECT_EQ(notes_.told.back(), "d" + std::to_string(dial) + ' ' + word);
    Progress(dial, DialProgress::kRinging);
    EXPECT_FALSE(notes_.told.back().ends_with("ringing")) << "it is over";
  }
  now_.steady = now_.steady + Duration::Seconds(3600);
  for (const auto& [progress, word] : {std::pair{DialProgress::kNotConfirmed, "not_confirmed"},
                                       std::pair{DialProgress::kFailed, "failed"},
                                       std::pair{DialProgress::kCancelled, "cancelled"}}) {
    ASSERT_EQ(Refusal(kNumber), "ok");
    Progress(++dial, progress);
    EXPECT_EQ(notes_.told.back(), "d" + std::to_string(dial) + ' ' + word);
  }
}

TEST_F(DialDeskTest, ACancelledCallIsNotLetIn) {
  ASSERT_TRUE(Dial());
  EXPECT_FALSE(rooms_dial().HangUp(*room_, "d2"));
  EXPECT_TRUE(rooms_dial().HangUp(*room_, "d1"));
  EXPECT_EQ(phones_.Take<CancelDial>().size(), 1u);
  EXPECT_EQ(notes_.told, std::vector<std::string>{"d1 cancelled"});
  // The key was pressed in the same moment.
  Confirm(1, 77);
  const auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kUnavailable);
  EXPECT_EQ(room_->participant_count(), 0u);
  EXPECT_FALSE(rooms_dial().HangUp(*room_, "d1"));
}

TEST_F(DialDeskTest, AFullRoomIsToldOnBothSides) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Dial());
  for (uint64_t dial = 1; dial <= 3; ++dial) Confirm(dial, dial);
  EXPECT_EQ(phones_.Take<AdmitCall>().size(), 3u);
  Confirm(4, 4);
  const auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kRoomFull);
  EXPECT_EQ(notes_.told.back(), "d4 room_full");
  EXPECT_EQ(Refusal(kNumber), "room_full");
}

TEST_F(DialDeskTest, NeitherLobbyNorLockIsForThoseWhoWereCalled) {
  room_->SetLobby(true, {});
  room_->lobby().set_locked(true);
  ASSERT_TRUE(Dial());
  Confirm(1, 1);
  EXPECT_EQ(phones_.Take<AdmitCall>().size(), 1u);
}

TEST_F(DialDeskTest, AForgottenRoomIsCalledIntoByNobody) {
  ASSERT_TRUE(Dial());
  EXPECT_TRUE(rooms_.Forget("weekly", now_));
  Confirm(1, 1);
  const auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kUnavailable);
}

TEST_F(DialDeskTest, WithoutPrefixesNobodyIsCalled) {
  RoomRegistry rooms(media_, store_, random_, limits_, AllFeatures());
  test::ListedPhones phones;
  PhoneDesk desk(rooms, phones, random_);
  EXPECT_EQ((*rooms.Create("quiet", "", now_))->dial(), nullptr);
}

}  // namespace
}  // namespace parley
