#pragma once

// Bytes per time over the last second, in eight buckets. Value, nothing allocates.

#include <algorithm>
#include <array>
#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

class RateMeter {
 public:
  static constexpr int kBuckets = 8;
  static constexpr Duration kBucket = Duration::Millis(125);

  void Add(size_t bytes, Timestamp now) {
    Advance(now);
    bytes_[static_cast<size_t>(current_ % kBuckets)] += static_cast<uint32_t>(bytes);
    sum_ += static_cast<uint32_t>(bytes);
  }
  // Over the buckets seen so far, so that a young stream is not taken for a slow one.
  Bitrate Rate(Timestamp now) {
    Advance(now);
    int64_t buckets = std::min<int64_t>(current_ - first_ + 1, kBuckets);
    return DataSize::Bytes(sum_) / (kBucket * buckets);
  }

 private:
  void Advance(Timestamp now) {
    int64_t bucket = now.us() / kBucket.us();
    if (sum_ == 0 && bucket > current_ + kBuckets) first_ = current_ = bucket;
    while (current_ < bucket) {
      ++current_;
      uint32_t& oldest = bytes_[static_cast<size_t>(current_ % kBuckets)];
      sum_ -= oldest;
      oldest = 0;
      if (current_ < bucket - kBuckets) current_ = bucket - kBuckets;
    }
  }

  std::array<uint32_t, kBuckets> bytes_{};
  uint32_t sum_ = 0;
  int64_t first_ = 0;
  int64_t current_ = 0;
};

}  // namespace parley
