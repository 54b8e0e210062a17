#pragma once

// When to try whether the path carries more, and how fast: at the start in steps of three and two;
// later whenever more could be used than the estimate allows; soon after a drop that may have been
// a passing one; each step that succeeds is followed by the next, each that fails makes the next
// wait longer. Value.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sfu/base/units.h"
#include "sfu/congestion/packet_result.h"

namespace parley {

struct ProbeCluster {
  ProbeId id = 0;
  Bitrate rate;
  DataSize least_size;  // and at least kProbePackets packets
};
inline constexpr int kProbePackets = 5;

class ProbeController {
 public:
  static constexpr Duration kLeastInterval = Duration::Seconds(2);
  static constexpr Duration kMostInterval = Duration::Seconds(5);
  // Of a train. After one that failed the next is longer, in case jitter blurred it; one without a
  // result arrived all at once, as over a medium that delivers in bursts, and the next is longer
  // than such a burst.
  static constexpr Duration kLeastLength = Duration::Millis(15);
  static constexpr Duration kSecondLength = Duration::Millis(45);
  static constexpr Duration kMostLength = Duration::Millis(100);

  struct Input {
    Bitrate estimate;
    Bitrate wanted;          // what could be used at most
    bool congested = false;  // the queue grows, or shrinks after it grew
    Duration round_trip;
  };
  // The next train to send, when it is time for one.
  std::optional<ProbeCluster> Poll(const Input& input, Timestamp now);
  void HandleDrop(Bitrate before, Timestamp now);
  // A train was received; `result` is what the path was seen to carry.
  void HandleResult(ProbeId id, Bitrate result, Timestamp now);

 private:
  void Fail();
  ProbeCluster Begin(Bitrate rate, Bitrate before, Timestamp now);

  ProbeId last_id_ = 0;
  Bitrate last_rate_;
  Bitrate before_;  // the estimate when it began
  std::optional<Timestamp> sent_at_;
  bool waiting_ = false;  // for the last train's result
  int initial_steps_ = 0;
  bool step_now_ = false;  // the last succeeded
  Duration interval_ = kLeastInterval;
  Duration length_ = kLeastLength;
  std::optional<Timestamp> dropped_at_;
  Bitrate before_drop_;
  bool tried_recovery_ = true;
};

}  // namespace parley
