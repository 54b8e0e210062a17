#pragma once

// One call: an INVITE dialog from its first message to its last, either way. Offer and answer,
// reliable provisional responses, forks, CANCEL and its races, re-INVITE and UPDATE both ways with
// glare, session timer, INFO, REFER, BYE. Sans-IO; owned by the user agent, which routes messages
// here. Bounded: AgentLimits::forks dialogs, one change of ours under way.
//
// call.cc holds what every call does, call_incoming.cc and call_outgoing.cc the two ways to begin,
// call_modify.cc the changes to one that stands.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "mixer/sip/agent_event.h"
#include "mixer/sip/audio_negotiation.h"
#include "mixer/sip/authenticator.h"
#include "mixer/sip/call_outlet.h"
#include "mixer/sip/dialog.h"
#include "mixer/sip/resend_timer.h"
#include "mixer/sip/session_timer.h"

namespace parley::sip {

struct OutgoingCall {
  Uri target;
  NameAddr from;  // who we say calls
  Flow flow;
  AudioOptions audio;
};

class Call {
 public:
  enum class State : uint8_t { kIncoming, kOutgoing, kEstablished, kEnding, kFinished };

  // `authenticator` answers challenges of the trunk that the call belongs to; may be null. It and
  // the outlet outlive the call.
  Call(CallId id, CallOutlet& outlet, Authenticator* authenticator, const RequestArrived& invite,
       Timestamp now);
  Call(CallId id, CallOutlet& outlet, Authenticator* authenticator, OutgoingCall outgoing,
       Timestamp now);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Commands; one that does not fit the state does nothing.
  void Ring(Timestamp now);
  void Progress(const AudioOptions& audio, Timestamp now);  // early media from us
  void Accept(const AudioOptions& audio, Timestamp now);
  void Reject(int status, Timestamp now);
  void Hangup(Timestamp now);
  void Hold(bool hold, Timestamp now);
  void Move(const SocketAddress& rtp, Timestamp now);
  void Refer(const Uri& target, Timestamp now);
  void AnswerRefer(int status, Timestamp now);

  // What the user agent found to be this call's.
  void HandleRequest(ServerId transaction, const Message& request, const Flow& from, Timestamp now);
  void HandleCancel(Timestamp now);
  void HandleAck(const Message& ack, Timestamp now);
  void HandleResponse(ClientId transaction, const Message& response, const Flow& from,
                      Timestamp now);
  void HandleFailure(ClientId transaction, bool timed_out, Timestamp now);
  void HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const;

  State state() const { return state_; }
  const std::string& call_id() const { return dialog_.call_id; }
  std::string_view local_tag() const { return dialog_.local.tag(); }
  // Whether a request within the dialog comes from whom it should.
  bool IsFrom(std::string_view remote_tag) const {
    return state_ == State::kOutgoing || dialog_.remote.tag() == remote_tag;
  }
  const Message& invite() const { return invite_; }
  // Of the INVITE that is not answered yet, as a CANCEL would name it; 0 when there is none.
  ServerId invite_server() const { return invite_server_; }

 private:
  // A provisional response that waits for its PRACK (RFC 3262).
  struct Provisional {
    Message response;
    uint32_t rseq = 0;
    bool has_sdp = false;
    ResendTimer timer;
  };
  // A 2xx that waits for its ACK.
  struct Answered {
    ServerId transaction;
    Message response;
    bool offered = false;  // the ACK brings the answer
    ResendTimer timer;
  };
  // One of those who ring for an INVITE of ours.
  struct Fork {
    Dialog dialog;
    AudioNegotiation audio;
    uint32_t rseq = 0;
  };

  // call.cc
  ClientId Send(Message request, Timestamp now);
  ClientId SendAlong(Message request, const Flow& to, Timestamp now);
  void Respond(ServerId transaction, const Message& request, int status, Timestamp now);
  void Respond(ServerId transaction, Message response, Timestamp now);
  Message ResponseTo(const Message& request, int status) const;
  Message RefusalOf(const Message& request, const SdpRefusal& refusal) const;
  void AddCapabilities(Message& message) const;
  // Resends a challenged request; false when the refusal stands.
  bool Authenticate(ClientId& transaction, const Message& refusal, const Flow& from, Timestamp now);
  void ForgetRequest(ClientId transaction);
  void SendBye(Timestamp now);
  void FinishAfterBye(std::string_view to_tag);
  void End(CallEnded::Cause cause, int status);
  // Ends a standing call from our side.
  void Break(CallEnded::Cause cause, int status, Timestamp now);
  void ReportMedia();
  void HandleBye(ServerId transaction, const Message& request, Timestamp now);
  void HandleInfo(ServerId transaction, const Message& request, Timestamp now);
  void HandleRefer(ServerId transaction, const Message& request, Timestamp now);
  void HandleNotify(ServerId transaction, const Message& request, Timestamp now);
  void HandleReferResponse(const Message& response);

  // call_incoming.cc
  void SendProvisional(Message response, bool reliably, Timestamp now);
  bool AnswerOffer(const AudioOptions& audio, Timestamp now);
  void SendAnswer(Timestamp now);
  void RejectWith(Message response, CallEnded::Cause cause, Timestamp now);
  void HandlePrack(ServerId transaction, const Message& request, Timestamp now);
  void HandleProvisionalTimeout(Timestamp now);
  void HandleAnsweredTimeout(Timestamp now);

  // call_outgoing.cc
  void SendInvite(Timestamp now);
  void HandleInviteResponse(const Message& response, const Flow& from, Timestamp now);
  void HandleProvisionalResponse(const Message& response, Timestamp now);
  void HandleAnswer(const Message& response, Timestamp now);
  void HandleRefusal(const Message& response, const Flow& from, Timestamp now);
  void Acknowledge(const Fork& fork, const Message& response);
  Fork* FindOrAddFork(const Message& response);
  bool SendPrack(Fork& fork, const Message& response, Timestamp now);

  // call_modify.cc
  void HandleReinvite(ServerId transaction, const Message& request, Timestamp now);
  void HandleUpdate(ServerId transaction, const Message& request, Timestamp now);
  void Modify(Timestamp now);
  void Refresh(Timestamp now);
  void HandleModifyResponse(const Message& response, const Flow& from, Timestamp now);
  bool BusyModifying() const;

  CallId id_;
  CallOutlet& outlet_;
  Authenticator* authenticator_;
  State state_;
  Dialog dialog_;
  std::optional<AudioNegotiation> audio_;
  std::optional<AudioStream> reported_;
  SessionTimer session_;
  bool we_called_ = false;
  bool ended_ = false;  // told
  bool peer_updates_ = false;
  std::unordered_map<ClientId, Message> requests_;  // of ours, unanswered

  // The INVITE that began it all.
  Message invite_;
  ServerId invite_server_;
  std::optional<Provisional> provisional_;
  uint32_t last_rseq_ = 0;
  std::string answer_;             // given in a provisional response
  bool answer_delivered_ = false;  // reliably
  bool accept_waits_ = false;      // for a PRACK
  std::optional<Answered> answered_;
  bool bye_waits_ = false;  // for an ACK

  ClientId invite_client_;
  std::vector<Fork> forks_;
  std::optional<Message> last_ack_;
  bool provisional_seen_ = false;
  bool ringing_told_ = false;
  bool cancel_wanted_ = false;

  ClientId modify_client_;
  ClientId modified_client_;  // the last re-INVITE that was accepted
  bool modify_wanted_ = false;
  bool refresh_only_ = false;  // the change under way says nothing new
  Timestamp modify_at_ = Timestamp::Never();
  ServerId refer_server_;
  Message refer_;
  // Until a final response to the INVITE; then until late messages are over.
  Timestamp deadline_ = Timestamp::Never();
};

}  // namespace parley::sip
