#pragma once

// A UserAgent on real sockets: UDP, TCP and TLS, one timer, trunks' names resolved. Everything runs
// in the thread that runs the io_context: the phone thread, which also has the mixer's tick. After
// a command to agent(), call Flush(). Once it is gone the io_context runs no more: what was under
// way would come back to it.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

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
  SipEndpoint(boost::asio::io_context& io, const SipStreamLimits& limits, RandomSource& random,
              OnEvent on_event);
  std::expected<void, std::string> Listen(const SipEndpointOptions& options);
  void Start(AgentConfig config);
  void Receive(std::string_view bytes, const Flow& from, bool broken);
  void SetTimer();
  void Sweep();
  void Resolve(size_t trunk, const std::string& host, uint16_t port);

  RandomSource& random_;
  OnEvent on_event_;
  LocalHost local_;
  SipUdpSocket udp_;
  SipStreams streams_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer sweep_timer_;
  boost::asio::ip::udp::resolver resolver_;
  std::unique_ptr<UserAgent> agent_;
  Timestamp timer_at_ = Timestamp::Never();
  bool flushing_ = false;
};

}  // namespace parley::sip
