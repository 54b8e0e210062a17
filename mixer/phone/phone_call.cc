#include "mixer/phone/phone_call.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "sfu/base/prefetch.h"
#include "sfu/wire/packet_kind.h"

namespace parley {
namespace {

constexpr PayloadType kComfortNoise(13);  // RFC 3551 section 6
// Of one port and tick; what else waits is a flood.
constexpr int kMostBatches = 4;
constexpr Duration kMostAge = Duration::Millis(200);
constexpr int kTicksPerRtcp = 10;

AudioCodec CodecOf(sip::AudioCodec codec) {
  switch (codec) {
    case sip::AudioCodec::kPcmu:
      return AudioCodec::kPcmu;
    case sip::AudioCodec::kPcma:
      return AudioCodec::kPcma;
    case sip::AudioCodec::kG722:
      return AudioCodec::kG722;
    case sip::AudioCodec::kOpus:
      break;
  }
  return AudioCodec::kOpus;
}

RtpLegConfig LegConfig(const sip::AudioStream& stream) {
  RtpLegConfig config;
  const auto add = [&config](const sip::AudioFormat& format) {
    config.payloads.push_back({CodecOf(format.codec), PayloadType(format.payload_type)});
  };
  add(stream.send);
  for (const sip::AudioFormat& format : stream.receive) {
    if (format != stream.send) add(format);
  }
  if (stream.dtmf_receive) config.telephone_event = PayloadType(*stream.dtmf_receive);
  if (stream.send.codec != sip::AudioCodec::kOpus) config.comfort_noise = kComfortNoise;
  config.packet = stream.ptime;
  config.remote = stream.remote_rtp;
  config.cname = "parley";
  return config;
}

std::string_view PromptOf(PhoneNotice notice) {
  switch (notice) {
    case PhoneNotice::kHostArrived:
      return "host-arrived";
    case PhoneNotice::kMuted:
      return "muted";
    case PhoneNotice::kUnmuted:
      return "unmuted";
    case PhoneNotice::kMutedByHost:
      return "muted-by-host";
    case PhoneNotice::kUnmuteAsked:
      return "unmute-asked";
    case PhoneNotice::kUnmuteRefused:
      return "unmute-refused";
    case PhoneNotice::kHandRaised:
      return "hand-raised";
    case PhoneNotice::kHandLowered:
      return "hand-lowered";
    case PhoneNotice::kAllMuted:
      return "all-muted";
    case PhoneNotice::kRoomLocked:
      return "room-now-locked";
    case PhoneNotice::kRoomUnlocked:
      return "room-now-unlocked";
    case PhoneNotice::kSomebodyKnocks:
      return "somebody-knocks";
    case PhoneNotice::kLetIn:
      return "let-in";
    case PhoneNotice::kNobodyWaits:
      return "nobody-waits";
    case PhoneNotice::kRoomFull:
      return "room-full";
    case PhoneNotice::kHost:
      return "host";
    case PhoneNotice::kNoHost:
      return "no-host";
    case PhoneNotice::kInAudience:
      return "in-audience";
    case PhoneNotice::kOnStage:
      return "on-stage";
    case PhoneNotice::kRecordingStarted:
      return "recording-started";
    case PhoneNotice::kRecordingStopped:
      return "recording-stopped";
    case PhoneNotice::kConsentAsked:
      return "consent-asked";
    case PhoneNotice::kConsentGiven:
      return "consent-given";
    case PhoneNotice::kConsentTaken:
      return "consent-taken";
    case PhoneNotice::kNotRecorded:
      return "not-recorded";
    case PhoneNotice::kAnnouncement:
      return "announcement";
    case PhoneNotice::kSomebodyJoined:
      return PromptLibrary::kJoinTone;
    case PhoneNotice::kSomebodyLeft:
      return PromptLibrary::kLeaveTone;
    case PhoneNotice::kNotAllowed:
      break;
  }
  return "not-allowed";
}

// What whoever asked for a transfer is told.
int StatusOf(PinVerdict verdict) {
  switch (verdict) {
    case PinVerdict::kRight:
    case PinVerdict::kAdmission:
    case PinVerdict::kWaitForHost:
      return 200;
    case PinVerdict::kWrong:
      return 404;
    case PinVerdict::kRoomFull:
    case PinVerdict::kRoomLocked:
      return 486;
    case PinVerdict::kUnavailable:
      break;
  }
  return 503;
}

}  // namespace

PhoneCall::PhoneCall(PhoneCallInfo info, PhoneCallContext& context)
    : info_(std::move(info)), context_(context), flow_(info_.entry, context.lockout) {}

PhoneCall::~PhoneCall() { LeavePlace(); }

// ---- SIP

void PhoneCall::Establish(const sip::AudioStream& stream, Timestamp now) {
  stream_ = stream;
  MakeLeg(now);
  EnterPlace(context_.lobby);
  if (info_.dial) {
    flow_.StartCalled(now);
  } else if (!info_.room.empty()) {
    flow_.StartInRoom(now);
  } else {
    flow_.Start(now, info_.pin);
    info_.pin.clear();
  }
  Follow();
}

void PhoneCall::ChangeMedia(const sip::AudioStream& stream, Timestamp now) {
  const sip::AudioStream before = std::exchange(stream_, stream);
  if (!leg_) return;
  sip::AudioStream as_before = stream;
  as_before.we_send = before.we_send;
  as_before.we_receive = before.we_receive;
  as_before.dtls_client = before.dtls_client;  // the handshake is over (RFC 8842 section 4)
  if (as_before == before) return;             // a hold or its end
  PhoneRoom* room = room_;
  LeavePlace();
  MakeLeg(now);
  EnterPlace(*room);
  if (track_) Publish();
}

void PhoneCall::MakeLeg(Timestamp now) {
  socket_->Disconnect();
  leg_.emplace(LegConfig(stream_), context_.random, now);
  security_.reset();
  if (stream_.security != sip::MediaSecurity::kNone) {
    security_ = std::make_unique<CallSecurity>(stream_, context_.dtls, now);
  }
}

void PhoneCall::HandleInfoKey(char key, Timestamp now) {
  if (leg_) leg_->HandleInfoKey(key, now);
}

bool PhoneCall::Transfer(std::string pin, Timestamp now) {
  const bool begun = flow_.Transfer(std::move(pin), now);
  Follow();
  return begun;
}

// ---- Places

void PhoneCall::EnterPlace(PhoneRoom& room) {
  room_ = &room;
  place_ = room.mix().AddLeg(leg_->codec());
  room.Add(*this);
  ApplyMute();
}

void PhoneCall::LeavePlace() {
  if (room_ == nullptr) return;
  room_->Remove(*this);
  room_->mix().RemoveLeg(place_);
  room_ = nullptr;
}

void PhoneCall::ChooseLobby() {
  if (room_ == nullptr || !room_->is_lobby()) return;
  PhoneRoom& wanted = flow_.waiting() ? context_.waiting_room : context_.lobby;
  if (room_ == &wanted) return;
  LeavePlace();
  EnterPlace(wanted);
}

// Nobody hears who waits in the lobby.
void PhoneCall::ApplyMute() {
  const bool silent = muted_ || room_->is_lobby();
  room_->mix().SetMuted(place_, silent);
  leg_->SetHeard(!silent);
}

void PhoneCall::Enter() {
  if (admitted_to_ == nullptr) return;
  PhoneRoom& room = *std::exchange(admitted_to_, nullptr);
  LeavePlace();
  muted_ = admission_->muted;
  flow_.SetHost(admission_->host);
  room.AddSource(admission_->source);
  EnterPlace(room);
  Publish();
}

void PhoneCall::Publish() {
  const SampleRate rate = leg_->sample_rate();
  if (track_ && track_rate_ == rate) return;
  PublishedTrackConfig config;
  config.ssrc = admission_->ssrc;
  config.payload_type = admission_->payload_type;
  config.audio_level_id = admission_->audio_level_id;
  track_rate_ = rate;
  voice_packet_ = {};
  track_ = std::make_unique<PublishedTrack>(config, rate, context_.random);
}

void PhoneCall::LeaveRoom() {
  admitted_to_ = nullptr;
  voice_packet_ = {};
  track_.reset();
  if (room_ == nullptr || room_->is_lobby()) return;
  room_->RemoveSource(admission_->source);
  LeavePlace();
  EnterPlace(context_.lobby);
}

// ---- Commands

void PhoneCall::AnswerPin(uint32_t request, PinVerdict verdict, Timestamp now) {
  flow_.HandlePin(request, verdict, now);
  Follow();
}

void PhoneCall::Admit(const AdmitCall& admission, PhoneRoom& room, Timestamp now) {
  LeaveRoom();  // when it comes out of another
  admission_ = admission;
  admitted_to_ = &room;
  flow_.HandlePin(admission.request, PinVerdict::kRight, now);
  flow_.HandleAdmitted();  // if it waits
  Follow();
  // The answer to a transfer that had been given up: they are there all the same.
  if (flow_.joined()) Enter();
}

void PhoneCall::Refuse(Timestamp) {
  flow_.HandleRefused();
  Follow();
}

void PhoneCall::SetMuted(bool muted) {
  muted_ = muted;
  if (room_ != nullptr) ApplyMute();
}

void PhoneCall::Tell(PhoneNotice notice, Timestamp now) {
  if (notice == PhoneNotice::kHostArrived) {
    flow_.HandleHostArrived(now);
  } else if (notice == PhoneNotice::kAnnouncement) {
    flow_.AnnounceToAll(
        {std::string(PromptLibrary::kAttentionTone), std::string(PromptOf(notice))});
  } else {
    flow_.Announce({std::string(PromptOf(notice))});
  }
  Follow();
}

void PhoneCall::TellPeople(uint32_t people, Timestamp) {
  flow_.AnnouncePeople(people);
  Follow();
}

void PhoneCall::Remove(bool conference_ended, Timestamp) {
  flow_.HandleRemoved(conference_ended);
  Follow();
}

// ---- A tick

void PhoneCall::Fetch(sip::RtpSocket::Port port, Timestamp now, WallTime wall,
                      sip::RtpBatch& batch) {
  for (int i = 0; i < kMostBatches; ++i) {
    socket_->Receive(port, batch);
    for (size_t k = 0; k < batch.size(); ++k) {
      const auto [bytes, from, arrival] = batch.packet(k);
      // The wall clock may have been set since; a packet is never from the future.
      const Duration age = std::clamp(wall - arrival, Duration::Zero(), kMostAge);
      HandlePacket(bytes, from, now - age, wall);
    }
    if (batch.size() < sip::RtpBatch::kPackets) return;
  }
}

void PhoneCall::HandlePacket(std::span<uint8_t> bytes, const SocketAddress& from, Timestamp at,
                             WallTime wall) {
  const PacketKind kind = ClassifyPacket(bytes);
  const bool rtcp = kind == PacketKind::kRtcp;
  if (security_) {
    if (kind == PacketKind::kDtls) return security_->HandleDtls(bytes, at);
    const auto size = security_->Open(bytes, rtcp, at);
    if (!size) return;
    bytes = bytes.first(*size);
  }
  if (rtcp) {
    leg_->HandleRtcp(bytes, from, at, wall);
  } else {
    leg_->HandleRtp(bytes, from, at);
  }
}

void PhoneCall::SendTo(sip::RtpSocket::Port port, std::span<const uint8_t> packet, bool rtcp,
                       const SocketAddress& to) {
  if (security_) packet = security_->Seal(packet, rtcp);
  if (!packet.empty()) socket_->Send(port, packet, to);
}

void PhoneCall::Receive(Timestamp now, WallTime wall, sip::RtpBatch& batch) {
  if (!leg_) return;
  Fetch(sip::RtpSocket::Port::kRtp, now, wall, batch);
  if (--ticks_to_rtcp_ < 0) {
    ticks_to_rtcp_ = kTicksPerRtcp;
    Fetch(sip::RtpSocket::Port::kRtcp, now, wall, batch);
    if (!socket_->connected() && leg_->remote_is_settled(now)) socket_->Connect(leg_->remote());
  }
  if (security_) {
    while (const auto datagram = security_->PollDtls(now)) {
      socket_->Send(sip::RtpSocket::Port::kRtp, *datagram, leg_->remote());
    }
  }
  room_->mix().SetFrame(place_, leg_->Tick(now));
  const bool playing = player_.playing();
  if (playing) room_->mix().SetPrivate(place_, player_.Next());
  prompts_done_ |= was_playing_ && !playing;
  was_playing_ = playing;
}

void PhoneCall::Send(Timestamp now, WallTime wall) {
  if (!leg_) return;
  using Port = sip::RtpSocket::Port;
  // Made on a hold too: its clock goes on.
  for (auto rtp = leg_->Send(room_->mix().payload(place_)); !rtp.empty(); rtp = leg_->SendMore()) {
    if (stream_.we_send) SendTo(Port::kRtp, rtp, false, leg_->remote());
  }
  if (const auto rtcp = leg_->PollRtcp(now, wall); !rtcp.empty()) {
    if (stream_.rtcp_mux) {
      SendTo(Port::kRtp, rtcp, true, leg_->remote());
    } else {
      SendTo(Port::kRtcp, rtcp, true, stream_.remote_rtcp);
    }
  }
  if (track_) voice_packet_ = track_->Tick(room_->mix().voice(place_));
}

void PhoneCall::PrefetchAhead(int turns) const {
  switch (turns) {
    case 3:
      Prefetch(&flow_, sizeof flow_);
      Prefetch(&player_);
      Prefetch(&stream_.we_send);
      Prefetch(&leg_, RtpLeg::kUsedEachTick);
      // With whether there is a leg, which stands before them.
      return PrefetchBetween(socket_, events_);
    case 2:
      Prefetch(socket_.get(), sizeof *socket_);
      Prefetch(track_.get(), PublishedTrack::kUsedInSilence);
      break;
    case 1:
      room_->mix().PrefetchLeg(place_);
      break;
    default:
      break;
  }
  leg_->PrefetchAhead(turns);
}

bool PhoneCall::noted(Timestamp now) const {
  return prompts_done_ || !voice_packet_.empty() || leg_->has_key() || flow_.NextTimeout() <= now ||
         !events_.empty() || transfer_answer_ || wants_hangup();
}

void PhoneCall::HandleNoted(Timestamp now) {
  SendVoice(now);
  while (const auto key = leg_->PollKey()) flow_.HandleKey(*key, now);
  if (flow_.NextTimeout() <= now) flow_.HandleTimeout(now);
  Follow();
  if (!std::exchange(prompts_done_, false) || player_.playing()) return;
  flow_.HandlePromptsDone(now);
  Follow();
}

void PhoneCall::SendVoice(Timestamp now) {
  const std::span<const uint8_t> packet = std::exchange(voice_packet_, {});
  if (packet.empty()) return;
  PacketRef ref = context_.media.pool().Allocate();
  if (!ref) return;
  ref.SetSize(packet.size());
  std::memcpy(ref.MutableData(), packet.data(), packet.size());
  // A ring that is full loses the packet, as a network would.
  static_cast<void>(context_.media.Send(
      admission_->worker,
      {.transport = admission_->transport, .at = now, .packet = std::move(ref)}));
}

void PhoneCall::TakeEvents(std::deque<PhoneEvent>& out) {
  for (PhoneEvent& event : events_) out.push_back(std::move(event));
  events_.clear();
}

// ---- What the flow asks for

void PhoneCall::Follow() {
  while (const auto output = flow_.PollOutput()) {
    if (const auto* say = std::get_if<EntryFlow::Say>(&*output)) {
      Say(say->prompts);
    } else if (std::holds_alternative<EntryFlow::StopSaying>(*output)) {
      player_.Stop();
    } else if (const auto* check = std::get_if<EntryFlow::CheckPin>(&*output)) {
      known_ = true;
      events_.emplace_back(PinEntered{.call = info_.id,
                                      .request = check->request,
                                      .pin = check->pin,
                                      .room = check->pin.empty() ? info_.room : std::string(),
                                      .caller = info_.caller,
                                      .caller_name = info_.caller_name});
    } else if (const auto* confirmed = std::get_if<EntryFlow::Confirmed>(&*output)) {
      known_ = true;
      events_.emplace_back(
          DialConfirmed{.dial = *info_.dial, .call = info_.id, .request = confirmed->request});
    } else if (std::holds_alternative<EntryFlow::Join>(*output)) {
      Enter();
    } else if (const auto* command = std::get_if<EntryFlow::Command>(&*output)) {
      events_.emplace_back(CallCommanded{.call = info_.id, .command = command->command});
    } else if (const auto* transferred = std::get_if<EntryFlow::Transferred>(&*output)) {
      if (flow_.waiting()) LeaveRoom();
      transfer_answer_ = StatusOf(transferred->verdict);
    } else if (const auto* hangup = std::get_if<EntryFlow::Hangup>(&*output)) {
      hangup_ = true;
      declined_ = hangup->reason == EntryHangup::kDeclined;
    }
  }
  ChooseLobby();
}

void PhoneCall::Say(const std::vector<std::string>& prompts) {
  for (const std::string& prompt : prompts) {
    player_.Add(context_.prompts.Find(flow_.language(), prompt));
  }
}

}  // namespace parley
