// Changes to a call that stands: re-INVITE and UPDATE, the peer's and ours.

#include <utility>

#include "mixer/sip/call.h"

namespace parley::sip {

void Call::HandleReinvite(ServerId transaction, const Message& request, Timestamp now) {
  // RFC 3261 section 14.2.
  if (modify_client_ != ClientId()) return Respond(transaction, request, 491, now);
  if (state_ != State::kEstablished || answered_) {
    Message response = ResponseTo(request, 500);
    response.Add("Retry-After", std::to_string(outlet_.random().Below(10)));
    return Respond(transaction, std::move(response), now);
  }
  if (session_.TooShort(request)) {
    Message response = ResponseTo(request, 422);
    response.Add("Min-SE", std::to_string(session_.min().ms() / 1000));
    return Respond(transaction, std::move(response), now);
  }
  Message response = ResponseTo(request, 200);
  const bool offers = request.body.empty();
  if (offers) {
    response.SetBody(kSdpType, audio_->MakeOffer());
  } else {
    auto answer = audio_->TakeOffer(request.body);
    if (!answer) return Respond(transaction, RefusalOf(request, answer.error()), now);
    response.SetBody(kSdpType, std::move(*answer));
  }
  dialog_.Refresh(request);
  AddCapabilities(response);
  session_.Answer(request, response, now);
  Respond(transaction, response, now);
  answered_.emplace(Answered{transaction, std::move(response), offers, {}});
  answered_->timer.Start(outlet_.config().times, outlet_.config().times.t2, now);
  ReportMedia();
}

void Call::HandleUpdate(ServerId transaction, const Message& request, Timestamp now) {
  const bool offers = !request.body.empty();
  if (session_.TooShort(request)) {
    Message response = ResponseTo(request, 422);
    response.Add("Min-SE", std::to_string(session_.min().ms() / 1000));
    return Respond(transaction, std::move(response), now);
  }
  // RFC 3311 section 5.2: not while an offer is open.
  const bool open = modify_client_ != ClientId() || (answered_ && answered_->offered) ||
                    state_ == State::kOutgoing || !audio_ || !audio_->stream() ||
                    (provisional_ && provisional_->has_sdp);
  if (offers && open) return Respond(transaction, request, 491, now);
  Message response = ResponseTo(request, 200);
  if (offers) {
    auto answer = audio_->TakeOffer(request.body);
    if (!answer) return Respond(transaction, RefusalOf(request, answer.error()), now);
    response.SetBody(kSdpType, std::move(*answer));
  }
  if (state_ == State::kEstablished) {
    dialog_.Refresh(request);
    session_.Answer(request, response, now);
  }
  Respond(transaction, std::move(response), now);
  if (state_ == State::kEstablished) ReportMedia();
}

void Call::Hold(bool hold, Timestamp now) {
  if (!audio_) return;
  audio_->Hold(hold);
  Modify(now);
}

void Call::Move(const SocketAddress& rtp, Timestamp now) {
  if (!audio_) return;
  audio_->Move(rtp);
  Modify(now);
}

bool Call::BusyModifying() const {
  return modify_client_ != ClientId() || answered_ || !modify_at_.IsNever();
}

void Call::Modify(Timestamp now) {
  if (state_ != State::kEstablished || ended_ || !audio_->stream()) return;
  if (BusyModifying()) {
    modify_wanted_ = true;
    return;
  }
  modify_wanted_ = false;
  refresh_only_ = false;
  Message request = dialog_.Request("INVITE");
  AddCapabilities(request);
  session_.AddTo(request);
  request.SetBody(kSdpType, audio_->MakeOffer());
  modify_client_ = Send(std::move(request), now);
}

void Call::Refresh(Timestamp now) {
  // A change under way refreshes as well.
  if (BusyModifying()) return;
  if (!peer_updates_) return Modify(now);
  refresh_only_ = true;
  Message request = dialog_.Request("UPDATE");
  request.Add("Supported", kSupportedOptions);
  session_.AddTo(request);
  modify_client_ = Send(std::move(request), now);
}

void Call::HandleModifyResponse(const Message& response, const Flow& from, Timestamp now) {
  const bool invite = response.cseq.method == "INVITE";
  if (response.status < 200) return;
  if (Authenticate(modify_client_, response, from, now)) return;
  // An accepted INVITE's transaction stays with us, for a 2xx that comes again.
  const ClientId done = std::exchange(modify_client_, ClientId());
  if (invite && response.status < 300) {
    ForgetRequest(std::exchange(modified_client_, done));
  } else {
    ForgetRequest(done);
  }
  if (state_ != State::kEstablished) return;
  if (response.status < 300) {
    dialog_.Refresh(response);
    if (invite) {
      last_ack_ = dialog_.Ack(response.cseq.number);
      outlet_.SendAck(*last_ack_, dialog_.NextHop());
    }
    session_.TakeResponse(response, now);
    if (!refresh_only_ && !response.body.empty() && audio_->TakeAnswer(response.body)) {
      return Break(CallEnded::Cause::kMedia, 488, now);
    }
    ReportMedia();
    if (modify_wanted_) Modify(now);
    return;
  }
  if (response.status == 408 || response.status == 481) {
    return Break(CallEnded::Cause::kTimeout, response.status, now);
  }
  if (response.status == 491) {
    // RFC 3261 section 14.1: whoever made the call waits longer.
    const uint32_t from_ms = we_called_ ? 2'100 : 0;
    const uint32_t span_ms = we_called_ ? 1'900 : 2'000;
    modify_at_ = now + Duration::Millis(from_ms + outlet_.random().Below(span_ms / 10) * 10);
  } else if (response.status == 422 && session_.TakeTooShort(response)) {
    Modify(now);
  }
}

}  // namespace parley::sip
