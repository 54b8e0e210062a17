#include "mixer/net/sip_endpoint.h"

#include <chrono>
#include <utility>

#include "mixer/net/asio_address.h"
#include "sfu/base/log.h"

namespace parley::sip {
namespace {

using boost::asio::ip::udp;
using boost::system::error_code;

constexpr auto kSweepEvery = std::chrono::seconds(5);
// A trunk's address may move; one that could not be found is looked for sooner.
constexpr auto kResolveEvery = std::chrono::minutes(10);
constexpr auto kResolveAgain = std::chrono::seconds(30);

}  // namespace

std::expected<std::unique_ptr<SipEndpoint>, std::string> SipEndpoint::Open(
    boost::asio::io_context& io, const SipEndpointOptions& options, AgentConfig config,
    RandomSource& random, OnEvent on_event) {
  std::unique_ptr<SipEndpoint> endpoint(
      new SipEndpoint(io, options.limits, random, std::move(on_event)));
  endpoint->local_ = config.local;
  if (auto listening = endpoint->Listen(options); !listening) {
    return std::unexpected(listening.error());
  }
  endpoint->Start(std::move(config));
  return endpoint;
}

SipEndpoint::SipEndpoint(boost::asio::io_context& io, const SipStreamLimits& limits,
                         RandomSource& random, OnEvent on_event)
    : random_(random),
      on_event_(std::move(on_event)),
      udp_(io,
           [this](std::string_view bytes, const SocketAddress& from) {
             Receive(bytes, {TransportKind::kUdp, from, ""}, false);
           }),
      streams_(
          io, limits,
          [this](std::string_view bytes, const Flow& from, bool broken) {
            Receive(bytes, from, broken);
          },
          [this](const Flow& flow) {
            agent_->HandleTransportFailure(flow, SteadyNow());
            Flush();
          }),
      timer_(io),
      sweep_timer_(io),
      resolver_(io) {}

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
    const SocketAddress& known = trunks[i].flow.remote;
    if (known.port() != 0) {
      agent_->SetTrunkAddress(i, known, SteadyNow());
    } else {
      Resolve(i, trunks[i].domain, DefaultPort(trunks[i].flow.transport));
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

void SipEndpoint::Resolve(size_t trunk, const std::string& host, uint16_t port) {
  resolver_.async_resolve(
      host, std::to_string(port),
      [this, trunk, host, port](const error_code& error, const udp::resolver::results_type& found) {
        if (error == boost::asio::error::operation_aborted) return;
        if (error || found.empty()) {
          LogWarning("sip_trunk_unresolved", {{"trunk", trunk}});
          // As one that does not answer; the agent itself knows of no try.
          if (!agent_->trunk_resolved(trunk)) on_event_(TrunkChanged{.trunk = trunk});
        } else {
          agent_->SetTrunkAddress(trunk, FromAsio(found.begin()->endpoint()), SteadyNow());
          Flush();
        }
        auto again = std::make_shared<boost::asio::steady_timer>(resolver_.get_executor());
        if (error) {
          again->expires_after(kResolveAgain);
        } else {
          again->expires_after(kResolveEvery);
        }
        // Shared with nothing but its own completion, which ends it.
        again->async_wait([this, again, trunk, host, port](const error_code& failed) {
          if (!failed) Resolve(trunk, host, port);
        });
      });
}

void SipEndpoint::Stop() {
  agent_->Stop(SteadyNow());
  Flush();
}

}  // namespace parley::sip
