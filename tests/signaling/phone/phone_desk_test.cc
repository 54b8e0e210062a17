// Calls meet rooms: the phone thread is a list of commands, the workers take notes.

#include "signaling/phone/phone_desk.h"

#include <gtest/gtest.h>

#include <vector>

#include "sfu/base/random.h"
#include "signaling/features/all_features.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "tests/signaling/fake_media_port.h"
#include "tests/signaling/phone/listed_phones.h"

namespace parley {
namespace {

class NoStore final : public RoomStore {
 public:
  void Save(const RoomRecord&) override {}
  void Forget(const std::string&) override {}
};

class Listener final : public ParticipantSink {
 public:
  void Deliver(std::string_view message) override { messages.emplace_back(message); }
  void Detached(CloseCode) override {}
  std::vector<std::string> messages;
};

class PhoneDeskTest : public testing::Test {
 protected:
  PhoneDeskTest() { room_ = *rooms_.Create("weekly", "", now_); }

  void Report(const PhoneEvent& event) { desk_.HandleEvents({&event, 1}, now_); }
  void Enter(uint64_t call, std::string pin, std::string caller = "+442079460123") {
    Report(PinEntered{.call = PhoneCallId(call),
                      .request = 3,
                      .pin = std::move(pin),
                      .room = {},
                      .caller = std::move(caller),
                      .caller_name = "Ada"});
  }
  std::string pin() const { return room_->record().pin; }
  Participant& Host() {
    return room_->Join({.id = {},
                        .name = "Host",
                        .role = Role::kHost,
                        .kind = ParticipantKind::kBrowser,
                        .may_publish = kAllSources,
                        .publish = {},
                        .sink = &listener_},
                       room_->NewSourceIds(), nullptr, std::nullopt, now_);
  }
  // As from the page.
  bool AskAs(Participant& participant, const std::string& feature, const std::string& verb,
             const std::string& fields = "{}") {
    FeatureRequest request{.feature = feature, .verb = verb, .fields = {}};
    request.fields.Parse(fields);
    return room_->Ask(participant, request, now_).has_value();
  }
  void Press(uint64_t call, KeypadCommand command) {
    Report(CallCommanded{.call = PhoneCallId(call), .command = command});
  }
  static std::string Ask(const Participant& whom) {
    return R"({"source":"microphone","participant":")" + whom.id + "\"}";
  }
  static RecordingInfo Recording(bool paused, bool asks_consent) {
    return {.id = "r1", .paused = paused, .started_at = {}, .asks_consent = asks_consent};
  }
  // What a caller was told since the last time.
  std::vector<PhoneNotice> Told(uint64_t call) {
    std::vector<PhoneNotice> notices;
    for (const TellCall& told : phones_.Take<TellCall>()) {
      if (told.call == PhoneCallId(call)) notices.push_back(told.notice);
    }
    return notices;
  }
  // The caller who came last.
  Participant& Caller(const AdmitCall& admitted) {
    for (Participant* participant : room_->participants()) {
      if (participant->leg && participant->leg->transport() == admitted.transport) {
        return *participant;
      }
    }
    ADD_FAILURE() << "no such caller";
    std::abort();
  }

  const Now now_{Timestamp::Seconds(1), WallTime::UnixMicros(5'000'000)};
  Limits limits_{.participants_per_room = 3};
  test::FakeMediaPort media_;
  NoStore store_;
  SeededRandom random_{1};
  RoomRegistry rooms_{media_, store_, random_, limits_, AllFeatures()};
  Room* room_ = nullptr;
  Listener listener_;
  test::ListedPhones phones_;
  PhoneDesk desk_{rooms_, phones_, random_};
};

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

TEST_F(PhoneDeskTest, TheKeypadMutesAndTheRoomSeesIt) {
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

TEST_F(PhoneDeskTest, AHostMutesACaller) {
  const Participant& host = Host();
  Enter(1, pin());
  room_->MuteBy(host, Caller(phones_.Take<AdmitCall>()[0]), SourceKind::kMicrophone);
  ASSERT_EQ(phones_.Take<SetCallMuted>().size(), 1u);
  const auto told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].notice, PhoneNotice::kMutedByHost);
}

TEST_F(PhoneDeskTest, KeypadAndRoomChangeOneHand) {
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

TEST_F(PhoneDeskTest, ComingAndGoingIsATone) {
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

TEST_F(PhoneDeskTest, ACallerWaitsInTheLobbyUntilAHostLetsThemIn) {
  Participant& host = Host();
  room_->SetLobby(true);
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

TEST_F(PhoneDeskTest, AWaitingCallerIsRefusedHangsUpOrSeesTheEnd) {
  Participant& host = Host();
  room_->SetLobby(true);
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

TEST_F(PhoneDeskTest, AWaitingCallerIsToldThatNoHostIsThere) {
  room_->SetLobby(true);
  Enter(1, pin());
  const auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kWaitForHost);
  // Who comes later finds them in the list.
  Participant& host = Host();
  ASSERT_TRUE(AskAs(host, "lobby", "admit"));
  EXPECT_EQ(phones_.Take<AdmitCall>().size(), 1u);
}

TEST_F(PhoneDeskTest, ACallerWaitsForAWebinarAndListensUntilCalledOnStage) {
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
  Press(1, KeypadCommand::kToggleMute);
  EXPECT_FALSE(caller.source(SourceKind::kMicrophone).on);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kUnmuteRefused});
  EXPECT_FALSE(AskAs(host, "ask", "", Ask(caller))) << "first called on stage";
  room_->SetRole(*room_->Find(caller.id), Role::kPanelist);
  EXPECT_TRUE(AskAs(host, "ask", "", Ask(caller)));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kUnmuteAsked});
  EXPECT_FALSE(caller.source(SourceKind::kMicrophone).on) << "nobody is unmuted by another";
  Press(1, KeypadCommand::kToggleMute);
  EXPECT_TRUE(caller.source(SourceKind::kMicrophone).on);
  Report(PhoneCallEnded{.call = PhoneCallId(1)});
  EXPECT_EQ(room_->participant_count(), 1u);
}

TEST_F(PhoneDeskTest, ACallerMayHangUpBeforeTheWebinarBegins) {
  room_ = *rooms_.Create("webinar", "", now_, {.webinar = true});
  Enter(1, pin());
  ASSERT_EQ(room_->foyer().queue().size(), 1u);
  Report(PhoneCallEnded{.call = PhoneCallId(1)});
  EXPECT_TRUE(room_->foyer().queue().empty());
}

TEST_F(PhoneDeskTest, ALockedRoomAndAFullLobbyAreTold) {
  Participant& host = Host();
  ASSERT_TRUE(AskAs(host, "lobby", "lock", R"({"locked":true})"));
  Enter(1, pin());
  auto answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, PinVerdict::kRoomLocked);
  ASSERT_TRUE(AskAs(host, "lobby", "lock", R"({"locked":false})"));
  room_->SetLobby(true);
  for (uint64_t call = 2; call <= 5; ++call) Enter(call, pin());
  answers = phones_.Take<AnswerPin>();
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[2].verdict, PinVerdict::kAdmission);
  EXPECT_EQ(answers[3].verdict, PinVerdict::kRoomFull);
}

TEST_F(PhoneDeskTest, TheHostPinMakesAHostWhomNoDoorKeepsOut) {
  Participant& host = Host();
  room_->SetLobby(true);
  ASSERT_TRUE(AskAs(host, "lobby", "lock", R"({"locked":true})"));
  Enter(1, room_->record().host_pin);
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_TRUE(admitted[0].host);
  EXPECT_EQ(Caller(admitted[0]).role, Role::kHost);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kHost});
}

TEST_F(PhoneDeskTest, AHostsKeysMuteEverybodyElse) {
  Enter(1, room_->record().host_pin);
  Enter(2, pin());
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 2u);
  phones_.commands.clear();
  Press(1, KeypadCommand::kMuteAll);
  EXPECT_TRUE(Caller(admitted[0]).source(SourceKind::kMicrophone).on);
  EXPECT_FALSE(Caller(admitted[1]).source(SourceKind::kMicrophone).on);
  const auto muted = phones_.Take<SetCallMuted>();
  ASSERT_EQ(muted.size(), 1u);
  EXPECT_EQ(muted[0].call, PhoneCallId(2));
  const auto told = phones_.Take<TellCall>();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].call, PhoneCallId(2));
  EXPECT_EQ(told[0].notice, PhoneNotice::kMutedByHost);
  EXPECT_EQ(told[1].call, PhoneCallId(1));
  EXPECT_EQ(told[1].notice, PhoneNotice::kAllMuted);
}

TEST_F(PhoneDeskTest, KeypadAndPageLockOneDoor) {
  Participant& host = Host();
  Enter(1, room_->record().host_pin);
  phones_.commands.clear();
  Press(1, KeypadCommand::kToggleLock);
  EXPECT_TRUE(room_->lobby().locked());
  EXPECT_NE(listener_.messages.back().find(R"("locked":true)"), std::string::npos);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kRoomLocked});
  ASSERT_TRUE(AskAs(host, "lobby", "lock", R"({"locked":false})"));
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kRoomUnlocked});
  Press(1, KeypadCommand::kToggleLock);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kRoomLocked});
}

TEST_F(PhoneDeskTest, AHostLetsInByKeyWhoWaitedLongest) {
  room_->SetLobby(true);
  Enter(1, room_->record().host_pin);
  phones_.commands.clear();
  Press(1, KeypadCommand::kAdmitNext);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kNobodyWaits});
  for (uint64_t call = 2; call <= 4; ++call) Enter(call, pin());
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kSomebodyKnocks}) << "once for all";
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kAdmission)
      << "the host is there, by telephone";
  Press(1, KeypadCommand::kAdmitNext);
  EXPECT_EQ(Told(1), (std::vector{PhoneNotice::kSomebodyJoined, PhoneNotice::kLetIn,
                                  PhoneNotice::kSomebodyKnocks}));
  auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_EQ(admitted[0].call, PhoneCallId(2));
  Press(1, KeypadCommand::kAdmitNext);
  phones_.commands.clear();
  Press(1, KeypadCommand::kAdmitNext);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kRoomFull});
  EXPECT_EQ(room_->lobby().queue().size(), 1u);
}

TEST_F(PhoneDeskTest, AHostsKeysAreNobodyElses) {
  Participant& host = Host();
  Enter(1, pin());
  const Participant& caller = Caller(phones_.Take<AdmitCall>()[0]);
  phones_.commands.clear();
  for (const auto command : {KeypadCommand::kMuteAll, KeypadCommand::kToggleLock}) {
    Press(1, command);
    EXPECT_EQ(Told(1), std::vector{PhoneNotice::kNotAllowed});
  }
  EXPECT_FALSE(room_->lobby().locked());
  // The page makes them a host, and takes it back.
  for (const bool made : {true, false}) {
    ASSERT_TRUE(AskAs(host, "role", "",
                      R"({"participant":")" + caller.id + R"(","role":")" +
                          (made ? "cohost" : "panelist") + "\"}"));
    const auto changed = phones_.Take<SetCallHost>();
    ASSERT_EQ(changed.size(), 1u);
    EXPECT_EQ(changed[0].host, made);
    EXPECT_EQ(Told(1), std::vector{made ? PhoneNotice::kHost : PhoneNotice::kNoHost});
  }
}

TEST_F(PhoneDeskTest, ARecordingIsToldAlsoToWhoComesLater) {
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

TEST_F(PhoneDeskTest, ACallerAgreesByKeyAndTakesItBack) {
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

TEST_F(PhoneDeskTest, WhoeverWaitsForTheHostHearsThatTheyAreHere) {
  room_->SetLobby(true);
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
  other.SetLobby(true);
  // Back again, into the queue.
  room_->SetLobby(true);
  Enter(1, pin());
  EXPECT_EQ(phones_.Take<AnswerPin>()[0].verdict, PinVerdict::kWaitForHost);
  EXPECT_EQ(other.participant_count(), 0u);
  EXPECT_EQ(room_->lobby().queue().size(), 1u);
  Report(PhoneCallEnded{.call = PhoneCallId(1)});
  EXPECT_TRUE(room_->lobby().queue().empty());
}

TEST_F(PhoneDeskTest, HowManyAreHereIsAnswered) {
  Host();
  Enter(1, pin());
  Report(CallCommanded{.call = PhoneCallId(1), .command = KeypadCommand::kCountPeople});
  const auto told = phones_.Take<TellPeople>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].people, 2u);
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
