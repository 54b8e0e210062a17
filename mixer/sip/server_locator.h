#pragma once

// Where the SIP servers of a domain are (RFC 3263 section 4): which transports by NAPTR, which
// hosts by SRV, which addresses by A and AAAA, in the order in which they are to be tried. Sans-IO:
// questions come out, one at a time, answers go in. One for each search; bounded by kMostServers.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "mixer/sip/dns_message.h"
#include "mixer/sip/flow.h"
#include "sfu/base/random.h"

namespace parley::sip {

// What is known of them before.
struct ServerWish {
  std::string host;
  std::optional<uint16_t> port;            // none: SRV says it
  std::optional<TransportKind> transport;  // none: NAPTR says it
};

class ServerLocator {
 public:
  static constexpr size_t kMostServers = 16;

  // Over TLS each server must show a certificate for the wish's host, whatever DNS calls it (RFC
  // 5922 section 4).
  ServerLocator(ServerWish wish, RandomSource& random);

  // What is to be asked now; nothing once it is done.
  const std::optional<DnsQuestion>& question() const { return question_; }
  // Of that question: its records, none also where there was no answer.
  void HandleAnswer(const std::vector<DnsRecord>& records);

  // Best first; empty when there is none. Only when nothing is left to ask.
  const std::vector<Flow>& servers() const { return servers_; }

 private:
  struct Service {
    std::string name;  // of its SRV records
    TransportKind transport;
  };
  struct Host {
    std::string name;
    uint16_t port;
    TransportKind transport;
  };

  void TakeNaptr(const std::vector<DnsRecord>& records);
  void TakeSrv(const std::vector<DnsRecord>& records);
  void TakeAddresses(const std::vector<DnsRecord>& records);
  void AddServer(const SocketAddress& address);
  void Next();

  const ServerWish wish_;
  RandomSource& random_;
  std::optional<DnsQuestion> question_;
  std::deque<Service> services_;  // whose SRV records are to be asked for
  std::deque<Host> hosts_;        // whose addresses are
  bool no_host_itself_ = false;   // the domain's own address is not to be tried, or was
  std::vector<Flow> servers_;
};

}  // namespace parley::sip
