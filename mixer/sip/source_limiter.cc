#include "mixer/sip/source_limiter.h"

#include <algorithm>

namespace parley::sip {

bool SourceLimiter::Take(const SocketAddress& source, Timestamp now) {
  const SocketAddress key = *SocketAddress::Parse(source.IpString(), 0);
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= rates_.remembered) {
      buckets_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(key, Bucket{rates_.burst, now});
    found = buckets_.emplace(key, order_.begin()).first;
  } else {
    order_.splice(order_.begin(), order_, found->second);
  }
  Bucket& bucket = found->second->second;
  if (!Refill(bucket, rates_.per_second, rates_.burst, now) ||
      !Refill(all_, rates_.all_per_second, rates_.all_per_second, now)) {
    return false;
  }
  bucket.tokens -= 1;
  all_.tokens -= 1;
  return true;
}

bool SourceLimiter::Refill(Bucket& bucket, double rate, double burst, Timestamp now) {
  const double passed = std::max(0.0, (now - bucket.filled_at).seconds());
  bucket.tokens = std::min(burst, bucket.tokens + passed * rate);
  bucket.filled_at = now;
  return bucket.tokens >= 1;
}

}  // namespace parley::sip
