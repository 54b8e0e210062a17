#pragma once

// What the four transaction machines share (RFC 3261 section 17): the base times, and what one of
// their steps asks of the layer that owns them. Values, any thread.

#include <cstdint>

#include "sfu/base/units.h"

namespace parley::sip {

// RFC 3261 section 17.1.1.1 and table 4.
struct TransactionTimes {
  Duration t1 = Duration::Millis(500);  // a round trip
  Duration t2 = Duration::Seconds(4);   // the longest pause between retransmissions
  Duration t4 = Duration::Seconds(5);   // as long as a message may linger in the network

  Duration give_up() const { return t1 * 64; }  // timers B, F, H, J, L and M
};

struct TransactionStep {
  bool send = false;       // (again) the request, or the last response
  bool send_ack = false;   // client INVITE transactions only
  bool deliver = false;    // hand what came to the user
  bool timed_out = false;  // tell the user that nobody answered
};

}  // namespace parley::sip
