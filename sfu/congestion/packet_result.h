#pragma once

// What became of one packet sent to a subscriber, as its transport-wide feedback tells. Plain
// values.

#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

// A short train of packets at one rate, sent to learn whether the path carries it; 0 is none.
using ProbeId = uint8_t;

struct PacketResult {
  int64_t seq = 0;  // the transport-wide number, unwrapped
  Timestamp sent;   // our clock
  DataSize size;
  ProbeId probe = 0;
  Timestamp received;  // the receiver's clock, of an epoch of its own
};

}  // namespace parley
