#pragma once

// How often one address may try to join: a token bucket per IPv4 address or IPv6 /64. Signaling
// thread; remembers at most Limits::join_addresses, forgetting those that are full again first.

#include <cstdint>
#include <unordered_map>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "signaling/room/limits.h"

namespace parley {

class JoinLimiter {
 public:
  explicit JoinLimiter(const Limits& limits);

  // Zero when the attempt may go on (and counts), else how long to wait.
  Duration Take(const SocketAddress& address, Timestamp now);

 private:
  struct Bucket {
    double tokens = 0;
    Timestamp at;
  };
  void Prune(Timestamp now);

  const double per_second_;
  const double capacity_;
  const size_t max_buckets_;
  std::unordered_map<uint64_t, Bucket> buckets_;
};

}  // namespace parley
