#include "mixer/net/sip_endpoint.h"

#include <chrono>
#include <utility>

#include "mixer/net/asio_address.h"
#include "sfu/base/log.h"

namespace parley::sip {
namespace {

using boost::system::error_code;

constexpr auto kSweepEvery = std::chrono::seconds(5);
// A trunk's address may move; one that could not be found is looked for sooner.
constexpr auto kResolveEvery = std::chrono::minutes(10);
constexpr std::chrono::milliseconds kResolveAgain = std::chrono::seconds(30);

}  // namespace

std::expected<std::unique_ptr<SipEndpoint>, std::string> SipEndpoint::Open(
    boost::asio::io_context& io, const SipEndpointOptions& options, AgentConfig config,
    RandomSource& random, OnEvent on_event) {
  std::unique_ptr<SipEndpoint> endpoint(new SipEndpoint(io, options, random, std::move(on_event)));
  endpoint->local_ = config.local;
  if (auto listening = endpoint->Listen(options); !listening) {
    return std::unexpected(listening.error());
  }
  endpoint->Start(std::move(config));
  return endpoint;
}

SipEndpoint::SipEndpoint(boost::asio::io_context& io, const SipEndpointOptions& options,
                         RandomSource& random, OnEvent on_event)
    : random_(random),
      on_event_(std::move(on_event)),
      udp_(io,
           [this](std::string_view bytes, const SocketAddress& from) {
             Receive(bytes, {TransportKind::kUdp, from, ""}, false);
           }),
      streams_(
          io, options.limits,
          [this](std::string_view bytes, const Flow& from, bool broken) {
            Receive(bytes, from, broken);
          },
          [this](const Flow& flow) {
            agent_->HandleTransportFailure(flow, SteadyNow());
            Flush();
          }),
      timer_(io),
      sweep_timer_(io),
      dns_(io, options.dns_servers, random),
      io_(io) {}

std::expected<void, std::string> SipEndpoint::Listen(const SipEndpointOptions& options) {
  if (auto opened = udp_.Open(options.udp); !opened) return opened;
  local_.udp_port = udp_.local().port();
  if (auto set = streams_.SetTls(options.tls_files); !set) return set;
  if (options.tcp) {
    const auto local = streams_.Listen(TransportKind::kTcp, *options.tcp);
    if (!local) return std::unexpected(local.error());
    local_.tcp_port = local->port();
  }
  if (options.tls) {
    const auto local = streams_.Listen(TransportKind::kTls, *options.tls);
    if (!local) return std::unexpected(local.error());
    local_.tls_port = local->port();
  }
  return {};
}

void SipEndpoint::Start(AgentConfig config) {
  config.local = local_;
  const std::vector<TrunkConfig> trunks = config.trunks;
  agent_ = std::make_unique<UserAgent>(std::move(config), random_);
  for (size_t i = 0; i < trunks.size(); ++i) {
    if (trunks[i].flow.remote.port() != 0) {
      agent_->SetTrunkServers(i, {trunks[i].flow}, SteadyNow());
    } else {
      searches_.try_emplace(i, io_).first->second.wish = trunks[i].servers;
      FindServers(i);
    }
  }
  Sweep();
  Flush();
}

void SipEndpoint::Receive(std::string_view bytes, const Flow& from, bool broken) {
  agent_->HandleMessage(bytes, from, SteadyNow(), broken);
  Flush();
}

void SipEndpoint::Flush() {
  // The handler of an event may give commands and flush again.
  if (std::exchange(flushing_, true)) return;
  for (bool more = true; more;) {
    more = false;
    while (auto out = agent_->PollOutput()) {
      if (out->to.transport == TransportKind::kUdp) {
        udp_.Send(out->bytes, out->to.remote);
      } else {
        streams_.Send(out->to, std::move(out->bytes));
      }
    }
    while (auto event = agent_->PollEvent()) {
      more = true;
      on_event_(*event);
    }
  }
  flushing_ = false;
  SetTimer();
}

void SipEndpoint::SetTimer() {
  const Timestamp next = agent_->NextTimeout();
  if (next == timer_at_) return;
  timer_at_ = next;
  if (next.IsNever()) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(std::chrono::steady_clock::time_point(std::chrono::microseconds(next.us())));
  timer_.async_wait([this](const error_code& error) {
    if (error) return;
    timer_at_ = Timestamp::Never();
    agent_->HandleTimeout(SteadyNow());
    Flush();
  });
}

void SipEndpoint::Sweep() {
  streams_.Sweep(SteadyNow());
  sweep_timer_.expires_after(kSweepEvery);
  sweep_timer_.async_wait([this](const error_code& error) {
    if (!error) Sweep();
  });
}

void SipEndpoint::FindServers(size_t trunk) {
  Search& search = searches_.at(trunk);
  search.finder = std::make_unique<ServerFinder>(
      io_, dns_, search.wish, random_,
      [this, trunk](const std::vector<Flow>& servers) { HandleServers(trunk, servers); });
}

void SipEndpoint::HandleServers(size_t trunk, std::vector<Flow> servers) {
  // Nothing is sent over UDP to a family that our socket does not speak.
  const bool v4 = udp_.local().is_v4();
  std::erase_if(servers, [&](const Flow& server) {
    return server.transport == TransportKind::kUdp && server.remote.is_v4() != v4;
  });
  const bool found = !servers.empty();
  if (found) {
    agent_->SetTrunkServers(trunk, std::move(servers), SteadyNow());
    Flush();
  } else {
    LogWarning("sip_trunk_unresolved", {{"trunk", trunk}});
    // As one that does not answer; the agent itself knows of no try.
    if (!agent_->trunk_resolved(trunk)) {
      on_event_(TrunkChanged{.trunk = trunk,
                             .resolved = false,
                             .next_try = SteadyNow() + Duration::Millis(kResolveAgain.count())});
    }
  }
  boost::asio::steady_timer& again = searches_.at(trunk).again;
  if (found) {
    again.expires_after(kResolveEvery);
  } else {
    again.expires_after(kResolveAgain);
  }
  again.async_wait([this, trunk](const error_code& error) {
    if (!error) FindServers(trunk);
  });
}

void SipEndpoint::Stop() {
  agent_->Stop(SteadyNow());
  Flush();
}

}  // namespace parley::sip
