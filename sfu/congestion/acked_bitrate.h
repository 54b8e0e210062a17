#pragma once

// How fast the receiver gets what is sent to it, on its own clock: over the last half second, and
// over the newest part of it alone. Value, nothing allocates.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class AckedBitrate {
 public:
  // Late packets count where time stands now.
  void Add(Timestamp received, DataSize size);
  // Nothing before the first kBuckets.
  std::optional<Bitrate> rate() const { return Over(kBuckets); }
  // Over the last kRecent buckets that are complete.
  std::optional<Bitrate> recent() const { return Over(kRecent); }

 private:
  static constexpr int64_t kBuckets = 10;
  static constexpr int64_t kRecent = 3;
  static constexpr Duration kBucket = Duration::Millis(50);

  std::optional<Bitrate> Over(int64_t buckets) const;

  // One more than are counted: the newest is still being filled.
  std::array<DataSize, kBuckets + 1> sizes_;
  int64_t first_ = -1;  // bucket
  int64_t newest_ = -1;
};

}  // namespace parley
