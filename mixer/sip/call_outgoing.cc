// A call that we make: forks, early media, answer, refusal, and answers that come too late.

#include <algorithm>

#include "mixer/sip/call.h"
#include "mixer/sip/random_text.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {

Call::Call(CallId id, CallOutlet& outlet, Authenticator* authenticator, OutgoingCall outgoing,
           Timestamp now)
    : id_(id),
      outlet_(outlet),
      authenticator_(authenticator),
      state_(State::kOutgoing),
      session_(outlet.config().session),
      we_called_(true) {
  dialog_.call_id = RandomText(outlet.random());
  dialog_.local = std::move(outgoing.from);
  dialog_.local.set_tag(RandomText(outlet.random()));
  dialog_.remote.uri = outgoing.target;
  dialog_.target = std::move(outgoing.target);
  dialog_.flow = std::move(outgoing.flow);
  audio_.emplace(std::move(outgoing.audio), outlet.random());
  // A new call's numbers begin anywhere below 2^31; small ones leave room to count.
  dialog_.local_cseq = outlet.random().Below(1u << 16);
  invite_ = dialog_.Request("INVITE");
  AddCapabilities(invite_);
  invite_.SetBody(kSdpType, audio_->MakeOffer());
  deadline_ = now + outlet.config().setup_timeout;
  SendInvite(now);
}

void Call::SendInvite(Timestamp now) {
  Message request = invite_;
  session_.AddTo(request);
  // Not by the dialog: where the trunk is was told to us.
  invite_client_ = SendAlong(std::move(request), dialog_.flow, now);
  if (invite_client_ != ClientId()) return;
  End(CallEnded::Cause::kTransport, 503);
  state_ = State::kFinished;
}

void Call::HandleInviteResponse(const Message& response, const Flow& from, Timestamp now) {
  if (response.status < 200) return HandleProvisionalResponse(response, now);
  if (response.status < 300) return HandleAnswer(response, now);
  if (state_ == State::kOutgoing) HandleRefusal(response, from, now);
}

void Call::HandleProvisionalResponse(const Message& response, Timestamp now) {
  if (state_ != State::kOutgoing) return;
  if (!provisional_seen_ && cancel_wanted_) outlet_.Cancel(invite_client_, now);
  provisional_seen_ = true;
  if (response.status == 100 || response.to.tag().empty() || cancel_wanted_) return;
  Fork* fork = FindOrAddFork(response);
  if (!fork) return;
  if (response.Lists("Require", "100rel") && !SendPrack(*fork, response, now)) return;
  if (response.status == 180 && !ringing_told_) {
    ringing_told_ = true;
    outlet_.Emit(CallRinging{id_});
  }
  if (response.ContentType() != kSdpType || response.body.empty()) return;
  const auto before = fork->audio.stream();
  if (fork->audio.TakeAnswer(response.body) || fork->audio.stream() == before) return;
  outlet_.Emit(CallEarlyMedia{id_, *fork->audio.stream()});
}

void Call::HandleAnswer(const Message& response, Timestamp now) {
  Fork* fork = FindOrAddFork(response);
  if (!fork) return;
  fork->dialog.Refresh(response);
  if (state_ != State::kOutgoing) {
    const bool again = response.to.tag() == dialog_.remote.tag();
    // RFC 3261 section 13.2.2.4: a lost ACK is sent again; another fork's answer is declined.
    if (again && last_ack_) return outlet_.SendAck(*last_ack_, dialog_.NextHop());
    Acknowledge(*fork, response);
    SendAlong(fork->dialog.Request("BYE"), fork->dialog.NextHop(), now);
    return;
  }
  if (authenticator_) authenticator_->Accepted();
  dialog_ = fork->dialog;
  audio_ = fork->audio;
  Acknowledge(*fork, response);
  dialog_.local_cseq = std::max(dialog_.local_cseq, invite_.cseq.number);
  peer_updates_ = response.Lists("Allow", "UPDATE");
  state_ = State::kEstablished;
  deadline_ = Timestamp::Never();
  if (cancel_wanted_) return SendBye(now);
  const bool refused = !response.body.empty() && audio_->TakeAnswer(response.body).has_value();
  if (refused || !audio_->stream()) return Break(CallEnded::Cause::kMedia, 488, now);
  session_.TakeResponse(response, now);
  ReportMedia();
}

void Call::Acknowledge(const Fork& fork, const Message& response) {
  Message ack = fork.dialog.Ack(response.cseq.number);
  if (state_ == State::kOutgoing) last_ack_ = ack;
  outlet_.SendAck(ack, fork.dialog.NextHop());
}

void Call::HandleRefusal(const Message& response, const Flow& from, Timestamp now) {
  if (!cancel_wanted_) {
    auto sent = requests_.find(invite_client_);
    const bool challenged = response.status == 401 || response.status == 407;
    if (challenged && authenticator_ && sent != requests_.end()) {
      Message request = sent->second;
      if (authenticator_->Answer(response, from, request, outlet_.random(), now)) {
        request.cseq.number = ++dialog_.local_cseq;
        invite_.cseq = request.cseq;
        ForgetRequest(invite_client_);
        forks_.clear();
        invite_client_ = SendAlong(std::move(request), dialog_.flow, now);
        if (invite_client_ != ClientId()) return;
      }
    }
    if (response.status == 422 && session_.TakeTooShort(response)) {
      ForgetRequest(invite_client_);
      invite_.cseq.number = ++dialog_.local_cseq;
      return SendInvite(now);
    }
  }
  // A 3xx is a refusal like others: we call whom we were told to call.
  End(CallEnded::Cause::kRefused, response.status);
  state_ = State::kFinished;
}

Call::Fork* Call::FindOrAddFork(const Message& response) {
  auto found = std::ranges::find_if(
      forks_, [&](const Fork& fork) { return fork.dialog.remote.tag() == response.to.tag(); });
  if (found != forks_.end()) return &*found;
  if (forks_.size() >= outlet_.config().limits.forks) return nullptr;
  Dialog dialog = Dialog::OfResponse(invite_, response, dialog_.flow);
  // Each fork answers the one offer.
  return &forks_.emplace_back(Fork{std::move(dialog), *audio_, 0});
}

// False for one that was seen, or came out of order (RFC 3262 section 4).
bool Call::SendPrack(Fork& fork, const Message& response, Timestamp now) {
  const auto rseq = ParseDecimal<uint32_t>(response.Find("RSeq").value_or(""));
  if (!rseq || *rseq == 0 || (fork.rseq != 0 && *rseq != fork.rseq + 1)) return false;
  fork.rseq = *rseq;
  fork.dialog.Refresh(response);
  Message prack = fork.dialog.Request("PRACK");
  prack.Add("RAck", std::to_string(*rseq) + ' ' + std::to_string(response.cseq.number) + " INVITE");
  SendAlong(std::move(prack), fork.dialog.NextHop(), now);
  return true;
}

}  // namespace parley::sip
