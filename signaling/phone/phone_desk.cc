#include "signaling/phone/phone_desk.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "signaling/phone/local_opus.h"
#include "signaling/phone/masked_number.h"
#include "signaling/room/display_name.h"
#include "signaling/room/permissions.h"

namespace parley {
namespace {

constexpr size_t kNameCharacters = 64;

TransportParams MicrophoneParams(SourceId source, Ssrc ssrc) {
  ProducerParams microphone;
  microphone.source = source;
  microphone.kind = MediaKind::kAudio;
  microphone.codecs = {LocalOpusParams()};
  EncodingParams encoding;
  encoding.ssrc = ssrc;
  microphone.encodings = {encoding};
  microphone.extensions.audio_level = kLocalAudioLevelId;
  TransportParams params;
  params.local = true;
  params.producers = {std::move(microphone)};
  return params;
}

// A number is never shown whole; whoever calls from a SIP address is shown by name.
std::string NameOf(const PinEntered& event) {
  if (std::string masked = MaskedNumber(event.caller); !masked.empty()) return masked;
  for (const std::string& wanted : {event.caller_name, event.caller}) {
    if (wanted == "anonymous" || !MaskedNumber(wanted).empty()) continue;
    if (auto name = NormalizeDisplayName(wanted, kNameCharacters)) return *std::move(name);
  }
  return "Phone";
}

bool SomebodyAdmits(const Room& room) {
  return std::ranges::any_of(room.participants(), [](const Participant* participant) {
    return MayDo(participant->role, Action::kManageLobby);
  });
}

}  // namespace

PhoneDesk::PhoneDesk(RoomRegistry& rooms, PhonePort& phones, RandomSource& random,
                     DialConfig dialling, TrunkBoard trunks)
    : rooms_(rooms),
      phones_(phones),
      random_(random),
      listeners_(rooms, phones, random),
      shared_{.phones = phones, .listeners = listeners_},
      dials_(rooms, phones, std::move(dialling)),
      trunks_(std::move(trunks)) {}

PhoneDesk::~PhoneDesk() {
  for (auto& [call, caller] : callers_) caller->Leave(now_);
}

void PhoneDesk::HandleEvents(std::span<const PhoneEvent> events, Now now) {
  now_ = now;
  Sweep();
  if (events.empty()) return;
  for (const PhoneEvent& event : events) {
    std::visit([&](const auto& e) { Handle(e, now); }, event);
    Sweep();
  }
  rooms_.Flush();
}

void PhoneDesk::Handle(const PinEntered& event, Now now) {
  const auto answer = [&](PinVerdict verdict) {
    phones_.Send(AnswerPin{.call = event.call, .request = event.request, .verdict = verdict});
  };
  if (rooms_.closing()) return answer(PinVerdict::kUnavailable);
  const auto [room, host] =
      event.room.empty() ? rooms_.FindByPin(event.pin) : PinHolder{rooms_.Find(event.room), false};
  if (room == nullptr) return answer(PinVerdict::kWrong);
  const auto earlier = callers_.find(event.call);
  if (earlier != callers_.end() && earlier->second->IsOf(*room)) {
    return answer(PinVerdict::kUnavailable);  // they are there
  }
  if (room->lobby().locked() && !host) return answer(PinVerdict::kRoomLocked);
  const Role role = host ? Role::kHost : room->record().webinar ? Role::kAttendee : Role::kPanelist;
  Lobby* lobby = room->LobbyFor({.id = {},
                                 .name = {},
                                 .role = role,
                                 .kind = ParticipantKind::kPhone,
                                 .may_publish = {},
                                 .publish = {}});
  if (!(lobby ? lobby->HasSpace() : room->HasSpace())) return answer(PinVerdict::kRoomFull);
  LeaveEarlier(event.call, now);
  Arrival arrival{.call = event.call, .request = event.request, .name = NameOf(event)};
  if (!lobby) {
    Join(std::move(arrival), *room, role, now);
    return;
  }
  Queue(std::move(arrival), *room, *lobby, role, now);
  // In the foyer it is the webinar that has not begun.
  const bool admits = lobby->has_places() && SomebodyAdmits(*room);
  answer(admits ? PinVerdict::kAdmission : PinVerdict::kWaitForHost);
}

void PhoneDesk::Handle(const DialConfirmed& event, Now now) {
  const auto answer = [&](PinVerdict verdict) {
    phones_.Send(AnswerPin{.call = event.call, .request = event.request, .verdict = verdict});
  };
  const auto invited = dials_.Take(event.dial);
  if (!invited || rooms_.closing()) return answer(PinVerdict::kUnavailable);
  if (!invited->room.HasSpace()) {
    invited->listener.OnDial(invited->call, DialState::kRoomFull, {});
    return answer(PinVerdict::kRoomFull);
  }
  // A host called them: neither lobby nor lock is for them.
  const std::string id = Join({.call = event.call, .request = event.request, .name = invited->name},
                              invited->room, Role::kPanelist, now);
  invited->listener.OnDial(invited->call, DialState::kJoined, id);
}

void PhoneDesk::LeaveEarlier(PhoneCallId call, Now now) {
  const auto earlier = callers_.extract(call);
  if (!earlier.empty()) earlier.mapped()->Leave(now);
}

std::string PhoneDesk::Join(Arrival arrival, Room& room, Role role, Now now) {
  Prepared prepared = Prepare(std::move(arrival), room, role);
  prepared.newcomer.sink = &prepared.caller;
  Participant& participant = room.Join(std::move(prepared.newcomer), prepared.sources, nullptr,
                                       std::move(prepared.media), now);
  prepared.caller.Enter(participant);
  return participant.id;
}

void PhoneDesk::Queue(Arrival arrival, Room& room, Lobby& lobby, Role role, Now now) {
  Prepared prepared = Prepare(std::move(arrival), room, role);
  prepared.newcomer.id = room.NewParticipantId();
  prepared.caller.Wait(prepared.newcomer.id);
  Knock knock;
  knock.newcomer = std::move(prepared.newcomer);
  knock.sources = prepared.sources;
  knock.media = std::move(prepared.media);
  knock.since = now.wall;
  knock.sink = &prepared.caller;
  lobby.Add(std::move(knock));
}

PhoneDesk::Prepared PhoneDesk::Prepare(Arrival arrival, Room& room, Role role) {
  const Ssrc ssrc(random_.U32());
  const auto sources = room.NewSourceIds();
  SourceKindSet microphone;
  microphone.set(IndexOf(SourceKind::kMicrophone));
  // In the audience one listens, until called on stage.
  const SourceKindSet publish = role == Role::kAttendee ? SourceKindSet() : microphone;
  auto owned = std::make_unique<PhoneCaller>(shared_, arrival.call, arrival.request, ssrc, room);
  PhoneCaller& caller = *(callers_[arrival.call] = std::move(owned));
  return {.caller = caller,
          .newcomer = {.id = {},
                       .name = std::move(arrival.name),
                       .role = role,
                       .kind = ParticipantKind::kPhone,
                       .may_publish = publish,
                       .publish = publish,
                       .sink = nullptr},
          .sources = sources,
          .media = {.worker = room.ChooseWorker(),
                    .params = MicrophoneParams(sources[IndexOf(SourceKind::kMicrophone)], ssrc),
                    .sources = microphone,
                    .slots = {}}};
}

void PhoneDesk::Handle(const CallCommanded& event, Now now) {
  const auto found = callers_.find(event.call);
  if (found != callers_.end()) found->second->Do(event.command, now);
}

void PhoneDesk::Handle(const PhoneCallEnded& event, Now now) {
  const auto found = callers_.find(event.call);
  if (found == callers_.end()) return;
  const std::unique_ptr<PhoneCaller> caller = std::move(found->second);
  callers_.erase(found);
  caller->Leave(now);
}

void PhoneDesk::Sweep() {
  if (!std::exchange(shared_.sweep, false)) return;
  std::erase_if(callers_, [](const auto& entry) { return entry.second->gone(); });
}

}  // namespace parley
