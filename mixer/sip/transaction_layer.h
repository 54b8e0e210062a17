#pragma once

// All transactions of a user agent (RFC 3261 section 17 and 18): matches messages to them, keeps
// what must be sent again, writes the Vias of requests and routes responses back by received and
// rport (RFC 3581). Sans-IO; one thread owns it. Bounded by Limits: a request that finds no room is
// answered 503 without state.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "mixer/sip/client_invite_transaction.h"
#include "mixer/sip/client_transaction.h"
#include "mixer/sip/deadline_set.h"
#include "mixer/sip/flow.h"
#include "mixer/sip/message.h"
#include "mixer/sip/server_invite_transaction.h"
#include "mixer/sip/server_transaction.h"
#include "sfu/base/ids.h"
#include "sfu/base/random.h"

namespace parley::sip {

// 0 is none.
using ClientId = StrongId<struct ClientTransactionTag, uint64_t>;
using ServerId = StrongId<struct ServerTransactionTag, uint64_t>;

// What the world knows us by, in Via and Contact.
struct LocalHost {
  std::string host = "127.0.0.1";  // an IPv6 address in brackets
  uint16_t udp_port = 5060;
  uint16_t tcp_port = 5060;
  uint16_t tls_port = 5061;

  uint16_t port(TransportKind transport) const;
};

// A request other than ACK, seen for the first time.
struct RequestArrived {
  ServerId transaction;
  Message request;
  Flow flow;
};
// The ACK of a 2xx, each time it comes.
struct AckArrived {
  Message ack;
};
struct ResponseArrived {
  ClientId transaction;
  Message response;
  Flow flow;
};
// No final response will come.
struct ClientFailed {
  ClientId transaction;
  std::string method;
  bool timed_out = false;  // else the transport failed
};
// The ACK of a refusal never came.
struct ServerFailed {
  ServerId transaction;
};
using TransactionEvent =
    std::variant<RequestArrived, AckArrived, ResponseArrived, ClientFailed, ServerFailed>;

struct TransactionCounters {
  uint64_t retransmissions_sent = 0;
  uint64_t retransmissions_received = 0;
  uint64_t stray_responses = 0;
  uint64_t refused_for_room = 0;
  uint64_t timeouts = 0;
};

class TransactionLayer {
 public:
  struct Limits {
    size_t server_transactions = 20'000;
    size_t client_transactions = 20'000;
  };

  TransactionLayer(LocalHost local, const TransactionTimes& times, const Limits& limits,
                   RandomSource& random);

  // Whether the request was seen before.
  bool Knows(Message request, const Flow& from) const;
  void HandleMessage(Message message, const Flow& from, Timestamp now);
  // Whatever waits on this flow will get no answer through it.
  void HandleTransportFailure(const Flow& flow);
  void HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const { return deadlines_.Next(); }

  // Adds our Via and sends. Without room the id is 0 and nothing is sent.
  ClientId Send(Message request, const Flow& to, Timestamp now);
  // An ACK of a 2xx (RFC 3261 section 13.2.2.4): a transaction of its own that expects nothing.
  void SendAck(Message ack, const Flow& to);
  // The CANCEL of an INVITE that has had a provisional response (RFC 3261 section 9.1).
  ClientId Cancel(ClientId invite, Timestamp now);
  // Does nothing for a transaction that has ended.
  void Respond(ServerId transaction, const Message& response, Timestamp now);
  // The INVITE that a CANCEL means.
  std::optional<ServerId> FindCancelled(const Message& cancel) const;
  // Something without a transaction: a 400 for what could not be parsed.
  void SendRaw(const Flow& to, std::string bytes);

  std::optional<TransactionEvent> PollEvent();
  std::optional<Outgoing> PollOutput();

  const LocalHost& local() const { return local_; }
  const TransactionTimes& times() const { return times_; }
  const TransactionCounters& counters() const { return counters_; }
  size_t server_count() const { return servers_.size(); }
  size_t client_count() const { return clients_.size(); }

 private:
  struct Client {
    std::variant<ClientInviteTransaction, ClientTransaction> machine;
    std::string key;
    Message request;
    Flow flow;
    std::string bytes;
  };
  struct Server {
    std::variant<ServerInviteTransaction, ServerTransaction> machine;
    std::string key;
    Flow reply_to;
    std::string bytes;  // the last response
  };

  void HandleRequest(Message request, const Flow& from, Timestamp now);
  void HandleAck(Message ack, const std::string& key, Timestamp now);
  void HandleResponse(Message response, const Flow& from, Timestamp now);
  void CreateServer(Message request, const Flow& from, std::string key);
  ClientId AddClient(Message request, const Flow& to, Timestamp now);
  void FireClient(ClientId id, Timestamp now);
  void FireServer(ServerId id, Timestamp now);
  void AckRefusal(const Client& client, const Message& response);
  void Settle(ClientId id);
  void Settle(ServerId id);
  Via MakeVia(TransportKind transport);

  LocalHost local_;
  TransactionTimes times_;
  Limits limits_;
  RandomSource& random_;
  std::unordered_map<ClientId, Client> clients_;
  std::unordered_map<ServerId, Server> servers_;
  std::unordered_map<std::string, ClientId> client_keys_;
  std::unordered_map<std::string, ServerId> server_keys_;
  DeadlineSet<std::variant<ClientId, ServerId>> deadlines_;
  std::deque<TransactionEvent> events_;
  std::deque<Outgoing> output_;
  TransactionCounters counters_;
  uint64_t last_id_ = 0;
};

}  // namespace parley::sip
