#include "sfu/congestion/acked_bitrate.h"

#include <algorithm>

namespace parley {

void AckedBitrate::Add(Timestamp received, DataSize size) {
  const int64_t bucket = received.us() / kBucket.us();
  if (first_ < 0 || bucket > newest_ + kBuckets) {
    // After a pause nothing is known again.
    sizes_ = {};
    first_ = newest_ = bucket;
  }
  while (newest_ < bucket) sizes_[static_cast<size_t>(++newest_) % sizes_.size()] = DataSize();
  sizes_[static_cast<size_t>(newest_) % sizes_.size()] += size;
}

std::optional<Bitrate> AckedBitrate::Over(int64_t buckets) const {
  if (newest_ - first_ < kBuckets) return std::nullopt;
  DataSize sum;
  for (int64_t b = newest_ - buckets; b < newest_; ++b) {
    sum += sizes_[static_cast<size_t>(b) % sizes_.size()];
  }
  return sum / (kBucket * buckets);
}

}  // namespace parley
