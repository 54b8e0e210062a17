#pragma once

// Calls meet rooms: the phone thread is a list of commands, the workers take notes.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "sfu/base/random.h"
#include "signaling/features/all_features.h"
#include "signaling/phone/phone_desk.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "tests/signaling/fake_media_port.h"
#include "tests/signaling/phone/listed_phones.h"

namespace parley::test {

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

class PhoneDeskWorld : public testing::Test {
 protected:
  PhoneDeskWorld() { room_ = *rooms_.Create("weekly", "", now_); }

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
  FakeMediaPort media_;
  NoStore store_;
  SeededRandom random_{1};
  RoomRegistry rooms_{media_, store_, random_, limits_, AllFeatures()};
  Room* room_ = nullptr;
  Listener listener_;
  ListedPhones phones_;
  PhoneDesk desk_{rooms_, phones_, random_};
};

}  // namespace parley::test
