#pragma once

// The least that forwarding can cost on this machine: one copy and one AES-128-GCM by
// intel-ipsec-mb per packet, and the cheapest of the kernel's single-packet sends, towards sockets
// that somebody drains: in a tight loop, or in bursts with pauses between, which costs more,
// because caches and processor have turned to other things meanwhile.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sfu/base/units.h"

namespace parley::bench {

// Nanoseconds of this thread per packet of `size` bytes, one to each of the loopback ports in turn.
// With a `pause`, that long between rounds.
double MeasureLimitNs(size_t size, const std::vector<uint16_t>& ports, int packets, Duration pause);

}  // namespace parley::bench
