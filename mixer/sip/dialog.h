#pragma once

// A dialog (RFC 3261 section 12): who talks to whom, in which order, and along which way. Value;
// owned by its call.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/sip/flow.h"
#include "mixer/sip/message.h"
#include "sfu/base/random.h"

namespace parley::sip {

struct Dialog {
  std::string call_id;
  NameAddr local;   // with our tag
  NameAddr remote;  // with the peer's, where it has one
  Uri target;       // where requests go to
  std::vector<NameAddr> routes;
  uint32_t local_cseq = 0;
  std::optional<uint32_t> remote_cseq;
  Flow flow;                // the peer's, as last seen
  bool behind_nat = false;  // the peer's own idea of its address cannot be trusted

  // Of an INVITE that came in.
  static Dialog OfRequest(const Message& invite, const Flow& from, std::string_view tag);
  // Of a response to an INVITE of ours.
  static Dialog OfResponse(const Message& invite, const Message& response, const Flow& to);

  // The next request within the dialog, without Via, Contact and body.
  Message Request(std::string_view method);
  // The ACK of the 2xx to the INVITE of this number.
  Message Ack(uint32_t cseq) const;
  // False when the request is older than what was seen (RFC 3261 section 12.2.2).
  bool TakeCSeq(uint32_t number);
  // A target refresh request or its response names a new target.
  void Refresh(const Message& message);
  // Where the next request is sent: the address that the first route or the target names, or along
  // the flow where that is a name, a connection or behind a NAT.
  Flow NextHop() const;

 private:
  Message Make(std::string_view method, uint32_t cseq) const;
};

// Whether the top Via of a request names another address than it came from.
bool CameThroughNat(const Message& request, const Flow& from);

}  // namespace parley::sip
