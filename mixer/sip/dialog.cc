#include "mixer/sip/dialog.h"

#include <algorithm>

namespace parley::sip {
namespace {

// RFC 2543 let an INVITE come without Contact: its From stands in.
Uri TargetOf(const Message& message, const NameAddr& peer) {
  return message.contacts.empty() ? peer.uri : message.contacts.front().uri;
}

std::string_view WithoutBrackets(std::string_view host) {
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

Dialog Dialog::OfRequest(const Message& invite, const Flow& from, std::string_view tag) {
  Dialog dialog;
  dialog.call_id = invite.call_id;
  dialog.local = invite.to;
  dialog.local.set_tag(tag);
  dialog.remote = invite.from;
  dialog.target = TargetOf(invite, invite.from);
  dialog.routes = invite.record_routes;
  dialog.remote_cseq = invite.cseq.number;
  dialog.flow = from;
  dialog.behind_nat = CameThroughNat(invite, from);
  return dialog;
}

Dialog Dialog::OfResponse(const Message& invite, const Message& response, const Flow& to) {
  Dialog dialog;
  dialog.call_id = invite.call_id;
  dialog.local = invite.from;
  dialog.remote = response.to;
  dialog.target = response.contacts.empty() ? invite.request_uri : response.contacts.front().uri;
  dialog.routes = response.record_routes;
  std::ranges::reverse(dialog.routes);
  dialog.local_cseq = invite.cseq.number;
  dialog.flow = to;
  return dialog;
}

Message Dialog::Request(std::string_view method) { return Make(method, ++local_cseq); }

Message Dialog::Ack(uint32_t cseq) const { return Make("ACK", cseq); }

Message Dialog::Make(std::string_view method, uint32_t cseq) const {
  Message request;
  request.method = method;
  request.request_uri = target;
  request.routes = routes;
  // RFC 3261 section 12.2.1.1: a strict router wants itself in the Request-URI.
  if (!routes.empty() && !routes.front().uri.params.Has("lr")) {
    request.request_uri = routes.front().uri;
    request.routes.erase(request.routes.begin());
    request.routes.push_back({"", target, {}});
  }
  request.request_uri.headers.clear();
  request.from = local;
  request.to = remote;
  request.call_id = call_id;
  request.cseq = {cseq, std::string(method)};
  return request;
}

bool Dialog::TakeCSeq(uint32_t number) {
  if (remote_cseq && number <= *remote_cseq) return false;
  remote_cseq = number;
  return true;
}

void Dialog::Refresh(const Message& message) {
  if (!message.contacts.empty()) target = message.contacts.front().uri;
}

Flow Dialog::NextHop() const {
  if (flow.reliable() || behind_nat) return flow;
  const Uri& next = routes.empty() ? target : routes.front().uri;
  const auto address = SocketAddress::Parse(WithoutBrackets(next.host),
                                            next.port.value_or(DefaultPort(flow.transport)));
  if (!address || !next.is_sip()) return flow;
  Flow hop = flow;
  hop.remote = *address;
  return hop;
}

bool CameThroughNat(const Message& request, const Flow& from) {
  return WithoutBrackets(request.top_via().host) != from.remote.IpString();
}

}  // namespace parley::sip
