#include "signaling/phone/phone_caller.h"

#include <utility>

#include "signaling/phone/local_opus.h"
#include "signaling/room/permissions.h"

namespace parley {
namespace {

// In a larger room people come and go all the time.
constexpr size_t kTellsComings = 12;

// As a page would ask: a request with one flag.
FeatureRequest FlagRequest(const char* feature, const char* verb,
                           rapidjson::GenericStringRef<char> flag, bool on) {
  FeatureRequest request{.feature = feature, .verb = verb, .fields = {}};
  request.fields.SetObject().AddMember(flag, on, request.fields.GetAllocator());
  return request;
}

FeatureRequest AdmitRequest(const std::string& waiting) {
  FeatureRequest request{.feature = "lobby", .verb = "admit", .fields = {}};
  auto& allocator = request.fields.GetAllocator();
  request.fields.SetObject().AddMember("waiting", rapidjson::Value(waiting.c_str(), allocator),
                                       allocator);
  return request;
}

}  // namespace

PhoneCaller::~PhoneCaller() {
  if (listens_) desk_.listeners.StopListening(room_id_);
}

void PhoneCaller::Enter(Participant& participant) {
  waiting_.clear();
  participant_ = &participant;
  const Participant::Source& microphone = participant.source(SourceKind::kMicrophone);
  microphone_on_ = microphone.on;
  host_ = Hosts(participant.role);
  in_audience_ = participant.role == Role::kAttendee;
  const WorkerIndex worker = participant.leg->worker();
  listens_ = true;
  desk_.listeners.Listen(room_, worker);
  desk_.phones.Send(AdmitCall{.call = call_,
                              .request = request_,
                              .room = room_id_,
                              .worker = worker,
                              .transport = participant.leg->transport(),
                              .source = microphone.id,
                              .ssrc = ssrc_,
                              .payload_type = kLocalOpus,
                              .audio_level_id = kLocalAudioLevelId,
                              .muted = !microphone.on,
                              .host = host_});
  if (host_) Tell(PhoneNotice::kHost);
  if (in_audience_) Tell(PhoneNotice::kInAudience);
  if (room_.IsStored()) OnRecording(true);
  if (room_.participant_count() == 1) desk_.phones.Send(TellPeople{.call = call_, .people = 1});
}

void PhoneCaller::Go() {
  gone_ = true;
  desk_.sweep = true;
}

void PhoneCaller::Leave(Now now) {
  if (gone_) return;
  gone_ = true;
  if (participant_ != nullptr) {
    room_.Leave(*std::exchange(participant_, nullptr), LeaveReason::kLeft, now);
  } else {
    room_.LobbyOf(waiting_).Leave(waiting_);
  }
}

void PhoneCaller::Tell(PhoneNotice notice) {
  desk_.phones.Send(TellCall{.call = call_, .notice = notice});
}

// ---- Keys

void PhoneCaller::Do(KeypadCommand command, Now now) {
  if (participant_ == nullptr) return;
  Participant& participant = *participant_;
  by_key_ = true;
  switch (command) {
    case KeypadCommand::kToggleMute: {
      const bool on = !participant.source(SourceKind::kMicrophone).on;
      room_.SetSource(participant, SourceKind::kMicrophone, on);
      if (participant.source(SourceKind::kMicrophone).on != on) Tell(PhoneNotice::kUnmuteRefused);
      break;
    }
    case KeypadCommand::kToggleHand:
      (void)room_.Ask(participant, FlagRequest("hand", "", "up", !participant.hand), now);
      break;
    case KeypadCommand::kCountPeople:
      desk_.phones.Send(
          TellPeople{.call = call_, .people = static_cast<uint32_t>(room_.participant_count())});
      break;
    case KeypadCommand::kConsent:
      ToggleConsent();
      break;
    case KeypadCommand::kMuteAll:
      MuteAll();
      break;
    case KeypadCommand::kToggleLock:
      ToggleLock(now);
      break;
    case KeypadCommand::kAdmitNext:
      AdmitNext(now);
      break;
    case KeypadCommand::kListKeys:
    case KeypadCommand::kNotAllowed:
    case KeypadCommand::kUnknown:
      break;  // answered on the spot
  }
  by_key_ = false;
}

// Where nobody is asked, nothing hangs on it.
void PhoneCaller::ToggleConsent() {
  if (!room_.recording()) return Tell(PhoneNotice::kNotRecorded);
  if (!room_.recording()->asks_consent) return Tell(PhoneNotice::kRecordingStarted);
  const bool given = !participant_->consent.value_or(false);
  room_.SetConsent(*participant_, given);
  Tell(given ? PhoneNotice::kConsentGiven : PhoneNotice::kConsentTaken);
}

void PhoneCaller::MuteAll() {
  if (!MayDo(participant_->role, Action::kMuteOthers)) return Tell(PhoneNotice::kNotAllowed);
  room_.MuteAllBy(*participant_, SourceKind::kMicrophone);
  Tell(PhoneNotice::kAllMuted);
}

// OnLocked says what came of it.
void PhoneCaller::ToggleLock(Now now) {
  const auto locked = room_.Ask(
      *participant_, FlagRequest("lobby", "lock", "locked", !room_.lobby().locked()), now);
  if (!locked) Tell(PhoneNotice::kNotAllowed);
}

void PhoneCaller::AdmitNext(Now now) {
  const auto& queue = room_.lobby().queue();
  if (queue.empty()) return Tell(PhoneNotice::kNobodyWaits);
  const auto let_in = room_.Ask(*participant_, AdmitRequest(queue.front()->newcomer.id), now);
  if (let_in) {
    Tell(PhoneNotice::kLetIn);
    if (!queue.empty()) Tell(PhoneNotice::kSomebodyKnocks);
    return;
  }
  Tell(let_in.error().code == ErrorCode::kForbidden ? PhoneNotice::kNotAllowed
                                                    : PhoneNotice::kRoomFull);
}

// ---- The room

void PhoneCaller::Detached(CloseCode code) {
  participant_ = nullptr;
  Go();
  desk_.phones.Send(RemoveCall{.call = call_, .conference_ended = code == CloseCode::kEnded});
}

void PhoneCaller::OnChanged(const Participant& participant) {
  if (participant.hand != hand_up_) {
    hand_up_ = participant.hand;
    Tell(hand_up_ ? PhoneNotice::kHandRaised : PhoneNotice::kHandLowered);
  }
  if (Hosts(participant.role) != host_) {
    host_ = !host_;
    desk_.phones.Send(SetCallHost{.call = call_, .host = host_});
    Tell(host_ ? PhoneNotice::kHost : PhoneNotice::kNoHost);
  }
  const bool was_in_audience = std::exchange(in_audience_, participant.role == Role::kAttendee);
  if (in_audience_ != was_in_audience) {
    Tell(in_audience_ ? PhoneNotice::kInAudience : PhoneNotice::kOnStage);
  }
  const bool on = participant.source(SourceKind::kMicrophone).on;
  if (on == microphone_on_) return;
  microphone_on_ = on;
  desk_.phones.Send(SetCallMuted{.call = call_, .muted = !on});
  if (in_audience_) return;  // which says it all
  Tell(on ? PhoneNotice::kUnmuted : by_key_ ? PhoneNotice::kMuted : PhoneNotice::kMutedByHost);
}

void PhoneCaller::OnOther(const Participant& other, bool joined) {
  if (other.kind == ParticipantKind::kWhep || room_.participant_count() > kTellsComings) return;
  Tell(joined ? PhoneNotice::kSomebodyJoined : PhoneNotice::kSomebodyLeft);
}

void PhoneCaller::OnAsked(SourceKind) { Tell(PhoneNotice::kUnmuteAsked); }

// Once for all who wait: a webinar's lobby would talk without end.
void PhoneCaller::OnKnock() {
  if (room_.lobby().queue().size() == 1) Tell(PhoneNotice::kSomebodyKnocks);
}

void PhoneCaller::OnLocked(bool locked) {
  if (host_) Tell(locked ? PhoneNotice::kRoomLocked : PhoneNotice::kRoomUnlocked);
}

void PhoneCaller::OnRecording(bool on) {
  if (!on) return Tell(PhoneNotice::kRecordingStopped);
  if (!room_.recording()->asks_consent) return Tell(PhoneNotice::kRecordingStarted);
  // Who agreed before a pause is not asked again.
  const bool given = participant_->consent.value_or(false);
  Tell(given ? PhoneNotice::kConsentGiven : PhoneNotice::kConsentAsked);
}

// ---- The lobby

void PhoneCaller::OnAdmitted(Room& room, Participant& participant, std::optional<std::string>,
                             Now) {
  room.Reconnect(participant, *this);
  Enter(participant);
}

// A host's message is in writing, for whoever can read it.
void PhoneCaller::OnTurnedAway(CloseCode code, std::string_view) {
  waiting_.clear();
  Go();
  if (code == CloseCode::kDenied) {
    desk_.phones.Send(RefuseCall{.call = call_});
  } else {
    desk_.phones.Send(RemoveCall{.call = call_, .conference_ended = code == CloseCode::kEnded});
  }
}

}  // namespace parley
