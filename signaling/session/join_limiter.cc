#include "signaling/session/join_limiter.h"

#include <algorithm>

namespace parley {
namespace {

// A full table is searched for quiet addresses at most this often.
constexpr Duration kPruneInterval = Duration::Seconds(1);

}  // namespace

JoinLimiter::JoinLimiter(const Limits& limits)
    : per_second_(limits.joins_per_minute / 60.0),
      capacity_(limits.joins_per_minute),
      max_buckets_(limits.join_addresses) {}

Duration JoinLimiter::Take(const SocketAddress& address, Timestamp now) {
  const Key key = KeyOf(address);
  auto bucket = buckets_.find(key);
  if (bucket == buckets_.end()) {
    if (buckets_.size() >= max_buckets_ && now - pruned_at_ >= kPruneInterval) {
      pruned_at_ = now;
      std::erase_if(buckets_, [&](const auto& entry) { return entry.second.full(now); });
    }
    if (buckets_.size() >= max_buckets_) return kPruneInterval;
    bucket = buckets_.emplace(key, TokenBucket(per_second_, capacity_)).first;
  }
  return bucket->second.Take(now);
}

JoinLimiter::Key JoinLimiter::KeyOf(const SocketAddress& address) {
  Key key{};
  key[0] = address.is_v4() ? 4 : 6;
  std::copy_n(address.ip().begin(), address.is_v4() ? 4 : 8, key.begin() + 1);
  return key;
}

}  // namespace parley
