#pragma once

// What every call speaks through: the transaction layer, the events, and whose transaction is
// whose. One per user agent, borrowed by its calls.

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "mixer/sip/agent_config.h"
#include "mixer/sip/agent_event.h"
#include "mixer/sip/transaction_layer.h"

namespace parley::sip {

class CallOutlet {
 public:
  CallOutlet(const AgentConfig& config, TransactionLayer& transactions, RandomSource& random)
      : config_(config), transactions_(transactions), random_(random) {}

  // With our product's name. The id is 0 when there is no room for a transaction.
  ClientId Send(CallId call, Message request, const Flow& to, Timestamp now);
  void SendAck(const Message& ack, const Flow& to) { transactions_.SendAck(ack, to); }
  void Cancel(ClientId invite, Timestamp now) { transactions_.Cancel(invite, now); }
  void Respond(ServerId transaction, Message response, Timestamp now);
  void Emit(AgentEvent event) { events_.push_back(std::move(event)); }
  // Where the peer reaches us, as a Contact says it.
  NameAddr Contact(const Flow& flow) const;

  std::optional<AgentEvent> PollEvent();
  // Whose request it was; 0 for nobody's.
  CallId OwnerOf(ClientId transaction) const;
  void Forget(ClientId transaction) { owners_.erase(transaction); }

  const AgentConfig& config() const { return config_; }
  RandomSource& random() { return random_; }

 private:
  const AgentConfig& config_;
  TransactionLayer& transactions_;
  RandomSource& random_;
  std::unordered_map<ClientId, CallId> owners_;
  std::deque<AgentEvent> events_;
};

// What we understand, in Allow, Supported and Accept.
inline constexpr std::string_view kAllowedMethods =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY";
inline constexpr std::string_view kSupportedOptions = "100rel, timer, norefersub";
inline constexpr std::string_view kSdpType = "application/sdp";

}  // namespace parley::sip
