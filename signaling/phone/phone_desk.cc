#include "signaling/phone/phone_desk.h"

#include <utility>
#include <vector>

#include "signaling/phone/masked_number.h"
#include "signaling/room/display_name.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"

namespace parley {
namespace {

// Ours on both sides: nothing is negotiated with a local transport.
constexpr PayloadType kOpus(111);
constexpr uint8_t kAudioLevelId = 1;
constexpr size_t kNameCharacters = 64;
// In a larger room people come and go all the time.
constexpr size_t kTellsComings = 12;

CodecParams OpusParams() {
  CodecParams opus;
  opus.codec = Codec::kOpus;
  opus.payload_type = kOpus;
  return opus;
}

TransportParams MicrophoneParams(SourceId source, Ssrc ssrc) {
  ProducerParams microphone;
  microphone.source = source;
  microphone.kind = MediaKind::kAudio;
  microphone.codecs = {OpusParams()};
  EncodingParams encoding;
  encoding.ssrc = ssrc;
  microphone.encodings = {encoding};
  microphone.extensions.audio_level = kAudioLevelId;
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

// As a page would ask.
FeatureRequest HandRequest(bool up) {
  FeatureRequest request{.feature = "hand", .verb = {}, .fields = {}};
  request.fields.SetObject().AddMember("up", up, request.fields.GetAllocator());
  return request;
}

}  // namespace

// One caller in a room. What the room tells it goes to the phone thread; it never calls back into
// the room.
class PhoneDesk::Caller final : public ParticipantSink {
 public:
  Caller(PhoneDesk& desk, PhoneCallId call, Room& room) : desk_(desk), call_(call), room_(room) {}

  void Join(Participant& participant) {
    participant_ = &participant;
    microphone_on_ = participant.source(SourceKind::kMicrophone).on;
  }

  PhoneCallId call() const { return call_; }
  // Only while not detached().
  Room& room() const { return room_; }
  Participant& participant() const { return *participant_; }
  bool detached() const { return participant_ == nullptr; }
  RoomId room_id() const { return room_id_; }

  // What comes of a key is not told as a host's doing.
  void SetByKey(bool by_key) { by_key_ = by_key; }

  void Deliver(std::string_view) override {}
  void Detached(CloseCode code) override {
    participant_ = nullptr;
    desk_.sweep_ = true;
    desk_.phones_.Send(RemoveCall{.call = call_, .conference_ended = code == CloseCode::kEnded});
  }
  void OnChanged(const Participant& participant) override {
    if (participant.hand != hand_up_) {
      hand_up_ = participant.hand;
      desk_.phones_.Send(
          TellCall{.call = call_,
                   .notice = hand_up_ ? PhoneNotice::kHandRaised : PhoneNotice::kHandLowered});
    }
    const bool on = participant.source(SourceKind::kMicrophone).on;
    if (on == microphone_on_) return;
    microphone_on_ = on;
    desk_.phones_.Send(SetCallMuted{.call = call_, .muted = !on});
    const PhoneNotice notice = on        ? PhoneNotice::kUnmuted
                               : by_key_ ? PhoneNotice::kMuted
                                         : PhoneNotice::kMutedByHost;
    desk_.phones_.Send(TellCall{.call = call_, .notice = notice});
  }

  void OnOther(const Participant& other, bool joined) override {
    if (other.kind == ParticipantKind::kWhep || room_.participant_count() > kTellsComings) return;
    desk_.phones_.Send(
        TellCall{.call = call_,
                 .notice = joined ? PhoneNotice::kSomebodyJoined : PhoneNotice::kSomebodyLeft});
  }

 private:
  PhoneDesk& desk_;
  const PhoneCallId call_;
  Room& room_;
  const RoomId room_id_ = room_.id();
  Participant* participant_ = nullptr;
  bool microphone_on_ = false;
  bool hand_up_ = false;
  bool by_key_ = false;
};

PhoneDesk::PhoneDesk(RoomRegistry& rooms, PhonePort& phones, RandomSource& random)
    : rooms_(rooms), phones_(phones), random_(random) {}

PhoneDesk::~PhoneDesk() {
  for (auto& [call, caller] : callers_) {
    if (!caller->detached()) caller->room().Leave(caller->participant(), LeaveReason::kLeft, now_);
  }
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
  Room* room = rooms_.FindByPin(event.pin);
  if (room == nullptr) return answer(PinVerdict::kWrong);
  if (room->lobby().locked()) return answer(PinVerdict::kRoomLocked);
  // Nobody gets past a lobby by telephone; there is none for callers yet.
  if (room->record().lobby) return answer(PinVerdict::kUnavailable);
  if (!room->HasSpace()) return answer(PinVerdict::kRoomFull);
  Admit(event, *room, now);
}

void PhoneDesk::Admit(const PinEntered& event, Room& room, Now now) {
  const Ssrc ssrc(random_.U32());
  const auto sources = room.NewSourceIds();
  const SourceId microphone = sources[IndexOf(SourceKind::kMicrophone)];
  SourceKindSet publish;
  publish.set(IndexOf(SourceKind::kMicrophone));
  MediaPlan plan{.worker = room.ChooseWorker(),
                 .params = MicrophoneParams(microphone, ssrc),
                 .sources = publish,
                 .slots = {}};
  const WorkerIndex worker = plan.worker;
  auto owned = std::make_unique<Caller>(*this, event.call, room);
  Caller& caller = *owned;
  callers_[event.call] = std::move(owned);
  Participant& participant = room.Join({.id = {},
                                        .name = NameOf(event),
                                        .role = Role::kPanelist,
                                        .kind = ParticipantKind::kPhone,
                                        .may_publish = publish,
                                        .publish = publish,
                                        .sink = &caller},
                                       sources, nullptr, std::move(plan), now);
  caller.Join(participant);
  Listen(room, worker);
  phones_.Send(AdmitCall{.call = event.call,
                         .request = event.request,
                         .room = room.id(),
                         .worker = worker,
                         .transport = participant.leg->transport(),
                         .source = microphone,
                         .ssrc = ssrc,
                         .payload_type = kOpus,
                         .audio_level_id = kAudioLevelId,
                         .muted = !participant.source(SourceKind::kMicrophone).on,
                         .host = participant.role == Role::kHost});
  if (room.participant_count() == 1) phones_.Send(TellPeople{.call = event.call, .people = 1});
}

void PhoneDesk::Handle(const CallCommanded& event, Now now) {
  const auto found = callers_.find(event.call);
  if (found == callers_.end() || found->second->detached()) return;
  Caller& caller = *found->second;
  Participant& participant = caller.participant();
  const auto tell = [&](PhoneNotice notice) {
    phones_.Send(TellCall{.call = event.call, .notice = notice});
  };
  caller.SetByKey(true);
  switch (event.command) {
    case KeypadCommand::kToggleMute: {
      const bool on = !participant.source(SourceKind::kMicrophone).on;
      caller.room().SetSource(participant, SourceKind::kMicrophone, on);
      if (participant.source(SourceKind::kMicrophone).on != on) tell(PhoneNotice::kUnmuteRefused);
      break;
    }
    case KeypadCommand::kToggleHand:
      (void)caller.room().Ask(participant, HandRequest(!participant.hand), now);
      break;
    case KeypadCommand::kCountPeople:
      phones_.Send(TellPeople{.call = event.call,
                              .people = static_cast<uint32_t>(caller.room().participant_count())});
      break;
    default:
      tell(PhoneNotice::kNotAllowed);
      break;
  }
  caller.SetByKey(false);
}

void PhoneDesk::Handle(const PhoneCallEnded& event, Now now) {
  const auto found = callers_.find(event.call);
  if (found == callers_.end()) return;
  const std::unique_ptr<Caller> caller = std::move(found->second);
  callers_.erase(found);
  StopListening(caller->room_id());
  if (!caller->detached()) caller->room().Leave(caller->participant(), LeaveReason::kLeft, now);
}

void PhoneDesk::Sweep() {
  if (!std::exchange(sweep_, false)) return;
  std::erase_if(callers_, [this](const auto& entry) {
    if (!entry.second->detached()) return false;
    StopListening(entry.second->room_id());
    return true;
  });
}

void PhoneDesk::Listen(Room& room, WorkerIndex worker) {
  Listening& listening = listening_[room.id()];
  if (listening.callers++ > 0) return;
  std::array<Ssrc, kSpeakerSeats> seats;
  TransportParams params;
  params.local = true;
  for (uint8_t seat = 0; seat < kSpeakerSeats; ++seat) {
    seats[seat] = Ssrc(random_.U32());
    SlotParams slot;
    slot.index = seat;
    slot.kind = MediaKind::kAudio;
    slot.follows = SlotFollows::kSeat;
    slot.seat = seat;
    slot.ssrc = seats[seat];
    slot.codecs = {OpusParams()};
    params.slots.push_back(std::move(slot));
  }
  listening.listener = room.OpenListener(worker, std::move(params));
  phones_.Send(OpenPhoneRoom{.room = room.id(), .listener = listening.listener, .seats = seats});
}

void PhoneDesk::StopListening(RoomId room) {
  const auto found = listening_.find(room);
  if (found == listening_.end() || --found->second.callers > 0) return;
  rooms_.CloseListener(room, found->second.listener);
  phones_.Send(ClosePhoneRoom{.room = room});
  listening_.erase(found);
}

}  // namespace parley
