#include "mixer/net/server_finder.h"

#include <string>
#include <utility>

#include "mixer/net/asio_address.h"

namespace parley::sip {

using boost::asio::ip::udp;
using boost::system::error_code;

ServerFinder::ServerFinder(boost::asio::io_context& io, DnsClient& dns, const ServerWish& wish,
                           RandomSource& random, Found found)
    : dns_(dns), wish_(wish), locator_(wish, random), system_(io), found_(std::move(found)) {
  if (locator_.question()) {
    Go();
  } else {
    AskSystem();
  }
}

void ServerFinder::Go() {
  const std::weak_ptr<int> alive = alive_;
  dns_.Ask(*locator_.question(), [this, alive](const std::optional<DnsAnswer>& answer) {
    if (alive.expired()) return;
    locator_.HandleAnswer(answer ? answer->records : std::vector<DnsRecord>());
    if (locator_.question()) return Go();
    if (locator_.servers().empty()) return AskSystem();
    found_(locator_.servers());
  });
}

void ServerFinder::AskSystem() {
  const TransportKind transport = wish_.transport.value_or(TransportKind::kUdp);
  const uint16_t port = wish_.port.value_or(DefaultPort(transport));
  const std::weak_ptr<int> alive = alive_;
  system_.async_resolve(
      wish_.host, std::to_string(port),
      [this, alive, transport](const error_code& error, const udp::resolver::results_type& found) {
        if (alive.expired()) return;
        std::vector<Flow> servers;
        for (const auto& entry : found) {
          if (error || servers.size() == ServerLocator::kMostServers) break;
          servers.push_back({transport, FromAsio(entry.endpoint()),
                             transport == TransportKind::kTls ? wish_.host : std::string()});
        }
        found_(servers);
      });
}

}  // namespace parley::sip
