#pragma once

// Finds the SIP servers of a domain: a ServerLocator's questions put to DNS, and the system's own
// resolver (in Asio's thread for it) for names that DNS does not know, as those of /etc/hosts.
// Waits for nobody; tells once, unless it is destroyed before. One for each search; the phone
// thread's.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "mixer/net/dns_client.h"
#include "mixer/sip/server_locator.h"

namespace parley::sip {

class ServerFinder {
 public:
  // Best first; empty when there is none.
  using Found = std::function<void(const std::vector<Flow>&)>;

  // `dns` outlives it. Never tells from the constructor.
  ServerFinder(boost::asio::io_context& io, DnsClient& dns, const ServerWish& wish,
               RandomSource& random, Found found);

 private:
  void Go();
  void AskSystem();

  DnsClient& dns_;
  const ServerWish wish_;
  ServerLocator locator_;
  boost::asio::ip::udp::resolver system_;
  Found found_;
  // What is under way holds it weakly: whether this is still there.
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace parley::sip
