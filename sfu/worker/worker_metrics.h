#pragma once

// Everything one worker counts. Written by its thread, read by any (base/metrics.h); names are
// those of the operator's metrics page.

#include <cstdint>

#include "sfu/base/metrics.h"

// X(name, help). Gauges are in the second list.
#define PARLEY_WORKER_COUNTERS(X)                                                             \
  X(datagrams_received, "Datagrams taken from the sockets")                                   \
  X(bytes_received, "Bytes in them")                                                          \
  X(datagrams_sent, "Datagrams given to the sockets")                                         \
  X(bytes_sent, "Bytes in them")                                                              \
  X(receive_calls, "System calls that received something")                                    \
  X(send_calls, "System calls that sent something")                                           \
  X(datagrams_joined, "Datagrams sent in one message with others of their destination")       \
  X(joins_refused, "Such messages that the kernel took only apart")                           \
  X(send_dropped, "Datagrams the kernel would not take")                                      \
  X(dropped_too_large, "Datagrams over 1,500 bytes")                                          \
  X(dropped_no_buffer, "Datagrams dropped because the packet pool was empty")                 \
  X(dropped_unknown_kind, "Datagrams that are neither STUN, DTLS, RTP nor RTCP")              \
  X(dropped_bad_stun, "STUN messages that do not parse or have no user name")                 \
  X(dropped_unknown_ufrag, "Connectivity checks for nobody here")                             \
  X(dropped_unknown_address, "DTLS and SRTP from addresses without a valid check")            \
  X(dropped_unauthenticated, "Connectivity checks with wrong credentials")                    \
  X(dropped_srtp, "SRTP and SRTCP packets that did not authenticate, or were replayed")       \
  X(dropped_unsendable, "Packets for a transport that cannot send any more")                  \
  X(router_packets_in, "RTP packets from publishers on this core")                            \
  X(router_packets_out, "RTP packets to subscribers on this core")                            \
  X(router_malformed, "RTP and RTCP that did not parse")                                      \
  X(router_unknown_ssrc, "RTP that belongs to no source")                                     \
  X(router_not_permitted, "RTP of sources that are off")                                      \
  X(router_over_limit, "RTP beyond what one participant may send")                            \
  X(router_unreadable, "RTP whose payload, layers or extensions cannot be read")              \
  X(router_jumps, "RTP whose number or time is far from what came before")                    \
  X(retransmissions_sent, "Packets sent again")                                               \
  X(retransmissions_refused, "Packets asked for again that were too old, or over the budget") \
  X(key_frame_requests, "Key frames asked of publishers")                                     \
  X(picture_losses_refused, "Key frames that a receiver asked for too often")                 \
  X(estimates_refused, "Bandwidths that a receiver told too often")                           \
  X(redundant_sent, "Audio packets that repeat earlier ones, for subscribers who lose some")  \
  X(padding_sent, "Packets of nothing but padding, that probe a subscriber's link")           \
  X(paced_lost, "Packets that waited too long for their turn at a subscriber's pace")         \
  X(fallen_behind, "Times that the video waiting for a subscriber was dropped")               \
  X(relay_sent, "Messages handed to other cores")                                             \
  X(relay_received, "Messages taken from other cores")                                        \
  X(relay_dropped_video, "Video packets dropped before a full ring")                          \
  X(relay_dropped_other, "Other messages dropped before a full ring")                         \
  X(feed_sent, "Packets handed to recorders")                                                 \
  X(feed_dropped_video, "Video packets that a recorder was too slow for")                     \
  X(feed_dropped_other, "Other packets that a recorder was too slow for, or gone")            \
  X(wakes_sent, "Parked workers woken by this one")                                           \
  X(events_dropped, "Statistics that the signaling thread was too slow for")                  \
  X(commands, "Commands applied")                                                             \
  X(commands_refused, "Commands that a limit refused")                                        \
  X(cpu_microseconds, "CPU time of the worker's thread")                                      \
  X(loop_turns, "Turns of the loop")                                                          \
  X(parked, "Turns that ended in sleep")                                                      \
  X(tcp_accepted, "ICE-TCP connections accepted")                                             \
  X(tcp_refused, "ICE-TCP connections over a limit")                                          \
  X(tcp_closed_idle, "ICE-TCP connections closed for want of a valid check")                  \
  X(tcp_dropped_slow, "Packets dropped because an ICE-TCP peer reads too slowly")

#define PARLEY_WORKER_GAUGES(X)                    \
  X(transports, "Peer connections on this worker") \
  X(rooms, "Rooms with a router on this worker")   \
  X(tcp_connections, "ICE-TCP connections")        \
  X(pool_packets, "Packets of the pool in use")    \
  X(pool_exhausted, "Times that the packet pool was empty")

namespace parley {

struct alignas(64) WorkerMetrics {
#define PARLEY_METRIC(name, help) Counter name;
  PARLEY_WORKER_COUNTERS(PARLEY_METRIC)
  PARLEY_WORKER_GAUGES(PARLEY_METRIC)
#undef PARLEY_METRIC

  // visit(name, help, value, is_gauge), for each.
  template <class F>
  void ForEach(F&& visit) const {
#define PARLEY_METRIC(name, help) visit(#name, help, name.value(), false);
    PARLEY_WORKER_COUNTERS(PARLEY_METRIC)
#undef PARLEY_METRIC
#define PARLEY_METRIC(name, help) visit(#name, help, name.value(), true);
    PARLEY_WORKER_GAUGES(PARLEY_METRIC)
#undef PARLEY_METRIC
  }
};

}  // namespace parley
