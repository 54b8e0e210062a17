#pragma once

// A UserAgent on real sockets: UDP, TCP and TLS, one timer, trunks' names resolved. Everything runs
// in the thread that runs the io_context: the phone thread, which also has the mixer's tick. After
// a command to agent(), call Flush(). Once it is gone the io_context runs no more: what was under
// way would come back to it.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mixer/net/dns_client.h"
#include "mixer/net/server_finder.h"
#include "mixer/net/sip_streams.h"
#include "mixer/net/sip_udp_socket.h"
#include "mixer/sip/user_agent.h"

namespace parley::sip {

struct SipEndpointOptions {
  SocketAddress udp = SocketAddress::V4({127, 0, 0, 1}, 5060);
  std::optional<SocketAddress> tcp;
  std::optional<SocketAddress> tls;
  SipTlsFiles tls_files;
  SipStreamLimits limits;
  std::vector<SocketAddress> dns_servers;  // empty: the system's
};

class SipEndpoint {
 public:
  using OnEvent = std::function<void(const AgentEvent&)>;

  // The ports in the config's LocalHost are replaced by those that the sockets got.
  static std::expected<std::unique_ptr<SipEndpoint>, std::string> Open(
      boost::asio::io_context& io, const SipEndpointOptions& options, AgentConfig config,
      RandomSource& random, OnEvent on_event);

  UserAgent& agent() { return *agent_; }
  const LocalHost& local() const { return local_; }
  // Sends and tells what the agent has to.
  void Flush();
  // Hangs up and unregisters; what that says is sent at once.
  void Stop();

 private:
  SipEndpoint(boost::asio::io_context& io, const SipEndpointOptions& options, RandomSource& random,
              OnEvent on_event);
  std::expected<void, std::string> Listen(const SipEndpointOptions& options);
  void Start(AgentConfig config);
  void Receive(std::string_view bytes, const Flow& from, bool broken);
  void SetTimer();
  void Sweep();
  // Where the trunk's servers are, again and again.
  void FindServers(size_t trunk);
  void HandleServers(size_t trunk, std::vector<Flow> servers);

  RandomSource& random_;
  OnEvent on_event_;
  LocalHost local_;
  SipUdpSocket udp_;
  SipStreams streams_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer sweep_timer_;
  DnsClient dns_;
  // Of a trunk whose servers are looked for: what looks, or waits to look again.
  struct Search {
    explicit Search(boost::asio::io_context& io) : again(io) {}
    ServerWish wish;
    std::unique_ptr<ServerFinder> finder;
    boost::asio::steady_timer again;
  };
  boost::asio::io_context& io_;
  std::map<size_t, Search> searches_;
  std::unique_ptr<UserAgent> agent_;
  Timestamp timer_at_ = Timestamp::Never();
  bool flushing_ = false;
};

}  // namespace parley::sip
