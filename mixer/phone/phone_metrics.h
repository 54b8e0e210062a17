#pragma once

// What is counted of phones. Written by the phone thread, read by any (base/metrics.h); names are
// those of the operator's metrics page.

#include <cstdint>

#include "sfu/base/metrics.h"

// X(name, help). Gauges are in the second list.
#define PARLEY_PHONE_COUNTERS(X)                                                   \
  X(calls_answered, "Calls answered")                                              \
  X(calls_dialled, "Calls that we made")                                           \
  X(unknown_numbers, "Calls to numbers that are not ours")                         \
  X(refused_full, "Calls refused because there were too many")                     \
  X(sip_malformed, "SIP messages that did not parse")                              \
  X(sip_strangers_dropped, "SIP requests of strangers beyond their rate")          \
  X(sip_authentication_failures, "Challenges of providers that we could not meet") \
  X(sound_played_ms, "Milliseconds of callers' sound out of packets")              \
  X(sound_mended_ms, "Milliseconds of it out of the redundancy of later packets")  \
  X(sound_concealed_ms, "Milliseconds of it that were lost and concealed")         \
  X(calls_scored, "Calls that are over and whose sound was scored (E-model)")      \
  X(calls_scored_hundredths, "Their mean opinion scores, times 100, together")     \
  X(calls_scored_below_403, "Of them those below 4.03: not all are satisfied")     \
  X(calls_scored_below_360, "Of them those below 3.60: some are dissatisfied")     \
  X(calls_scored_below_310, "Of them those below 3.10: many are dissatisfied")     \
  X(calls_scored_below_258, "Of them those below 2.58: nearly all are")            \
  X(packets_waited, "Callers' packets that waited to be played")                   \
  X(packets_waited_ms, "Milliseconds that they waited, together")                  \
  X(ticks, "Mixer ticks of 20 ms")                                                 \
  X(ticks_late, "Mixer ticks that began 20 ms or more after their time")           \
  X(ticks_skipped, "Mixer ticks that never were")

#define PARLEY_PHONE_GAUGES(X)                                                   \
  X(calls, "Calls now")                                                          \
  X(rooms, "Rooms with phones now")                                              \
  X(lowest_mos_hundredths, "Lowest mean opinion score of a call now, times 100") \
  X(trunks_registered, "Providers that have us registered now")                  \
  X(trunks_down, "Providers that did not answer or refused when last asked")

namespace parley {

struct PhoneMetrics {
#define PARLEY_DECLARE(name, help) Counter name;
  PARLEY_PHONE_COUNTERS(PARLEY_DECLARE)
  PARLEY_PHONE_GAUGES(PARLEY_DECLARE)
#undef PARLEY_DECLARE

  // visit(name, help, value, is_gauge)
  template <class F>
  void ForEach(F&& visit) const {
#define PARLEY_COUNTER(name, help) visit(#name, help, name.value(), false);
#define PARLEY_GAUGE(name, help) visit(#name, help, name.value(), true);
    PARLEY_PHONE_COUNTERS(PARLEY_COUNTER)
    PARLEY_PHONE_GAUGES(PARLEY_GAUGE)
#undef PARLEY_COUNTER
#undef PARLEY_GAUGE
  }
};

}  // namespace parley
