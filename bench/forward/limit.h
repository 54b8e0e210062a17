#pragma once

// The least that forwarding can cost on this machine: one copy and one AES-128-GCM by
// intel-ipsec-mb per packet, and the cheapest of the kernel's single-packet sends, in a tight loop
// towards sockets that somebody drains.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::bench {

// Nanoseconds of this thread per packet of `size` bytes, to the loopback ports given.
double MeasureLimitNs(size_t size, const std::vector<uint16_t>& ports, int packets);

}  // namespace parley::bench
