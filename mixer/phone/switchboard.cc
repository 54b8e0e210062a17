#include "mixer/phone/switchboard.h"

#include <algorithm>
#include <utility>

#include "mixer/phone/lockout_caller.h"
#include "sfu/base/log.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley {
namespace {

constexpr size_t kShortestPin = 9;

// Without what only makes a number readable (RFC 3966 section 3).
std::string Plain(std::string_view number) {
  std::string plain;
  for (const char c : number) {
    if (std::string_view("+-.() ").find(c) == std::string_view::npos) plain += c;
  }
  return plain;
}

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsAmong(const std::vector<std::string>& numbers, const std::string& plain) {
  return std::ranges::any_of(numbers,
                             [&](const std::string& number) { return Plain(number) == plain; });
}

PhoneCallId IdOf(sip::CallId call) { return PhoneCallId(call.value()); }

TrunkFault FaultOf(const sip::TrunkChanged& trunk) {
  if (trunk.registered) return TrunkFault::kNone;
  if (!trunk.resolved) return TrunkFault::kUnknownName;
  switch (trunk.registration) {
    case 0:
      return TrunkFault::kNone;
    case 408:
      return TrunkFault::kNoAnswer;
    case 401:
    case 403:
    case 404:
    case 407:
      return TrunkFault::kRefused;
    default:
      return TrunkFault::kFailed;
  }
}

}  // namespace

Switchboard::Switchboard(SwitchboardConfig config, const PromptLibrary& prompts,
                         LocalMediaPort& media, RandomSource& random, const DtlsContext& dtls)
    : config_(std::move(config)),
      media_(media),
      context_{prompts, lockout_, media, random, dtls, lobby_, waiting_room_},
      waiting_room_(prompts),
      mixers_(config_.mixer_threads) {
  mixers_.Add(lobby_);
  mixers_.Add(waiting_room_);
}

Switchboard::~Switchboard() { calls_.clear(); }

// ---- SIP

void Switchboard::HandleAgentEvent(const sip::AgentEvent& event, Timestamp now) {
  std::visit([&](const auto& e) { Handle(e, now); }, event);
}

std::optional<std::string> Switchboard::PinIn(const std::string& dialled) const {
  const std::string plain = Plain(dialled);
  if (IsAmong(config_.numbers, plain)) return "";
  if (IsDigits(plain) && plain.size() >= kShortestPin && plain.size() <= EntryFlow::kLongestPin) {
    return plain;
  }
  return config_.numbers.empty() ? std::optional(std::string()) : std::nullopt;
}

void Switchboard::Handle(const sip::IncomingCall& event, Timestamp now) {
  sip::UserAgent& agent = endpoint_->agent();
  const std::string dialled = Plain(event.dialled);
  const auto own = std::ranges::find_if(
      config_.room_numbers, [&](const auto& entry) { return Plain(entry.number) == dialled; });
  const bool in_room = own != config_.room_numbers.end();
  const auto pin = in_room ? std::optional(std::string()) : PinIn(event.dialled);
  if (!pin) {
    ++counts_.unknown_numbers;
    return agent.Reject(event.call, 404, now);
  }
  if (calls_.size() >= config_.calls) {
    ++counts_.refused_full;
    return agent.Reject(event.call, 486, now);
  }
  PhoneCallInfo info;
  info.id = IdOf(event.call);
  info.caller = event.caller;
  info.caller_name = event.caller_name;
  info.pin = *pin;
  if (in_room) info.room = own->room;
  if (IsAmong(config_.chinese_numbers, dialled)) info.entry.language = PromptLanguage::kMandarin;
  info.entry.lockout_key =
      Lockout::Key(LockoutCaller(event), pin->empty() ? dialled : std::string());
  auto call = std::make_unique<PhoneCall>(std::move(info), context_);
  auto socket = OpenSocket();
  if (!socket) {
    ++counts_.no_port;
    return agent.Reject(event.call, 503, now);
  }
  const sip::AudioOptions audio = AudioAt(socket->port());
  call->SetSocket(std::move(socket));
  calls_[event.call] = std::move(call);
  agent.Accept(event.call, audio, now);
}

sip::AudioOptions Switchboard::AudioAt(uint16_t port) const {
  sip::AudioOptions audio;
  audio.rtp = sip::WithPort(config_.advertised, port);
  audio.fingerprint = config_.fingerprint;
  return audio;
}

std::unique_ptr<sip::RtpSocket> Switchboard::OpenSocket() {
  // Round and round, so that a late packet of one call finds no other in its place.
  const auto pairs =
      static_cast<uint16_t>(std::min<size_t>(2 * config_.calls, (65'536u - config_.rtp_port) / 2));
  for (uint16_t i = 0; i < pairs; ++i) {
    const auto port = static_cast<uint16_t>(config_.rtp_port + 2 * next_pair_);
    next_pair_ = static_cast<uint16_t>((next_pair_ + 1) % pairs);
    if (auto socket = sip::RtpSocket::Open(sip::WithPort(config_.media, port))) {
      return std::move(*socket);
    }
  }
  return nullptr;
}

void Switchboard::Handle(const sip::CallEstablished& event, Timestamp now) {
  PhoneCall* call = Find(IdOf(event.call));
  if (call == nullptr) return;
  ++counts_.answered;
  dials_.HandleAnswered(event.call);
  call->Establish(event.audio, now);
}

void Switchboard::Handle(const sip::CallMediaChanged& event, Timestamp now) {
  if (PhoneCall* call = Find(IdOf(event.call))) call->ChangeMedia(event.audio, now);
}

void Switchboard::Handle(const sip::CallDtmf& event, Timestamp now) {
  if (PhoneCall* call = Find(IdOf(event.call))) call->HandleInfoKey(event.digit, now);
}

// Another room of ours, and nobody else: whom we call is never for a caller to say.
void Switchboard::Handle(const sip::CallReferred& event, Timestamp now) {
  PhoneCall* call = Find(IdOf(event.call));
  auto pin = OwnPin(event.target);
  if (call != nullptr && pin && call->Transfer(*std::move(pin), now)) return;
  endpoint_->agent().AnswerRefer(event.call, 603, now);
}

std::optional<std::string> Switchboard::OwnPin(const sip::Uri& target) const {
  const bool ours = target.is_sip() && target.headers.empty() &&
                    EqualsIgnoreCase(target.host, endpoint_->local().host);
  if (!ours) return std::nullopt;
  auto pin = PinIn(target.DecodedUser());
  return pin && !pin->empty() ? pin : std::nullopt;
}

// Logged once a change, not a try.
void Switchboard::Handle(const sip::TrunkChanged& event, Timestamp) {
  const bool tried = event.next_try != Timestamp::Never();
  events_.emplace_back(
      TrunkReported{.trunk = event.trunk,
                    .registered = event.registered,
                    .fault = FaultOf(event),
                    .status = event.resolved ? event.registration : 0,
                    .next_try = tried ? std::optional(event.next_try) : std::nullopt});
  sip::TrunkChanged lasting = event;
  lasting.next_try = Timestamp::Never();
  const auto known = trunks_.find(event.trunk);
  if (known != trunks_.end() && known->second == lasting) return;
  trunks_[event.trunk] = lasting;
  counts_.trunks_registered = static_cast<uint64_t>(
      std::ranges::count_if(trunks_, [](const auto& entry) { return entry.second.registered; }));
  counts_.trunks_down = trunks_.size() - counts_.trunks_registered;
  if (event.registered) {
    LogInfo("sip_trunk_registered", {{"trunk", event.trunk}});
  } else {
    LogWarning("sip_trunk_down", {{"trunk", event.trunk}, {"status", event.status}});
  }
}

void Switchboard::Handle(const sip::CallEnded& event, Timestamp now) {
  const auto found = calls_.find(event.call);
  if (found == calls_.end()) return;
  PhoneCall& call = *found->second;
  call.LeaveRoom();
  call.TakeEvents(events_);
  if (call.leg() != nullptr) {
    ended_sound_.Add(call.leg()->receiver());
    scores_.Add(call.leg()->stats());
  }
  if (config_.dial_trunk) {
    const size_t servers = endpoint_->agent().trunk_servers(*config_.dial_trunk);
    if (const auto again = dials_.TakeAgain(event, servers)) {
      calls_.erase(found);
      return Begin(again->command, again->server, now);
    }
  }
  dials_.HandleEnded(event, call.declined());
  if (call.known()) events_.emplace_back(PhoneCallEnded{.call = call.id()});
  calls_.erase(found);
}

// ---- The signaling thread

void Switchboard::HandleCommand(const PhoneCommand& command, Timestamp now) {
  std::visit([&](const auto& c) { Apply(c, now); }, command);
}

void Switchboard::Apply(const OpenPhoneRoom& command, Timestamp) {
  auto& room = rooms_[command.room];
  if (room) return;
  room = std::make_unique<PhoneRoom>(command.seats);
  mixers_.Add(*room);
  listeners_[command.listener] = room.get();
  listener_of_[command.room] = command.listener;
}

void Switchboard::Apply(const ClosePhoneRoom& command, Timestamp) {
  const auto found = rooms_.find(command.room);
  if (found == rooms_.end()) return;
  for (auto& [id, call] : calls_) {
    if (call->room() == found->second.get()) call->LeaveRoom();
  }
  listeners_.erase(listener_of_[command.room]);
  listener_of_.erase(command.room);
  mixers_.Remove(*found->second);
  rooms_.erase(found);
}

void Switchboard::Apply(const AnswerPin& command, Timestamp now) {
  if (PhoneCall* call = Find(command.call)) call->AnswerPin(command.request, command.verdict, now);
}
void Switchboard::Apply(const AdmitCall& command, Timestamp now) {
  PhoneCall* call = Find(command.call);
  const auto room = rooms_.find(command.room);
  if (call != nullptr && room != rooms_.end()) call->Admit(command, *room->second, now);
}
void Switchboard::Apply(const RefuseCall& command, Timestamp now) {
  if (PhoneCall* call = Find(command.call)) call->Refuse(now);
}
void Switchboard::Apply(const SetCallMuted& command, Timestamp) {
  if (PhoneCall* call = Find(command.call)) call->SetMuted(command.muted);
}
void Switchboard::Apply(const SetCallHost& command, Timestamp) {
  if (PhoneCall* call = Find(command.call)) call->SetHost(command.host);
}
void Switchboard::Apply(const TellCall& command, Timestamp now) {
  if (PhoneCall* call = Find(command.call)) call->Tell(command.notice, now);
}
void Switchboard::Apply(const TellPeople& command, Timestamp now) {
  if (PhoneCall* call = Find(command.call)) call->TellPeople(command.people, now);
}
void Switchboard::Apply(const RemoveCall& command, Timestamp now) {
  PhoneCall* call = Find(command.call);
  if (call == nullptr) return;
  call->LeaveRoom();
  call->Remove(command.conference_ended, now);
}

void Switchboard::Apply(const DialOut& command, Timestamp now) { Begin(command, 1, now); }

void Switchboard::Begin(const DialOut& command, size_t server, Timestamp now) {
  if (const auto call = Dial(command, now)) {
    ++counts_.dialled;
    dials_.Add(command, *call, now, server);
    endpoint_->Flush();
  } else {
    dials_.HandleFailed(command.dial);
  }
}

std::optional<sip::CallId> Switchboard::Dial(const DialOut& command, Timestamp now) {
  if (!config_.dial_trunk || calls_.size() >= config_.calls) return std::nullopt;
  auto socket = OpenSocket();
  if (!socket) return std::nullopt;
  const sip::CallId id =
      endpoint_->agent().Invite(*config_.dial_trunk, command.number, AudioAt(socket->port()), now);
  if (id == sip::CallId()) return std::nullopt;
  PhoneCallInfo info;
  info.id = IdOf(id);
  info.dial = command.dial;
  info.entry.language =
      command.language == "zh" ? PromptLanguage::kMandarin : PromptLanguage::kEnglish;
  auto call = std::make_unique<PhoneCall>(std::move(info), context_);
  call->SetSocket(std::move(socket));
  calls_[id] = std::move(call);
  return id;
}

void Switchboard::Apply(const CancelDial& command, Timestamp now) {
  const auto call = dials_.Cancel(command.dial);
  if (!call) return;
  endpoint_->agent().Hangup(*call, now);
  endpoint_->Flush();
}

// ---- A tick

void Switchboard::Tick(Timestamp now, WallTime wall) {
  media_.Receive([&](const LocalPacket& packet) {
    const auto listener = listeners_.find(packet.transport);
    if (listener != listeners_.end()) {
      listener->second->HandleRtp(packet.packet.bytes(), packet.at);
    }
  });
  mixers_.Tick(now, wall);
  HandleNoted(now);
}

void Switchboard::HandleNoted(Timestamp now) {
  mixers_.TakeNoted(noted_);
  const std::vector<sip::CallId> overdue = dials_.TakeOverdue(now);
  for (const sip::CallId id : overdue) endpoint_->agent().Hangup(id, now);
  bool speaks = !overdue.empty();
  for (PhoneCall* call : noted_) {
    const sip::CallId id(call->id().value());
    call->HandleNoted(now);
    call->TakeEvents(events_);
    if (call->known()) dials_.LetGo(id);
    if (const auto status = call->TakeTransferAnswer()) {
      endpoint_->agent().AnswerRefer(id, *status, now);
      speaks = true;
    }
    if (!call->wants_hangup()) continue;
    speaks = true;
    endpoint_->agent().Hangup(id, now);
  }
  noted_.clear();
  media_.Flush();
  // What the agent says of it ends calls.
  if (speaks) endpoint_->Flush();
}

void Switchboard::TakeEvents(std::deque<PhoneEvent>& out) {
  dials_.TakeEvents(out);
  for (PhoneEvent& event : events_) out.push_back(std::move(event));
  events_.clear();
}

SoundCounts Switchboard::CountSound() const {
  SoundCounts counts = ended_sound_;
  for (const auto& [id, call] : calls_) {
    if (call->leg() != nullptr) counts.Add(call->leg()->receiver());
  }
  return counts;
}

double Switchboard::LowestScore() const {
  double lowest = 0;
  for (const auto& [id, call] : calls_) {
    const double score = call->leg() != nullptr ? call->leg()->stats().mean_opinion_score : 0;
    if (score > 0 && (lowest == 0 || score < lowest)) lowest = score;
  }
  return lowest;
}

PhoneCall* Switchboard::Find(PhoneCallId call) {
  const auto found = calls_.find(sip::CallId(call.value()));
  return found == calls_.end() ? nullptr : found->second.get();
}

}  // namespace parley
