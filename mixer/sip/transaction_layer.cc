#include "mixer/sip/transaction_layer.h"

#include <utility>

#include "mixer/sip/random_text.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

// Above any queue of a healthy moment; a flood's answers are dropped behind it.
constexpr size_t kMaxOutput = 65'536;

// RFC 3261 section 17.2.3; by RFC 2543's rules where the branch names nothing.
std::string ServerKey(const Message& request, std::string_view method) {
  const Via& via = request.top_via();
  if (via.HasRfc3261Branch()) {
    return AsciiLower(via.branch()) + ' ' + via.SentBy() + ' ' + std::string(method);
  }
  return "2543 " + request.request_uri.ToString() + ' ' + std::string(request.from.tag()) + ' ' +
         request.call_id + ' ' + std::to_string(request.cseq.number) + ' ' + via.ToString() + ' ' +
         std::string(method);
}

std::string ClientKey(std::string_view branch, std::string_view method) {
  return std::string(branch) + ' ' + std::string(method);
}

// RFC 3261 section 18.2.1 and RFC 3581 section 4.
void StampSource(Via& via, const Flow& from) {
  const std::string ip = from.remote.IpString();
  const bool has_rport = via.params.Has("rport");
  const std::string_view host = via.host.starts_with('[')
                                    ? std::string_view(via.host).substr(1, via.host.size() - 2)
                                    : via.host;
  if (has_rport) via.params.Set("rport", std::to_string(from.remote.port()));
  if (has_rport || host != ip) via.params.Set("received", ip);
}

// RFC 3261 section 18.2.2. A maddr is not followed: it would let a stranger aim our answers.
Flow ReplyFlow(const Via& via, const Flow& from) {
  if (from.reliable() || via.params.Has("rport")) return from;
  Flow reply = from;
  const auto address =
      SocketAddress::Parse(from.remote.IpString(), via.port.value_or(DefaultPort(from.transport)));
  if (address) reply.remote = *address;
  return reply;
}

}  // namespace

uint16_t LocalHost::port(TransportKind transport) const {
  switch (transport) {
    case TransportKind::kTcp:
      return tcp_port;
    case TransportKind::kTls:
      return tls_port;
    case TransportKind::kUdp:
      break;
  }
  return udp_port;
}

TransactionLayer::TransactionLayer(LocalHost local, const TransactionTimes& times,
                                   const Limits& limits, RandomSource& random)
    : local_(std::move(local)), times_(times), limits_(limits), random_(random) {}

bool TransactionLayer::Knows(Message request, const Flow& from) const {
  StampSource(request.vias.front(), from);
  return server_keys_.contains(ServerKey(request, request.method));
}

void TransactionLayer::HandleMessage(Message message, const Flow& from, Timestamp now) {
  if (!message.is_request()) return HandleResponse(std::move(message), from, now);
  StampSource(message.vias.front(), from);
  HandleRequest(std::move(message), from, now);
}

void TransactionLayer::HandleRequest(Message request, const Flow& from, Timestamp now) {
  const bool ack = request.is("ACK");
  std::string key = ServerKey(request, ack ? "INVITE" : std::string_view(request.method));
  if (ack) return HandleAck(std::move(request), key, now);
  auto known = server_keys_.find(key);
  if (known == server_keys_.end()) return CreateServer(std::move(request), from, std::move(key));
  ++counters_.retransmissions_received;
  Server& server = servers_.at(known->second);
  const TransactionStep step = std::visit(
      [](const auto& machine) { return machine.HandleRetransmission(); }, server.machine);
  if (!step.send || server.bytes.empty()) return;
  ++counters_.retransmissions_sent;
  SendRaw(server.reply_to, server.bytes);
}

void TransactionLayer::HandleAck(Message ack, const std::string& key, Timestamp now) {
  auto known = server_keys_.find(key);
  if (known == server_keys_.end()) {
    // The ACK of a 2xx has a branch of its own.
    events_.push_back(AckArrived{std::move(ack)});
    return;
  }
  const ServerId id = known->second;
  auto* machine = std::get_if<ServerInviteTransaction>(&servers_.at(id).machine);
  if (!machine) return;
  if (machine->HandleAck(now).deliver) events_.push_back(AckArrived{std::move(ack)});
  Settle(id);
}

void TransactionLayer::CreateServer(Message request, const Flow& from, std::string key) {
  const Flow reply_to = ReplyFlow(request.top_via(), from);
  if (servers_.size() >= limits_.server_transactions) {
    ++counters_.refused_for_room;
    Message busy = Message::ResponseTo(request, 503);
    busy.to.set_tag("none");
    busy.Add("Retry-After", "10");
    return SendRaw(reply_to, busy.ToString());
  }
  const ServerId id(++last_id_);
  Server server{ServerTransaction(from.reliable(), times_), key, reply_to, {}};
  if (request.is("INVITE")) {
    server.machine = ServerInviteTransaction(from.reliable(), times_);
    // RFC 3261 section 17.2.1: at once, which is within the 200 ms.
    server.bytes = Message::ResponseTo(request, 100).ToString();
    SendRaw(reply_to, server.bytes);
  }
  servers_.emplace(id, std::move(server));
  server_keys_.emplace(std::move(key), id);
  events_.push_back(RequestArrived{id, std::move(request), from});
}

void TransactionLayer::HandleResponse(Message response, const Flow& from, Timestamp now) {
  // RFC 3261 section 8.1.3.3: one with more Vias than ours was sent astray.
  auto known = response.vias.size() == 1
                   ? client_keys_.find(ClientKey(response.top_via().branch(), response.cseq.method))
                   : client_keys_.end();
  if (known == client_keys_.end()) {
    ++counters_.stray_responses;
    return;
  }
  const ClientId id = known->second;
  Client& client = clients_.at(id);
  const TransactionStep step = std::visit(
      [&](auto& machine) { return machine.HandleResponse(response.status, now); }, client.machine);
  if (step.send_ack) AckRefusal(client, response);
  if (step.deliver) {
    events_.push_back(ResponseArrived{id, std::move(response), from});
  } else {
    ++counters_.retransmissions_received;
  }
  Settle(id);
}

void TransactionLayer::HandleTransportFailure(const Flow& flow) {
  std::vector<ClientId> failed;
  for (const auto& [id, client] : clients_) {
    if (client.flow == flow) failed.push_back(id);
  }
  for (ClientId id : failed) {
    auto& machine = clients_.at(id).machine;
    const auto* invite = std::get_if<ClientInviteTransaction>(&machine);
    const auto* other = std::get_if<ClientTransaction>(&machine);
    const bool unanswered =
        (invite && invite->state() <= ClientInviteTransaction::State::kProceeding) ||
        (other && other->state() <= ClientTransaction::State::kProceeding);
    if (unanswered) events_.push_back(ClientFailed{id, clients_.at(id).request.method, false});
    std::visit([](auto& m) { m.Terminate(); }, machine);
    Settle(id);
  }
}

void TransactionLayer::HandleTimeout(Timestamp now) {
  while (const auto due = deadlines_.TakeDue(now)) {
    if (const auto* client = std::get_if<ClientId>(&*due)) {
      FireClient(*client, now);
    } else {
      FireServer(std::get<ServerId>(*due), now);
    }
  }
}

void TransactionLayer::FireClient(ClientId id, Timestamp now) {
  Client& client = clients_.at(id);
  const TransactionStep step =
      std::visit([&](auto& machine) { return machine.HandleTimeout(now); }, client.machine);
  if (step.send) {
    ++counters_.retransmissions_sent;
    SendRaw(client.flow, client.bytes);
  }
  if (step.timed_out) {
    ++counters_.timeouts;
    events_.push_back(ClientFailed{id, client.request.method, true});
  }
  Settle(id);
}

void TransactionLayer::FireServer(ServerId id, Timestamp now) {
  Server& server = servers_.at(id);
  const TransactionStep step =
      std::visit([&](auto& machine) { return machine.HandleTimeout(now); }, server.machine);
  if (step.send) {
    ++counters_.retransmissions_sent;
    SendRaw(server.reply_to, server.bytes);
  }
  if (step.timed_out) {
    ++counters_.timeouts;
    events_.push_back(ServerFailed{id});
  }
  Settle(id);
}

ClientId TransactionLayer::Send(Message request, const Flow& to, Timestamp now) {
  request.vias = {MakeVia(to.transport)};
  return AddClient(std::move(request), to, now);
}

ClientId TransactionLayer::AddClient(Message request, const Flow& to, Timestamp now) {
  if (clients_.size() >= limits_.client_transactions) {
    ++counters_.refused_for_room;
    return ClientId();
  }
  const ClientId id(++last_id_);
  Client client{ClientTransaction(to.reliable(), times_, now),
                ClientKey(request.top_via().branch(), request.method),
                std::move(request),
                to,
                {}};
  if (client.request.is("INVITE")) {
    client.machine = ClientInviteTransaction(to.reliable(), times_, now);
  }
  client.bytes = client.request.ToString();
  SendRaw(to, client.bytes);
  client_keys_.emplace(client.key, id);
  clients_.emplace(id, std::move(client));
  Settle(id);
  return id;
}

void TransactionLayer::SendAck(Message ack, const Flow& to) {
  ack.vias = {MakeVia(to.transport)};
  SendRaw(to, ack.ToString());
}

ClientId TransactionLayer::Cancel(ClientId invite, Timestamp now) {
  auto found = clients_.find(invite);
  if (found == clients_.end()) return ClientId();
  const Client& client = found->second;
  Message cancel;
  cancel.method = "CANCEL";
  cancel.request_uri = client.request.request_uri;
  cancel.vias = client.request.vias;
  cancel.from = client.request.from;
  cancel.to = client.request.to;
  cancel.call_id = client.request.call_id;
  cancel.cseq = {client.request.cseq.number, "CANCEL"};
  cancel.routes = client.request.routes;
  const Flow flow = client.flow;
  return AddClient(std::move(cancel), flow, now);
}

// RFC 3261 section 17.1.1.3.
void TransactionLayer::AckRefusal(const Client& client, const Message& response) {
  Message ack;
  ack.method = "ACK";
  ack.request_uri = client.request.request_uri;
  ack.vias = client.request.vias;
  ack.from = client.request.from;
  ack.to = response.to;
  ack.call_id = client.request.call_id;
  ack.cseq = {client.request.cseq.number, "ACK"};
  ack.routes = client.request.routes;
  SendRaw(client.flow, ack.ToString());
}

void TransactionLayer::Respond(ServerId id, const Message& response, Timestamp now) {
  auto found = servers_.find(id);
  if (found == servers_.end()) return;
  Server& server = found->second;
  const TransactionStep step = std::visit(
      [&](auto& machine) { return machine.Respond(response.status, now); }, server.machine);
  if (step.send) {
    server.bytes = response.ToString();
    SendRaw(server.reply_to, server.bytes);
    // RFC 6026 section 7.1: a 2xx is never sent again from here.
    if (response.status >= 200 && response.status < 300 &&
        std::holds_alternative<ServerInviteTransaction>(server.machine)) {
      server.bytes.clear();
    }
  }
  Settle(id);
}

std::optional<ServerId> TransactionLayer::FindCancelled(const Message& cancel) const {
  auto known = server_keys_.find(ServerKey(cancel, "INVITE"));
  if (known == server_keys_.end()) return std::nullopt;
  return known->second;
}

void TransactionLayer::SendRaw(const Flow& to, std::string bytes) {
  if (output_.size() < kMaxOutput) output_.push_back({to, std::move(bytes)});
}

std::optional<TransactionEvent> TransactionLayer::PollEvent() {
  if (events_.empty()) return std::nullopt;
  TransactionEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Outgoing> TransactionLayer::PollOutput() {
  if (output_.empty()) return std::nullopt;
  Outgoing out = std::move(output_.front());
  output_.pop_front();
  return out;
}

void TransactionLayer::Settle(ClientId id) {
  const Client& client = clients_.at(id);
  if (!std::visit([](const auto& machine) { return machine.terminated(); }, client.machine)) {
    deadlines_.Set(id, std::visit([](const auto& m) { return m.NextTimeout(); }, client.machine));
    return;
  }
  deadlines_.Set(id, Timestamp::Never());
  client_keys_.erase(client.key);
  clients_.erase(id);
}

void TransactionLayer::Settle(ServerId id) {
  const Server& server = servers_.at(id);
  if (!std::visit([](const auto& machine) { return machine.terminated(); }, server.machine)) {
    deadlines_.Set(id, std::visit([](const auto& m) { return m.NextTimeout(); }, server.machine));
    return;
  }
  deadlines_.Set(id, Timestamp::Never());
  server_keys_.erase(server.key);
  servers_.erase(id);
}

Via TransactionLayer::MakeVia(TransportKind transport) {
  Via via;
  via.transport = TransportName(transport);
  via.host = local_.host;
  via.port = local_.port(transport);
  via.params.SetFlag("rport");
  via.params.Set("branch", std::string(kBranchCookie) + RandomText(random_));
  return via;
}

}  // namespace parley::sip
