#pragma once

// Asks DNS servers and waits for nobody: each question has a UDP socket of its own, whose port and
// number nobody can guess (RFC 5452), goes to one server after the other, over TCP as well where
// the answer is cut off (RFC 7766), and is over after kTries rounds. One thread: the phone
// thread's. Bounded by kMostQuestions.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "mixer/sip/dns_message.h"
#include "sfu/base/random.h"
#include "sfu/base/units.h"

namespace parley::sip {

class DnsClient {
 public:
  static constexpr int kTries = 2;  // of each server
  static constexpr Duration kPatience = Duration::Seconds(2);
  static constexpr size_t kMostQuestions = 64;

  // Nothing: no server answered. A name that is not there is an answer. Never called from Ask().
  using Answered = std::function<void(std::optional<DnsAnswer>)>;

  // The system's servers where `servers` is empty (resolv.conf). `random` outlives it.
  DnsClient(boost::asio::io_context& io, std::vector<SocketAddress> servers, RandomSource& random);
  ~DnsClient();

  void Ask(const DnsQuestion& question, Answered answered);
  const std::vector<SocketAddress>& servers() const { return servers_; }

 private:
  class Query;

  boost::asio::io_context& io_;
  const std::vector<SocketAddress> servers_;
  RandomSource& random_;
  uint64_t last_ = 0;
  std::unordered_map<uint64_t, std::shared_ptr<Query>> queries_;
};

// Its "nameserver" lines, at port 53; what is no address is left out.
std::vector<SocketAddress> ReadResolvConf(const char* path = "/etc/resolv.conf");

}  // namespace parley::sip
