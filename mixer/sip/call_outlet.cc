#include "mixer/sip/call_outlet.h"

namespace parley::sip {

ClientId CallOutlet::Send(CallId call, Message request, const Flow& to, Timestamp now) {
  request.Add("User-Agent", config_.product);
  const ClientId id = transactions_.Send(std::move(request), to, now);
  if (id != ClientId()) owners_.emplace(id, call);
  return id;
}

void CallOutlet::Respond(ServerId transaction, Message response, Timestamp now) {
  response.Add("Server", config_.product);
  transactions_.Respond(transaction, response, now);
}

NameAddr CallOutlet::Contact(const Flow& flow) const {
  NameAddr contact;
  contact.uri = Uri::Sip(config_.user, config_.local.host, config_.local.port(flow.transport));
  if (flow.transport == TransportKind::kTcp) contact.uri.params.Set("transport", "tcp");
  if (flow.transport == TransportKind::kTls) contact.uri.params.Set("transport", "tls");
  return contact;
}

std::optional<AgentEvent> CallOutlet::PollEvent() {
  if (events_.empty()) return std::nullopt;
  AgentEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

CallId CallOutlet::OwnerOf(ClientId transaction) const {
  auto found = owners_.find(transaction);
  return found == owners_.end() ? CallId() : found->second;
}

}  // namespace parley::sip
