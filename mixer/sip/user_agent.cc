#include "mixer/sip/user_agent.h"

#include <algorithm>
#include <array>
#include <span>

#include "mixer/sip/random_text.h"
#include "sfu/base/check.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

constexpr std::array<std::string_view, 3> kOptionTags = {"100rel", "timer", "norefersub"};
// Methods that have their meaning within a dialog only.
constexpr std::array<std::string_view, 6> kDialogMethods = {"BYE",  "PRACK", "UPDATE",
                                                            "INFO", "REFER", "NOTIFY"};
// Methods that exist and are not for us.
constexpr std::array<std::string_view, 4> kForeignMethods = {"REGISTER", "SUBSCRIBE", "MESSAGE",
                                                             "PUBLISH"};

bool Has(std::span<const std::string_view> list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

std::string DialogKey(std::string_view call_id, std::string_view local_tag) {
  return std::string(call_id) + ' ' + std::string(local_tag);
}

// RFC 3261 section 8.2.2.2: the same request by another way.
std::string OriginKey(const Message& request) {
  return request.call_id + ' ' + std::string(request.from.tag()) + ' ' +
         std::to_string(request.cseq.number);
}

// RFC 3261 section 20.1: no Accept is application/sdp.
bool AcceptsSdp(const Message& request) {
  const auto types = request.List("Accept");
  if (types.empty()) return true;
  return std::ranges::any_of(types, [](std::string_view type) {
    const std::string bare = AsciiLower(TrimSpaces(CutUntil(type, ';')));
    return bare == kSdpType || bare == "application/*" || bare == "*/*";
  });
}

// RFC 3325 section 9.1; nothing where there are two, as sip and as tel.
std::string AssertedIn(const Message& invite) {
  const auto value = invite.Find("P-Asserted-Identity");
  const auto who = value ? NameAddr::Parse(*value) : std::nullopt;
  return who ? who->uri.DecodedUser() : std::string();
}

}  // namespace

UserAgent::UserAgent(AgentConfig config, RandomSource& random)
    : config_(std::move(config)),
      random_(random),
      transactions_(config_.local, config_.times, config_.limits.transactions, random),
      outlet_(config_, transactions_, random),
      strangers_(config_.limits.strangers) {
  for (const TrunkConfig& trunk : config_.trunks) {
    trunks_.push_back(std::make_unique<Trunk>(trunk, outlet_.Contact(trunk.flow), random));
    told_.push_back({});
  }
}

void UserAgent::HandleMessage(std::string_view bytes, const Flow& from, Timestamp now,
                              bool broken) {
  const auto raw = RawMessage::Parse(bytes);
  if (!raw) {
    ++counters_.malformed;
    return;
  }
  auto message = broken ? std::unexpected(raw->fault.value_or(Fault{400, "Bad Content-Length"}))
                        : Message::Parse(*raw);
  if (!message) return Refuse(*raw, message.error(), from);
  if (!MayEnter(*message, bytes.size(), from, now)) {
    ++counters_.strangers_dropped;
    return;
  }
  transactions_.HandleMessage(std::move(*message), from, now);
  Pump(now);
}

void UserAgent::Refuse(const RawMessage& raw, const Fault& fault, const Flow& from) {
  ++counters_.malformed;
  // An ACK is never answered, nor is a response.
  if (!raw.is_request || raw.method == "ACK") return;
  transactions_.SendRaw(from, raw.Reject(fault, RandomText(random_)));
}

bool UserAgent::MayEnter(const Message& message, size_t bytes, const Flow& from, Timestamp now) {
  // An ACK and a response make nothing; what belongs to something is no stranger's.
  if (!message.is_request() || message.is("ACK") || TrunkAt(from.remote)) return true;
  if (message.is("CANCEL") && transactions_.FindCancelled(message)) return true;
  if (FindByDialog(message) != CallId() || transactions_.Knows(message, from)) return true;
  return bytes <= config_.limits.stranger_bytes && strangers_.Take(from.remote, now);
}

void UserAgent::HandleTransportFailure(const Flow& flow, Timestamp now) {
  transactions_.HandleTransportFailure(flow);
  Pump(now);
}

void UserAgent::HandleTimeout(Timestamp now) {
  transactions_.HandleTimeout(now);
  Pump(now);
  for (auto due = deadlines_.TakeDue(now); due; due = deadlines_.TakeDue(now)) {
    if (Call* call = Find(*due)) call->HandleTimeout(now);
    Settle(*due);
  }
  for (size_t i = 0; i < trunks_.size(); ++i) {
    trunks_[i]->HandleTimeout(now);
    Flush(i, now);
  }
  Pump(now);
}

Timestamp UserAgent::NextTimeout() const {
  Timestamp next = std::min(transactions_.NextTimeout(), deadlines_.Next());
  for (const auto& trunk : trunks_) next = std::min(next, trunk->NextTimeout());
  return next;
}

void UserAgent::SetTrunkServers(size_t trunk, std::vector<Flow> servers, Timestamp now) {
  trunks_.at(trunk)->SetServers(std::move(servers), now);
}

void UserAgent::Stop(Timestamp now) {
  std::vector<CallId> ids;
  ids.reserve(calls_.size());
  for (const auto& [id, entry] : calls_) ids.push_back(id);
  for (CallId id : ids) Hangup(id, now);
  for (size_t i = 0; i < trunks_.size(); ++i) {
    trunks_[i]->Stop();
    Flush(i, now);
  }
}

CallId UserAgent::Invite(size_t trunk, std::string_view number, AudioOptions audio, Timestamp now) {
  Trunk& through = *trunks_.at(trunk);
  if (!through.resolved()) return CallId();
  const TrunkConfig& config = through.config();
  NameAddr from;
  from.uri = Uri::Sip(config.user, config.domain);
  const CallId id = Begin(
      through.authenticator(),
      {Uri::Sip(number, config.domain), std::move(from), through.flow(), std::move(audio)}, now);
  if (const auto call = calls_.find(id); call != calls_.end()) {
    call->second.trunk = trunk;
    call->second.through = through.flow();
  }
  return id;
}

CallId UserAgent::Invite(const Uri& target, const Flow& flow, AudioOptions audio, Timestamp now) {
  NameAddr from;
  from.uri = Uri::Sip(config_.user, config_.local.host);
  return Begin(nullptr, {target, std::move(from), flow, std::move(audio)}, now);
}

CallId UserAgent::Begin(Authenticator* authenticator, OutgoingCall outgoing, Timestamp now) {
  if (live_calls_ >= config_.limits.calls) return CallId();
  const CallId id(++last_call_);
  ++counters_.calls_out;
  Add(id, std::make_unique<Call>(id, outlet_, authenticator, std::move(outgoing), now), "");
  Settle(id);
  Pump(now);
  return id;
}

void UserAgent::Ring(CallId call, Timestamp now) {
  Do(call, now, [&](Call& c) { c.Ring(now); });
}
void UserAgent::Progress(CallId call, const AudioOptions& audio, Timestamp now) {
  Do(call, now, [&](Call& c) { c.Progress(audio, now); });
}
void UserAgent::Accept(CallId call, const AudioOptions& audio, Timestamp now) {
  Do(call, now, [&](Call& c) { c.Accept(audio, now); });
}
void UserAgent::Reject(CallId call, int status, Timestamp now) {
  PARLEY_CHECK(status >= 300 && status <= 699);
  Do(call, now, [&](Call& c) { c.Reject(status, now); });
}
void UserAgent::Hangup(CallId call, Timestamp now) {
  Do(call, now, [&](Call& c) { c.Hangup(now); });
}
void UserAgent::Hold(CallId call, bool hold, Timestamp now) {
  Do(call, now, [&](Call& c) { c.Hold(hold, now); });
}
void UserAgent::Move(CallId call, const SocketAddress& rtp, Timestamp now) {
  Do(call, now, [&](Call& c) { c.Move(rtp, now); });
}
void UserAgent::Refer(CallId call, const Uri& target, Timestamp now) {
  Do(call, now, [&](Call& c) { c.Refer(target, now); });
}
void UserAgent::AnswerRefer(CallId call, int status, Timestamp now) {
  Do(call, now, [&](Call& c) { c.AnswerRefer(status, now); });
}

uint64_t UserAgent::authentication_failures() const {
  uint64_t failures = 0;
  for (const auto& trunk : trunks_) {
    if (const Authenticator* authenticator = trunk->authenticator()) {
      failures += authenticator->failures();
    }
  }
  return failures;
}

void UserAgent::Pump(Timestamp now) {
  while (auto event = transactions_.PollEvent()) {
    std::visit([&](auto& e) { Handle(e, now); }, *event);
  }
}

void UserAgent::Handle(RequestArrived& event, Timestamp now) {
  const Message& request = event.request;
  if (request.is("CANCEL")) return HandleCancel(event, now);
  if (request.to.tag().empty()) return HandleNewRequest(event, now);
  const CallId id = FindByDialog(request);
  Call* call = Find(id);
  if (!call || !call->IsFrom(request.from.tag())) return Respond(event, 481, now);
  // RFC 3261 section 8.2.2.3 holds within a dialog as well.
  if (auto objection = Objection(request)) return Respond(event, std::move(*objection), now);
  call->HandleRequest(event.transaction, request, event.flow, now);
  Settle(id);
}

void UserAgent::Handle(AckArrived& event, Timestamp now) {
  const CallId id = FindByDialog(event.ack);
  Call* call = Find(id);
  if (!call || !call->IsFrom(event.ack.from.tag())) return;
  call->HandleAck(event.ack, now);
  Settle(id);
}

void UserAgent::Handle(ResponseArrived& event, Timestamp now) {
  auto trunk = trunk_requests_.find(event.transaction);
  if (trunk != trunk_requests_.end()) {
    const size_t index = trunk->second;
    if (event.response.status >= 200) trunk_requests_.erase(trunk);
    trunks_[index]->HandleResponse(event.response, event.flow, now);
    return Flush(index, now);
  }
  const CallId id = outlet_.OwnerOf(event.transaction);
  if (Call* call = Find(id)) {
    if (event.response.status == 503) BlameTrunk(id, now);
    call->HandleResponse(event.transaction, event.response, event.flow, now);
    Settle(id);
  }
}

void UserAgent::Handle(ClientFailed& event, Timestamp now) {
  auto trunk = trunk_requests_.find(event.transaction);
  if (trunk != trunk_requests_.end()) {
    const size_t index = trunk->second;
    trunk_requests_.erase(trunk);
    trunks_[index]->HandleFailure(event.method, now);
    return Flush(index, now);
  }
  const CallId id = outlet_.OwnerOf(event.transaction);
  if (Call* call = Find(id)) {
    BlameTrunk(id, now);
    call->HandleFailure(event.transaction, event.timed_out, now);
    Settle(id);
  }
}

void UserAgent::BlameTrunk(CallId call, Timestamp now) {
  const Entry& entry = calls_.at(call);
  if (!entry.trunk) return;
  trunks_[*entry.trunk]->HandleCallFailure(entry.through, now);
  Flush(*entry.trunk, now);
}

void UserAgent::HandleCancel(const RequestArrived& event, Timestamp now) {
  const auto cancelled = transactions_.FindCancelled(event.request);
  if (!cancelled) return Respond(event, 481, now);
  Respond(event, 200, now);
  auto found = origins_.find(OriginKey(event.request));
  if (found == origins_.end()) return;
  const CallId id = found->second;
  Call* call = Find(id);
  if (!call || call->invite_server() != *cancelled) return;
  call->HandleCancel(now);
  Settle(id);
}

void UserAgent::HandleNewRequest(const RequestArrived& event, Timestamp now) {
  const Message& request = event.request;
  const bool begins = request.is("INVITE") || request.is("OPTIONS");
  if (Has(kDialogMethods, request.method)) return Respond(event, 481, now);
  if (!begins) {
    Message response =
        Message::ResponseTo(request, Has(kForeignMethods, request.method) ? 405 : 501);
    response.Add("Allow", kAllowedMethods);
    return Respond(event, std::move(response), now);
  }
  if (auto objection = Objection(request)) return Respond(event, std::move(*objection), now);
  if (request.is("INVITE")) return HandleInvite(event, now);
  Message response = Message::ResponseTo(request, 200);
  response.contacts = {outlet_.Contact(event.flow)};
  response.Add("Allow", kAllowedMethods);
  response.Add("Supported", kSupportedOptions);
  response.Add("Accept", kSdpType);
  Respond(event, std::move(response), now);
}

std::optional<Message> UserAgent::Objection(const Message& request) const {
  const auto refuse = [&](int status) { return Message::ResponseTo(request, status); };
  if (!request.request_uri.is_sip() && request.request_uri.scheme != "tel") return refuse(416);
  std::string unknown;
  for (const std::string& option : request.List("Require")) {
    if (Has(kOptionTags, AsciiLower(option))) continue;
    unknown += (unknown.empty() ? "" : ", ") + option;
  }
  if (!unknown.empty()) {
    Message response = refuse(420);
    response.Add("Unsupported", unknown);
    return response;
  }
  if (!request.is("INVITE")) return std::nullopt;
  const bool encoded =
      std::ranges::any_of(request.List("Content-Encoding"),
                          [](const auto& coding) { return !EqualsIgnoreCase(coding, "identity"); });
  if (encoded || (!request.body.empty() && request.ContentType() != kSdpType)) {
    Message response = refuse(415);
    response.Add("Accept", kSdpType);
    response.Add("Accept-Encoding", "identity");
    return response;
  }
  if (!AcceptsSdp(request)) return refuse(406);
  return std::nullopt;
}

void UserAgent::HandleInvite(const RequestArrived& event, Timestamp now) {
  const Message& invite = event.request;
  std::string origin = OriginKey(invite);
  if (origins_.contains(origin)) return Respond(event, 482, now);
  if (live_calls_ >= config_.limits.calls ||
      calls_.size() >= config_.limits.calls + config_.limits.ended_calls) {
    ++counters_.invites_refused;
    Message response = Message::ResponseTo(invite, 503);
    response.Add("Retry-After", "30");
    return Respond(event, std::move(response), now);
  }
  if (SessionTimer(config_.session).TooShort(invite)) {
    Message response = Message::ResponseTo(invite, 422);
    response.Add("Min-SE", std::to_string(config_.session.min.ms() / 1000));
    return Respond(event, std::move(response), now);
  }
  if (!invite.body.empty()) {
    if (const auto refusal = AudioNegotiation::Judge(invite.body, config_.audio)) {
      Message response = Message::ResponseTo(invite, refusal->status);
      response.Add("Warning", std::to_string(refusal->warning) + ' ' + config_.local.host + " \"" +
                                  refusal->text + '"');
      return Respond(event, std::move(response), now);
    }
  }
  const auto trunk = TrunkAt(event.flow.remote);
  Authenticator* authenticator = trunk ? trunks_[*trunk]->authenticator() : nullptr;
  const CallId id(++last_call_);
  ++counters_.calls_in;
  Add(id, std::make_unique<Call>(id, outlet_, authenticator, event, now), std::move(origin));
  Settle(id);
  outlet_.Emit(IncomingCall{id, invite.request_uri.DecodedUser(), invite.from.uri.DecodedUser(),
                            invite.from.display, std::string(invite.Find("Identity").value_or("")),
                            trunk ? AssertedIn(invite) : std::string(), trunk, event.flow.remote});
}

void UserAgent::Respond(const RequestArrived& event, int status, Timestamp now) {
  Respond(event, Message::ResponseTo(event.request, status), now);
}

void UserAgent::Respond(const RequestArrived& event, Message response, Timestamp now) {
  if (response.to.tag().empty()) response.to.set_tag(RandomText(random_));
  outlet_.Respond(event.transaction, std::move(response), now);
}

CallId UserAgent::Add(CallId id, std::unique_ptr<Call> call, std::string origin) {
  std::string dialog = DialogKey(call->call_id(), call->local_tag());
  dialogs_.emplace(dialog, id);
  if (!origin.empty()) origins_.emplace(origin, id);
  calls_.emplace(id, Entry{.call = std::move(call),
                           .live = true,
                           .dialog = std::move(dialog),
                           .origin = std::move(origin),
                           .trunk = {},
                           .through = {}});
  ++live_calls_;
  return id;
}

Call* UserAgent::Find(CallId id) {
  auto found = calls_.find(id);
  return found == calls_.end() ? nullptr : found->second.call.get();
}

CallId UserAgent::FindByDialog(const Message& request) const {
  auto found = dialogs_.find(DialogKey(request.call_id, request.to.tag()));
  return found == dialogs_.end() ? CallId() : found->second;
}

void UserAgent::Settle(CallId id) {
  auto found = calls_.find(id);
  if (found == calls_.end()) return;
  Entry& entry = found->second;
  const Call::State state = entry.call->state();
  if (entry.live && (state == Call::State::kEnding || state == Call::State::kFinished)) {
    entry.live = false;
    --live_calls_;
  }
  if (state != Call::State::kFinished) {
    deadlines_.Set(id, entry.call->NextTimeout());
    return;
  }
  deadlines_.Set(id, Timestamp::Never());
  dialogs_.erase(entry.dialog);
  if (!entry.origin.empty()) origins_.erase(entry.origin);
  calls_.erase(found);
}

void UserAgent::Flush(size_t index, Timestamp now) {
  Trunk& trunk = *trunks_[index];
  while (auto request = trunk.PollRequest()) {
    const std::string method = request->method;
    request->Add("User-Agent", config_.product);
    const ClientId id = transactions_.Send(std::move(*request), trunk.flow(), now);
    if (id != ClientId()) {
      trunk_requests_.emplace(id, index);
    } else {
      trunk.HandleFailure(method, now);
    }
  }
  TrunkChanged state{.trunk = index,
                     .registered = trunk.registered(),
                     .reachable = trunk.reachable(),
                     .status = trunk.last_status(),
                     .registration = trunk.register_status()};
  // Before the first answer there is nothing to tell.
  const bool retries = !state.registered && state.registration != 0;
  if (retries) state.next_try = trunk.register_at();
  TrunkChanged& told = told_[index];
  if (state == told) return;
  told = state;
  outlet_.Emit(state);
}

std::optional<size_t> UserAgent::TrunkAt(const SocketAddress& address) const {
  for (size_t i = 0; i < trunks_.size(); ++i) {
    if (trunks_[i]->Is(address)) return i;
  }
  return std::nullopt;
}

}  // namespace parley::sip
