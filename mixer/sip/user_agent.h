#pragma once

// The SIP user agent: messages in, messages and events out. Parses, limits strangers, routes
// requests to calls, answers what needs no call (OPTIONS, refusals), keeps trunks registered.
// Sans-IO; one thread owns it. Poll outputs and events after every input, and call HandleTimeout()
// at NextTimeout(). Bounded by AgentLimits.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "mixer/sip/agent_config.h"
#include "mixer/sip/agent_event.h"
#include "mixer/sip/call.h"
#include "mixer/sip/call_outlet.h"
#include "mixer/sip/source_limiter.h"
#include "mixer/sip/transaction_layer.h"
#include "mixer/sip/trunk.h"

namespace parley::sip {

struct AgentCounters {
  uint64_t malformed = 0;          // answered 400 or met with silence
  uint64_t strangers_dropped = 0;  // requests beyond their rate
  uint64_t invites_refused = 0;    // for room
  uint64_t calls_in = 0;
  uint64_t calls_out = 0;
};

class UserAgent {
 public:
  UserAgent(AgentConfig config, RandomSource& random);
  UserAgent(const UserAgent&) = delete;
  UserAgent& operator=(const UserAgent&) = delete;

  // One datagram, or one message cut from a stream; `broken` when nothing can be cut after it.
  void HandleMessage(std::string_view bytes, const Flow& from, Timestamp now, bool broken = false);
  // The connection or address cannot be written to.
  void HandleTransportFailure(const Flow& flow, Timestamp now);
  void HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const;
  std::optional<Outgoing> PollOutput() { return transactions_.PollOutput(); }
  std::optional<AgentEvent> PollEvent() { return outlet_.PollEvent(); }

  // Where it is, best first; at least one.
  void SetTrunkServers(size_t trunk, std::vector<Flow> servers, Timestamp now);
  size_t trunk_servers(size_t trunk) const { return trunks_.at(trunk)->server_count(); }
  bool trunk_resolved(size_t trunk) const { return trunks_.at(trunk)->resolved(); }
  // Ends all calls and asks the trunks to forget us. What goes out must still be polled.
  void Stop(Timestamp now);

  // Calls `number` through a trunk. 0 when there is no room, or the trunk's address is not known
  // yet.
  CallId Invite(size_t trunk, std::string_view number, AudioOptions audio, Timestamp now);
  // Calls a URI at a given address, without a trunk.
  CallId Invite(const Uri& target, const Flow& flow, AudioOptions audio, Timestamp now);

  // An unknown call is one that has ended: nothing happens.
  void Ring(CallId call, Timestamp now);
  void Progress(CallId call, const AudioOptions& audio, Timestamp now);
  void Accept(CallId call, const AudioOptions& audio, Timestamp now);
  void Reject(CallId call, int status, Timestamp now);  // 300 to 699
  void Hangup(CallId call, Timestamp now);
  void Hold(CallId call, bool hold, Timestamp now);
  void Move(CallId call, const SocketAddress& rtp, Timestamp now);
  void Refer(CallId call, const Uri& target, Timestamp now);
  void AnswerRefer(CallId call, int status, Timestamp now);

  const AgentCounters& counters() const { return counters_; }
  const TransactionCounters& transaction_counters() const { return transactions_.counters(); }
  uint64_t authentication_failures() const;
  size_t live_calls() const { return live_calls_; }
  size_t calls() const { return calls_.size(); }

 private:
  struct Entry {
    std::unique_ptr<Call> call;
    bool live = true;
    std::string dialog;
    std::string origin;           // of the INVITE, as another copy of it would have it
    std::optional<size_t> trunk;  // that we call through
    Flow through;                 // its server
  };

  void Refuse(const RawMessage& raw, const Fault& fault, const Flow& from);
  // Whether something that begins here may take memory.
  bool MayEnter(const Message& message, size_t bytes, const Flow& from, Timestamp now);
  void Pump(Timestamp now);
  void Handle(RequestArrived& event, Timestamp now);
  void Handle(AckArrived& event, Timestamp now);
  void Handle(ResponseArrived& event, Timestamp now);
  void Handle(ClientFailed& event, Timestamp now);
  void Handle(ServerFailed&, Timestamp) {}
  void HandleCancel(const RequestArrived& event, Timestamp now);
  void HandleNewRequest(const RequestArrived& event, Timestamp now);
  void HandleInvite(const RequestArrived& event, Timestamp now);
  // What forbids an INVITE or OPTIONS that begins something; nothing when it may.
  std::optional<Message> Objection(const Message& request) const;
  void Respond(const RequestArrived& event, int status, Timestamp now);
  void Respond(const RequestArrived& event, Message response, Timestamp now);
  CallId Add(CallId id, std::unique_ptr<Call> call, std::string origin);
  // A server of the trunk that `call` goes through did not answer, or says that it cannot.
  void BlameTrunk(CallId call, Timestamp now);
  CallId Begin(Authenticator* authenticator, OutgoingCall outgoing, Timestamp now);
  Call* Find(CallId id);
  CallId FindByDialog(const Message& request) const;
  // After anything a call may have done.
  void Settle(CallId id);
  void Flush(size_t trunk, Timestamp now);
  std::optional<size_t> TrunkAt(const SocketAddress& address) const;

  template <class Command>
  void Do(CallId id, Timestamp now, Command command) {
    if (Call* call = Find(id)) {
      command(*call);
      Settle(id);
      Pump(now);
    }
  }

  const AgentConfig config_;
  RandomSource& random_;
  TransactionLayer transactions_;
  CallOutlet outlet_;
  SourceLimiter strangers_;
  std::vector<std::unique_ptr<Trunk>> trunks_;
  std::vector<TrunkChanged> told_;  // of each trunk
  std::unordered_map<ClientId, size_t> trunk_requests_;
  std::unordered_map<CallId, Entry> calls_;
  std::unordered_map<std::string, CallId> dialogs_;
  std::unordered_map<std::string, CallId> origins_;
  DeadlineSet<CallId> deadlines_;
  AgentCounters counters_;
  size_t live_calls_ = 0;
  uint64_t last_call_ = 0;
};

}  // namespace parley::sip
