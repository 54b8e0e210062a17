#pragma once

// The plain RTP of local transports (TransportParams::local): what passes between the workers and
// one other thread of this process, which plays peers that have no browser, such as the mixer's
// phones. Packets are handed over, not copied; rings are bounded, and what finds one full is
// dropped and counted by the worker or by whoever sent it. One thread calls a LocalMediaPort.

#include <functional>

#include "sfu/base/ids.h"
#include "sfu/base/packet_pool.h"
#include "sfu/base/units.h"

namespace parley {

struct LocalPacket {
  TransportId transport;
  Timestamp at;  // of a worker: when it left
  PacketRef packet;
};

class LocalMediaPort {
 public:
  virtual ~LocalMediaPort() = default;

  // For packets to Send(); the calling thread is its owner.
  virtual PacketPool& pool() = 0;
  // As if the peer of `transport`, which lives on `worker`, had sent it. False when it was dropped.
  virtual bool Send(WorkerIndex worker, LocalPacket packet) = 0;
  // After the Sends of a turn: wakes the workers that got some.
  virtual void Flush() = 0;
  // What was sent to local transports since the last call, in order per worker.
  virtual void Receive(const std::function<void(LocalPacket)>& take) = 0;
};

}  // namespace parley
