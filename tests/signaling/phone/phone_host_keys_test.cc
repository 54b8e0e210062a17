// Hosts by telephone: who is one, and what their keys do.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/signaling/phone/phone_desk_world.h"

namespace parley {
namespace {

class PhoneHostKeysTest : public test::PhoneDeskWorld {};

TEST_F(PhoneHostKeysTest, TheHostPinMakesAHostWhomNoDoorKeepsOut) {
  Participant& host = Host();
  room_->SetLobby(true, {});
  ASSERT_TRUE(AskAs(host, "lobby", "lock", R"({"locked":true})"));
  Enter(1, room_->record().host_pin);
  const auto admitted = phones_.Take<AdmitCall>();
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_TRUE(admitted[0].host);
  EXPECT_EQ(Caller(admitted[0]).role, Role::kHost);
  EXPECT_EQ(Told(1), std::vector{PhoneNotice::kHost});
}

TEST_F(PhoneHostKeysTest, AHostsKeysMuteEverybodyElse) {
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

TEST_F(PhoneHostKeysTest, KeypadAndPageLockOneDoor) {
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

TEST_F(PhoneHostKeysTest, AHostLetsInByKeyWhoWaitedLongest) {
  room_->SetLobby(true, {});
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

TEST_F(PhoneHostKeysTest, AHostsKeysAreNobodyElses) {
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

}  // namespace
}  // namespace parley
