#pragma once

// One thread of the media side: its event loop, sockets, clock and rings around one Engine. Each
// turn: what the sockets have, messages of other cores, commands, timers; then everything that
// leaves, once. Sleeps when there is nothing to do, and only then has to be woken. Made and joined
// by WorkerPool; after Start() everything but the rings and the metrics is the thread's own.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/packet_pool.h"
#include "sfu/base/spsc_ring.h"
#include "sfu/port/commands.h"
#include "sfu/port/events.h"
#include "sfu/port/local_media.h"
#include "sfu/worker/core_links.h"
#include "sfu/worker/engine.h"
#include "sfu/worker/tcp_listener.h"
#include "sfu/worker/udp_socket.h"
#include "sfu/worker/worker_metrics.h"

namespace parley {

// The rings between the signaling thread and one worker.
struct Mailbox {
  static constexpr size_t kCommands = 1024;
  static constexpr size_t kEvents = 4096;

  SpscRing<Command> commands{kCommands};
  SpscRing<Event> events{kEvents};
  // The signaling thread has commands that found no room: wake it when there is some.
  std::atomic<bool> commands_wait{false};
};

// The rings between the thread that plays local transports and one worker.
struct LocalLink {
  static constexpr size_t kPackets = 2048;

  SpscRing<LocalPacket> to_worker{kPackets};
  SpscRing<LocalPacket> from_worker{kPackets};
};

struct WorkerSockets {
  std::vector<UdpSocket> udp;  // at most one per family
  std::vector<TcpAcceptorSocket> tcp;
};

class Worker {
 public:
  // Everything given by reference outlives the worker. `wake` tells the signaling thread to look
  // at its mailboxes. `local` may be null; `cpu` is the core to stay on, if any.
  Worker(const EngineConfig& config, const TcpLimits& tcp_limits, WorkerSockets sockets,
         const DtlsIdentity& identity, PacketPool& pool, CoreLinks& links, Mailbox& mailbox,
         LocalLink* local, std::function<void()> wake, std::optional<int> cpu);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Start();
  // Asks the thread to apply what is in its ring, say goodbye and end; Join() waits for it.
  void RequestStop();
  void Join();

  const WorkerMetrics& metrics() const { return metrics_; }

 private:
  class Loop;  // the thread's own part

  const EngineConfig config_;
  const TcpLimits tcp_limits_;
  WorkerSockets sockets_;
  const DtlsIdentity& identity_;
  PacketPool& pool_;
  CoreLinks& links_;
  Mailbox& mailbox_;
  LocalLink* const local_;
  const std::function<void()> wake_;
  const std::optional<int> cpu_;
  WorkerMetrics metrics_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace parley
