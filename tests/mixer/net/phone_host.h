#pragma once

// A SIP endpoint in a thread of its own that answers whoever calls on loopback, and counts. What it
// does depends on who is dialled: "busy" is refused, "ring" never answered, everybody else is.

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "mixer/net/sip_endpoint.h"

namespace parley::sip {

class PhoneHost {
 public:
  struct Seen {
    size_t calls = 0;
    size_t established = 0;
    size_t live = 0;  // established and not ended
    size_t most_live = 0;
    size_t held = 0;
    size_t resumed = 0;
    std::vector<CallEnded> ended;
    std::vector<AudioStream> streams;
    std::vector<AudioStream> moved;  // what came after them: holds too
    std::string keys;
    std::vector<std::string> referred_to;       // users of the targets
    std::vector<std::optional<size_t>> trunks;  // that calls came from
    std::vector<TrunkChanged> trunk_changes;
  };

  explicit PhoneHost(AudioOptions audio = {}, std::vector<TrunkConfig> trunks = {},
                     std::vector<SocketAddress> dns_servers = {}, SipTlsFiles tls = {})
      : audio_(std::move(audio)) {
    audio_.rtp = SocketAddress::V4({127, 0, 0, 1}, 40'000);
    SipEndpointOptions options;
    options.udp = SocketAddress::V4({127, 0, 0, 1}, 0);
    options.tcp = SocketAddress::V4({127, 0, 0, 1}, 0);
    options.dns_servers = std::move(dns_servers);
    if (!tls.certificate.empty()) options.tls = SocketAddress::V4({127, 0, 0, 1}, 0);
    options.tls_files = std::move(tls);
    AgentConfig config;
    config.audio = audio_;
    config.trunks = std::move(trunks);
    // All of them have one address here.
    config.limits.strangers.burst = config.limits.strangers.per_second = 1e6;
    config.limits.strangers.all_per_second = 1e6;
    endpoint_ = std::move(*SipEndpoint::Open(io_, options, config, random_,
                                             [this](const AgentEvent& event) { Handle(event); }));
    udp_port_ = endpoint_->local().udp_port;
    tcp_port_ = endpoint_->local().tcp_port;
    thread_ = std::thread([this] { io_.run(); });
  }
  ~PhoneHost() {
    io_.stop();
    thread_.join();
  }

  uint16_t udp_port() const { return udp_port_; }
  uint16_t tcp_port() const { return tcp_port_; }

  // What was seen once it holds; whatever there is after a time that only a fault takes.
  template <class Condition>
  Seen Await(Condition condition) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(40), [&] { return condition(seen_); });
    return seen_;
  }

 private:
  static Timestamp Now() {
    return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                                 std::chrono::steady_clock::now().time_since_epoch())
                                 .count());
  }

  void Handle(const AgentEvent& event) {
    std::lock_guard lock(mutex_);
    UserAgent& agent = endpoint_->agent();
    if (const auto* incoming = std::get_if<IncomingCall>(&event)) {
      ++seen_.calls;
      seen_.trunks.push_back(incoming->trunk);
      if (incoming->dialled == "busy") {
        agent.Reject(incoming->call, 486, Now());
      } else {
        agent.Ring(incoming->call, Now());
        if (incoming->dialled != "ring") agent.Accept(incoming->call, audio_, Now());
      }
    } else if (const auto* established = std::get_if<CallEstablished>(&event)) {
      ++seen_.established;
      seen_.most_live = std::max(seen_.most_live, ++seen_.live);
      seen_.streams.push_back(established->audio);
    } else if (const auto* changed = std::get_if<CallMediaChanged>(&event)) {
      ++(changed->held ? seen_.held : seen_.resumed);
      seen_.moved.push_back(changed->audio);
    } else if (const auto* referred = std::get_if<CallReferred>(&event)) {
      seen_.referred_to.push_back(referred->target.user);
      agent.AnswerRefer(referred->call, 200, Now());
    } else if (const auto* dtmf = std::get_if<CallDtmf>(&event)) {
      seen_.keys += dtmf->digit;
    } else if (const auto* trunk = std::get_if<TrunkChanged>(&event)) {
      seen_.trunk_changes.push_back(*trunk);
    } else if (const auto* ended = std::get_if<CallEnded>(&event)) {
      if (ended->status == 0) --seen_.live;
      seen_.ended.push_back(*ended);
    }
    changed_.notify_all();
  }

  AudioOptions audio_;
  boost::asio::io_context io_;
  SystemRandom random_;
  std::unique_ptr<SipEndpoint> endpoint_;
  uint16_t udp_port_ = 0;
  uint16_t tcp_port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  Seen seen_;
  std::thread thread_;
};

}  // namespace parley::sip
