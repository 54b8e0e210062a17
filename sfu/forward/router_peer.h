#pragma once

// A local transport as its Router keeps it: what it sends, what it receives, and when it is due for
// reports. Included by the Router's own files only.

#include <algorithm>

#include "sfu/base/deadline_heap.h"
#include "sfu/forward/downlink.h"
#include "sfu/forward/ingress_limit.h"
#include "sfu/forward/router.h"
#include "sfu/forward/uplink.h"

namespace parley {

// RFC 3550 section 6.2 asks for reports every 5 s or less often in large sessions; conferencing
// needs them sooner, and every participant has a session of its own.
inline constexpr Duration kReportInterval = Duration::Millis(1000);
inline constexpr Duration kStatsInterval = Duration::Seconds(2);

// Reports need no exact time, but every deadline of its own wakes a worker that sleeps: those of
// 20 ms fall together.
inline Timestamp OnReportGrid(Timestamp at) {
  constexpr int64_t kGridUs = 20'000;
  return Timestamp::Micros((at.us() + kGridUs - 1) / kGridUs * kGridUs);
}

struct Router::Peer : Deadline {
  Peer(TransportId transport_id, TransportHandle handle, const TransportParams& params,
       size_t max_ssrcs, Bitrate max_uplink, Ssrc ssrc, std::minstd_rand& random)
      : id(transport_id),
        is_feed(params.feed != FeedId()),
        sender_ssrc(ssrc),
        ingress(max_uplink),
        uplink(params.producers, max_ssrcs, ssrc),
        downlink(params.slots, transport_id, handle, random, *this) {}

  TransportId id;
  bool is_feed;      // of a recorder: the senders' own reports are passed to it, ours are not
  Ssrc sender_ssrc;  // names us where no slot does
  IngressLimit ingress;
  Uplink uplink;
  Downlink downlink;
  size_t next_report_slot = 0;  // where the last round of sender reports stopped
  Timestamp next_report;
  Timestamp next_stats;
  bool limit_told = false;    // it was told what it may send
  TransportStats last_stats;  // as told

  Timestamp NextTimeout() {
    const SendController* controller = downlink.controller();
    return std::min({uplink.NextTimeout(), next_report, next_stats,
                     controller ? controller->next_timeout() : Timestamp::Never()});
  }
};

}  // namespace parley
