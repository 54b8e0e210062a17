#pragma once

// How often one address may try to join: a token bucket per IPv4 address or IPv6 /64. Signaling
// thread; remembers at most Limits::join_addresses. When more come at once, everyone new is refused
// until some have been quiet: a flood from many addresses cannot grow the table.

#include <array>
#include <cstdint>
#include <map>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "signaling/room/limits.h"
#include "signaling/session/token_bucket.h"

namespace parley {

class JoinLimiter {
 public:
  explicit JoinLimiter(const Limits& limits);

  // Zero when the attempt may go on (and counts), else how long to wait.
  Duration Take(const SocketAddress& address, Timestamp now);
  size_t remembered() const { return buckets_.size(); }

  // What counts as one address.
  using Key = std::array<uint8_t, 9>;
  static Key KeyOf(const SocketAddress& address);

 private:
  const double per_second_;
  const double capacity_;
  const size_t max_buckets_;
  Timestamp pruned_at_;
  std::map<Key, TokenBucket> buckets_;
};

}  // namespace parley
