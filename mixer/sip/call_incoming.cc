// A call that came in: ringing, early media, answer or refusal.

#include "mixer/sip/call.h"
#include "mixer/sip/random_text.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

// "RAck: 776656 1 INVITE" (RFC 3262 section 7.2).
struct RAck {
  uint32_t rseq = 0;
  CSeq cseq;
};

std::optional<RAck> ReadRAck(const Message& request) {
  std::string_view value = request.Find("RAck").value_or("");
  const auto rseq = ParseDecimal<uint32_t>(NextWord(value));
  const auto cseq = ParseDecimal<uint32_t>(NextWord(value));
  if (!rseq || !cseq) return std::nullopt;
  return RAck{*rseq, {*cseq, std::string(TrimSpaces(value))}};
}

}  // namespace

Call::Call(CallId id, CallOutlet& outlet, Authenticator* authenticator,
           const RequestArrived& invite, Timestamp now)
    : id_(id),
      outlet_(outlet),
      authenticator_(authenticator),
      state_(State::kIncoming),
      dialog_(Dialog::OfRequest(invite.request, invite.flow, RandomText(outlet.random()))),
      session_(outlet.config().session),
      peer_updates_(invite.request.Lists("Allow", "UPDATE")),
      invite_(invite.request),
      invite_server_(invite.transaction),
      // RFC 3262 section 3: the first may be any; a start below 2^31 leaves room to count.
      last_rseq_(outlet.random().Below(1u << 30)),
      deadline_(now + outlet.config().setup_timeout) {}

void Call::Ring(Timestamp now) {
  if (state_ != State::kIncoming || provisional_ || accept_waits_) return;
  SendProvisional(ResponseTo(invite_, 180), invite_.Lists("Require", "100rel"), now);
}

void Call::Progress(const AudioOptions& audio, Timestamp now) {
  if (state_ != State::kIncoming || provisional_ || audio_ || invite_.body.empty()) return;
  if (!AnswerOffer(audio, now)) return;
  Message response = ResponseTo(invite_, 183);
  response.SetBody(kSdpType, answer_);
  const bool reliably = invite_.Lists("Require", "100rel") || invite_.Lists("Supported", "100rel");
  SendProvisional(std::move(response), reliably, now);
  outlet_.Emit(CallEarlyMedia{id_, *audio_->stream()});
}

void Call::Accept(const AudioOptions& audio, Timestamp now) {
  if (state_ != State::kIncoming || accept_waits_) return;
  if (!audio_ && !AnswerOffer(audio, now)) return;
  // RFC 3262 section 3: a description that may be lost must arrive before the 2xx.
  if (provisional_ && provisional_->has_sdp) {
    accept_waits_ = true;
    return;
  }
  SendAnswer(now);
}

void Call::Reject(int status, Timestamp now) {
  if (state_ != State::kIncoming) return;
  RejectWith(ResponseTo(invite_, status), CallEnded::Cause::kLocalHangup, now);
}

void Call::HandleCancel(Timestamp now) {
  if (state_ == State::kIncoming) {
    return RejectWith(ResponseTo(invite_, 487), CallEnded::Cause::kCancelled, now);
  }
  // A CANCEL that crossed the 2xx does nothing (RFC 3261 section 9.2).
}

bool Call::AnswerOffer(const AudioOptions& audio, Timestamp now) {
  audio_.emplace(audio, outlet_.random());
  if (invite_.body.empty()) return true;
  auto answer = audio_->TakeOffer(invite_.body);
  if (!answer) {
    RejectWith(RefusalOf(invite_, answer.error()), CallEnded::Cause::kMedia, now);
    return false;
  }
  answer_ = std::move(*answer);
  return true;
}

void Call::SendProvisional(Message response, bool reliably, Timestamp now) {
  AddCapabilities(response);
  if (!reliably) return Respond(invite_server_, std::move(response), now);
  response.Add("Require", "100rel");
  response.Add("RSeq", std::to_string(++last_rseq_));
  const bool has_sdp = !response.body.empty();
  Respond(invite_server_, response, now);
  provisional_.emplace(Provisional{std::move(response), last_rseq_, has_sdp, {}});
  provisional_->timer.Start(outlet_.config().times, Duration::Infinite() / 2, now);
}

void Call::SendAnswer(Timestamp now) {
  Message response = ResponseTo(invite_, 200);
  AddCapabilities(response);
  session_.Answer(invite_, response, now);
  const bool offers = invite_.body.empty();
  if (offers) {
    response.SetBody(kSdpType, audio_->MakeOffer());
  } else if (!answer_delivered_) {
    response.SetBody(kSdpType, answer_);
  }
  provisional_.reset();
  state_ = State::kEstablished;
  deadline_ = Timestamp::Never();
  Respond(invite_server_, response, now);
  answered_.emplace(Answered{invite_server_, std::move(response), offers, {}});
  answered_->timer.Start(outlet_.config().times, outlet_.config().times.t2, now);
  invite_server_ = ServerId();
  ReportMedia();
}

void Call::RejectWith(Message response, CallEnded::Cause cause, Timestamp now) {
  const int status = response.status;
  Respond(invite_server_, std::move(response), now);
  invite_server_ = ServerId();
  provisional_.reset();
  state_ = State::kFinished;
  End(cause, status);
}

void Call::HandlePrack(ServerId transaction, const Message& request, Timestamp now) {
  const auto rack = ReadRAck(request);
  if (!rack) return Respond(transaction, request, 400, now);
  // The answer overtook it.
  if (!provisional_ && state_ == State::kEstablished && rack->rseq == last_rseq_) {
    return Respond(transaction, request, 200, now);
  }
  if (!provisional_ || rack->rseq != provisional_->rseq || rack->cseq != invite_.cseq) {
    return Respond(transaction, request, 481, now);
  }
  Message response = ResponseTo(request, 200);
  // RFC 3262 section 5: once answered, it may offer anew.
  if (!request.body.empty() && audio_ && audio_->stream()) {
    auto answer = audio_->TakeOffer(request.body);
    if (!answer) return Respond(transaction, RefusalOf(request, answer.error()), now);
    response.SetBody(kSdpType, std::move(*answer));
  }
  Respond(transaction, std::move(response), now);
  answer_delivered_ |= provisional_->has_sdp;
  provisional_.reset();
  if (!accept_waits_) return;
  accept_waits_ = false;
  SendAnswer(now);
}

void Call::HandleProvisionalTimeout(Timestamp now) {
  switch (provisional_->timer.HandleTimeout(now)) {
    case ResendTimer::Due::kResend:
      return Respond(invite_server_, provisional_->response, now);
    case ResendTimer::Due::kGiveUp:
      // RFC 3262 section 3: the INVITE is refused with a 5xx.
      return RejectWith(ResponseTo(invite_, 504), CallEnded::Cause::kTimeout, now);
    case ResendTimer::Due::kNothing:
      return;
  }
}

void Call::HandleAck(const Message& ack, Timestamp now) {
  if (!answered_ || ack.cseq.number != answered_->response.cseq.number) return;
  const bool offered = answered_->offered;
  answered_.reset();
  if (bye_waits_) return SendBye(now);
  if (offered) {
    if (audio_->TakeAnswer(ack.body)) return Break(CallEnded::Cause::kMedia, 488, now);
    ReportMedia();
  }
  if (modify_wanted_) Modify(now);
}

void Call::HandleAnsweredTimeout(Timestamp now) {
  switch (answered_->timer.HandleTimeout(now)) {
    case ResendTimer::Due::kResend:
      return Respond(answered_->transaction, answered_->response, now);
    case ResendTimer::Due::kGiveUp:
      // RFC 3261 section 13.3.1.4: the dialog stands and ends with a BYE.
      answered_.reset();
      End(CallEnded::Cause::kTimeout, 0);
      return SendBye(now);
    case ResendTimer::Due::kNothing:
      return;
  }
}

}  // namespace parley::sip
