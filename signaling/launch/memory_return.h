#pragma once

// Gives freed memory back to the system after many have come and gone: the allocator keeps it in
// pieces between what is still in use (24 MB for 10, after 2,400 joins). Signaling thread; at most
// once each kInterval, since it takes the allocator's locks for some milliseconds.

#include <malloc.h>

#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

class MemoryReturn {
 public:
  static constexpr Duration kInterval = Duration::Seconds(5);
  static constexpr uint32_t kTransports = 200;

  // `made`: how many transports there were since the start.
  void HandleTimeout(uint32_t made, Timestamp now) {
    if (made - seen_ < kTransports || now < next_) return;
    seen_ = made;
    next_ = now + kInterval;
    malloc_trim(0);
  }

 private:
  uint32_t seen_ = 0;
  Timestamp next_;
};

}  // namespace parley
