#pragma once

// What a user agent is told about itself and its trunks. Values, any thread.

#include <optional>
#include <string>
#include <vector>

#include "mixer/sip/audio_stream.h"
#include "mixer/sip/digest.h"
#include "mixer/sip/server_locator.h"
#include "mixer/sip/session_timer.h"
#include "mixer/sip/source_limiter.h"
#include "mixer/sip/transaction_layer.h"

namespace parley::sip {

// A provider that carries calls from and to the telephone network.
struct TrunkConfig {
  std::string domain;  // of its registrar, and of the numbers we call through it
  // Its address, where that is known; else its servers are found by `servers`, and whoever owns the
  // sockets says them later (UserAgent::SetTrunkServers).
  Flow flow;
  ServerWish servers;
  std::string user;  // ours there
  std::optional<Credentials> credentials;
  bool registers = true;
  Duration expires = Duration::Seconds(600);  // asked for
  // Between OPTIONS that see whether it lives; zero: none.
  Duration keepalive = Duration::Seconds(60);
};

struct AgentLimits {
  size_t calls = 1'000;        // live ones
  size_t ended_calls = 4'000;  // that wait for late messages
  size_t forks = 8;            // of an INVITE of ours
  // Requests of strangers (from no trunk and of no call), per address and in all.
  SourceLimiter::Rates strangers;
  size_t stranger_bytes = 16 * 1024;
  TransactionLayer::Limits transactions;
};

struct AgentConfig {
  LocalHost local;
  TransactionTimes times;
  std::string user = "parley";     // of our Contact
  std::string product = "Parley";  // Server and User-Agent
  AudioOptions audio;              // what offers are judged by before anyone accepts
  SessionTimer::Config session;
  Duration setup_timeout = Duration::Seconds(180);  // until an INVITE must have its final response
  AgentLimits limits;
  std::vector<TrunkConfig> trunks;
};

}  // namespace parley::sip
