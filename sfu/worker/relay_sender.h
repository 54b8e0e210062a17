#pragma once

// What one worker hands to the others: collects a turn's messages per target, pushes each batch at
// once and wakes a target that sleeps once per batch. Before a full ring video yields first, by
// whole frames, so that audio and requests always find room; nothing ever waits. One thread: the
// sending worker's.

#include <array>
#include <span>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/worker/core_links.h"
#include "sfu/worker/worker_metrics.h"

namespace parley {

class RelaySender {
 public:
  RelaySender(WorkerIndex self, CoreLinks& links, WorkerMetrics& metrics);

  // Takes what `messages` hold.
  void Send(std::span<RelayMessage> messages);
  void Flush();

 private:
  // A frame whose first packet found no room; its other packets are dropped with it.
  struct BrokenFrame {
    SourceId source;
    uint8_t encoding = 0;
    RtpTimestamp timestamp;
  };
  struct Link {
    WorkerIndex to;
    CoreLinks::Ring* ring = nullptr;
    std::vector<RelayMessage> waiting;
    std::array<BrokenFrame, 16> broken{};
    size_t broken_count = 0;
  };
  static constexpr size_t kBatch = 64;

  void Queue(Link& link, RelayMessage message);
  void Push(Link& link);
  bool Admit(Link& link, const RelayMessage& message, size_t room);

  CoreLinks& links_;
  WorkerMetrics& metrics_;
  std::vector<Link> to_;  // by worker; the own one stays unused
};

}  // namespace parley
