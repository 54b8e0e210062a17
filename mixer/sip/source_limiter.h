#pragma once

// How much strangers may ask of us: a token bucket per address and one for all. Bounded: of
// more addresses than it remembers, the least recent is forgotten. One thread.

#include <list>
#include <unordered_map>
#include <utility>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"

namespace parley::sip {

class SourceLimiter {
 public:
  struct Rates {
    double per_second = 2;
    double burst = 10;
    double all_per_second = 100;
    size_t remembered = 4'096;
  };

  explicit SourceLimiter(const Rates& rates) : rates_(rates), all_{rates.all_per_second, {}} {}

  // Takes a token of the address (its port does not count) and of all, or none.
  bool Take(const SocketAddress& source, Timestamp now);
  size_t remembered() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens;
    Timestamp filled_at;
  };
  using Entry = std::pair<SocketAddress, Bucket>;

  static bool Refill(Bucket& bucket, double rate, double burst, Timestamp now);

  Rates rates_;
  Bucket all_;
  std::list<Entry> order_;  // the most recent first
  std::unordered_map<SocketAddress, std::list<Entry>::iterator> buckets_;
};

}  // namespace parley::sip
