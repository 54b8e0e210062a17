#include "mixer/sip/call.h"

#include <algorithm>

#include "mixer/sip/dtmf_info.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

// "SIP/2.0 200 OK" of a NOTIFY's message/sipfrag (RFC 3515 section 2.4.5).
int StatusOfFragment(std::string_view body) {
  if (CutUntil(body, ' ') != "SIP/2.0") return 0;
  const auto status = ParseDecimal<uint16_t>(body.substr(0, 3));
  return status && *status >= 100 && *status <= 699 ? *status : 0;
}

}  // namespace

Call::~Call() {
  for (const auto& [transaction, request] : requests_) outlet_.Forget(transaction);
}

void Call::HandleRequest(ServerId transaction, const Message& request, const Flow& from,
                         Timestamp now) {
  // RFC 3261 section 12.2.2. Before an answer each fork counts for itself.
  if (state_ != State::kOutgoing && !dialog_.TakeCSeq(request.cseq.number)) {
    return Respond(transaction, request, 500, now);
  }
  if (state_ == State::kEnding || state_ == State::kFinished) {
    return Respond(transaction, request, request.is("BYE") ? 200 : 481, now);
  }
  // The peer may have been given another address by its NAT, or have a new connection.
  if (from.transport == dialog_.flow.transport) dialog_.flow = from;
  if (request.is("BYE")) return HandleBye(transaction, request, now);
  if (request.is("INVITE")) return HandleReinvite(transaction, request, now);
  if (request.is("UPDATE")) return HandleUpdate(transaction, request, now);
  if (request.is("PRACK")) return HandlePrack(transaction, request, now);
  if (request.is("INFO")) return HandleInfo(transaction, request, now);
  if (request.is("REFER")) return HandleRefer(transaction, request, now);
  if (request.is("NOTIFY")) return HandleNotify(transaction, request, now);
  Message response = ResponseTo(request, request.is("OPTIONS") ? 200 : 405);
  AddCapabilities(response);
  Respond(transaction, std::move(response), now);
}

void Call::HandleResponse(ClientId transaction, const Message& response, const Flow& from,
                          Timestamp now) {
  if (transaction == invite_client_) return HandleInviteResponse(response, from, now);
  if (transaction == modify_client_) return HandleModifyResponse(response, from, now);
  if (transaction == modified_client_) {
    if (last_ack_) outlet_.SendAck(*last_ack_, dialog_.NextHop());
    return;
  }
  auto found = requests_.find(transaction);
  if (found == requests_.end() || response.status < 200) return;
  const std::string method = found->second.method;
  if (Authenticate(transaction, response, from, now)) return;
  ForgetRequest(transaction);
  if (method == "BYE") {
    FinishAfterBye(response.to.tag());
  } else if (method == "REFER") {
    HandleReferResponse(response);
  }
}

void Call::HandleFailure(ClientId transaction, bool timed_out, Timestamp now) {
  auto found = requests_.find(transaction);
  if (found == requests_.end()) return;
  const std::string method = found->second.method;
  const std::string to_tag(found->second.to.tag());
  ForgetRequest(transaction);
  const auto cause = timed_out ? CallEnded::Cause::kTimeout : CallEnded::Cause::kTransport;
  if (transaction == invite_client_) {
    if (state_ != State::kOutgoing) return;
    End(cause, 0);
    state_ = State::kFinished;
  } else if (transaction == modify_client_) {
    // RFC 3261 section 12.2.1.2: no answer within a dialog ends it.
    modify_client_ = ClientId();
    Break(cause, 0, now);
  } else if (method == "BYE") {
    FinishAfterBye(to_tag);
  } else if (method == "REFER") {
    outlet_.Emit(CallReferResult{id_, 408});
  }
}

void Call::Hangup(Timestamp now) {
  switch (state_) {
    case State::kIncoming:
      return Reject(480, now);
    case State::kOutgoing:
      End(CallEnded::Cause::kLocalHangup, 0);
      cancel_wanted_ = true;
      // RFC 3261 section 9.1: not before a provisional response.
      if (provisional_seen_) outlet_.Cancel(invite_client_, now);
      deadline_ = now + outlet_.config().times.give_up();
      return;
    case State::kEstablished:
      return Break(CallEnded::Cause::kLocalHangup, 0, now);
    case State::kEnding:
    case State::kFinished:
      return;
  }
}

void Call::Refer(const Uri& target, Timestamp now) {
  if (state_ != State::kEstablished) return;
  Message request = dialog_.Request("REFER");
  request.Add("Refer-To", NameAddr{"", target, {}}.ToString());
  request.Add("Referred-By", NameAddr{"", dialog_.local.uri, {}}.ToString());
  Send(std::move(request), now);
}

void Call::AnswerRefer(int status, Timestamp now) {
  if (refer_server_ == ServerId()) return;
  const bool accepted = status >= 200 && status < 300;
  const bool notify = accepted && !refer_.Lists("Refer-Sub", "false");
  Message response = ResponseTo(refer_, accepted ? 202 : status);
  // RFC 4488 section 3: no subscription was made.
  if (accepted && !notify) response.Add("Refer-Sub", "false");
  Respond(refer_server_, std::move(response), now);
  refer_server_ = ServerId();
  if (!notify || state_ != State::kEstablished) return;
  Message request = dialog_.Request("NOTIFY");
  request.Add("Event", "refer");
  request.Add("Subscription-State", "terminated;reason=noresource");
  request.SetBody("message/sipfrag;version=2.0", "SIP/2.0 200 OK\r\n");
  Send(std::move(request), now);
}

void Call::HandleTimeout(Timestamp now) {
  if (provisional_) HandleProvisionalTimeout(now);
  if (answered_) HandleAnsweredTimeout(now);
  if (state_ == State::kEstablished) {
    switch (session_.HandleTimeout(now)) {
      case SessionTimer::Due::kRefresh:
        Refresh(now);
        break;
      case SessionTimer::Due::kExpired:
        Break(CallEnded::Cause::kTimeout, 0, now);
        break;
      case SessionTimer::Due::kNothing:
        break;
    }
  }
  if (now >= modify_at_) {
    modify_at_ = Timestamp::Never();
    Modify(now);
  }
  if (now < deadline_) return;
  deadline_ = Timestamp::Never();
  if (state_ == State::kIncoming) {
    RejectWith(ResponseTo(invite_, 480), CallEnded::Cause::kTimeout, now);
  } else if (state_ == State::kOutgoing && !cancel_wanted_) {
    End(CallEnded::Cause::kTimeout, 408);
    Hangup(now);
  } else if (state_ != State::kEstablished) {
    state_ = State::kFinished;
  }
}

Timestamp Call::NextTimeout() const {
  Timestamp next = std::min(deadline_, modify_at_);
  if (provisional_) next = std::min(next, provisional_->timer.NextTimeout());
  if (answered_) next = std::min(next, answered_->timer.NextTimeout());
  if (state_ == State::kEstablished) next = std::min(next, session_.NextTimeout());
  return next;
}

ClientId Call::Send(Message request, Timestamp now) {
  return SendAlong(std::move(request), dialog_.NextHop(), now);
}

ClientId Call::SendAlong(Message request, const Flow& to, Timestamp now) {
  if (!request.is("BYE") && request.contacts.empty()) request.contacts = {outlet_.Contact(to)};
  const ClientId transaction = outlet_.Send(id_, request, to, now);
  if (transaction != ClientId()) requests_.emplace(transaction, std::move(request));
  return transaction;
}

void Call::Respond(ServerId transaction, const Message& request, int status, Timestamp now) {
  Respond(transaction, ResponseTo(request, status), now);
}

void Call::Respond(ServerId transaction, Message response, Timestamp now) {
  outlet_.Respond(transaction, std::move(response), now);
}

Message Call::ResponseTo(const Message& request, int status) const {
  Message response = Message::ResponseTo(request, status);
  if (status > 100) response.to.set_tag(dialog_.local.tag());
  if ((request.is("INVITE") || request.is("UPDATE")) && status > 100 && status < 300) {
    response.contacts = {outlet_.Contact(dialog_.flow)};
  }
  return response;
}

Message Call::RefusalOf(const Message& request, const SdpRefusal& refusal) const {
  Message response = ResponseTo(request, refusal.status);
  response.Add("Warning", std::to_string(refusal.warning) + ' ' + outlet_.config().local.host +
                              " \"" + refusal.text + '"');
  return response;
}

void Call::AddCapabilities(Message& message) const {
  message.Add("Allow", kAllowedMethods);
  message.Add("Supported", kSupportedOptions);
  message.Add("Accept", kSdpType);
}

bool Call::Authenticate(ClientId& transaction, const Message& refusal, const Flow& from,
                        Timestamp now) {
  auto found = requests_.find(transaction);
  if (found == requests_.end() || !authenticator_) return false;
  const Message& sent = found->second;
  if (refusal.status < 400 && (sent.Find("Authorization") || sent.Find("Proxy-Authorization"))) {
    authenticator_->Accepted();
  }
  if (refusal.status != 401 && refusal.status != 407) return false;
  Message request = sent;
  if (!authenticator_->Answer(refusal, from, request, outlet_.random(), now)) return false;
  request.cseq.number = ++dialog_.local_cseq;
  ForgetRequest(transaction);
  transaction = Send(std::move(request), now);
  return transaction != ClientId();
}

void Call::ForgetRequest(ClientId transaction) {
  outlet_.Forget(transaction);
  requests_.erase(transaction);
}

void Call::SendBye(Timestamp now) {
  session_.Stop();
  state_ = State::kEnding;
  deadline_ = now + outlet_.config().times.give_up() * 2;
  if (Send(dialog_.Request("BYE"), now) == ClientId()) state_ = State::kFinished;
}

// The BYE of a fork that answered too late ends only that.
void Call::FinishAfterBye(std::string_view to_tag) {
  if (state_ == State::kEnding && to_tag == dialog_.remote.tag()) state_ = State::kFinished;
}

void Call::End(CallEnded::Cause cause, int status) {
  if (ended_) return;
  ended_ = true;
  outlet_.Emit(CallEnded{id_, cause, status});
}

void Call::Break(CallEnded::Cause cause, int status, Timestamp now) {
  if (state_ != State::kEstablished) return;
  End(cause, status);
  // RFC 3261 section 15: who was called says no BYE before the ACK, or its time, has come.
  if (answered_) {
    bye_waits_ = true;
  } else {
    SendBye(now);
  }
}

void Call::ReportMedia() {
  if (ended_ || !audio_ || !audio_->stream() || audio_->stream() == reported_) return;
  const bool first = !reported_;
  reported_ = audio_->stream();
  if (first) {
    outlet_.Emit(CallEstablished{id_, *reported_});
  } else {
    outlet_.Emit(CallMediaChanged{id_, *reported_, !reported_->we_send});
  }
}

void Call::HandleBye(ServerId transaction, const Message& request, Timestamp now) {
  Respond(transaction, request, 200, now);
  if (state_ == State::kIncoming) {
    return RejectWith(ResponseTo(invite_, 487), CallEnded::Cause::kRemoteHangup, now);
  }
  // An early dialog that ends: the others go on.
  if (state_ == State::kOutgoing) return;
  session_.Stop();
  answered_.reset();
  End(CallEnded::Cause::kRemoteHangup, 0);
  // A 2xx of ours or the peer's may still be on its way.
  state_ = State::kEnding;
  deadline_ = now + outlet_.config().times.give_up();
}

void Call::HandleInfo(ServerId transaction, const Message& request, Timestamp now) {
  const std::string type = request.ContentType();
  if (const auto dtmf = DtmfInfo::Parse(type, request.body)) {
    Respond(transaction, request, 200, now);
    if (!ended_) outlet_.Emit(CallDtmf{id_, dtmf->digit, dtmf->duration});
    return;
  }
  // Without a body it asks whether the call stands (RFC 2976).
  if (request.body.empty()) return Respond(transaction, request, 200, now);
  Message response = ResponseTo(request, 415);
  response.Add("Accept", "application/dtmf-relay, application/dtmf");
  Respond(transaction, std::move(response), now);
}

void Call::HandleRefer(ServerId transaction, const Message& request, Timestamp now) {
  const auto value = request.Find("Refer-To");
  const auto target = value ? NameAddr::Parse(*value) : std::nullopt;
  if (!target) return Respond(transaction, request, 400, now);
  if (state_ != State::kEstablished || ended_ || refer_server_ != ServerId()) {
    return Respond(transaction, request, 491, now);
  }
  refer_server_ = transaction;
  refer_ = request;
  outlet_.Emit(CallReferred{id_, target->uri});
}

void Call::HandleNotify(ServerId transaction, const Message& request, Timestamp now) {
  std::string_view event = request.Find("Event").value_or("");
  if (!EqualsIgnoreCase(TrimSpaces(CutUntil(event, ';')), "refer")) {
    return Respond(transaction, request, 489, now);
  }
  Respond(transaction, request, 200, now);
  const int status = StatusOfFragment(request.body);
  if (status >= 200) outlet_.Emit(CallReferResult{id_, status});
}

void Call::HandleReferResponse(const Message& response) {
  const bool accepted = response.status < 300;
  // What comes of an accepted one is told by NOTIFY, unless the peer makes no subscription.
  if (!accepted || response.Lists("Refer-Sub", "false")) {
    outlet_.Emit(CallReferResult{id_, response.status});
  }
}

}  // namespace parley::sip
