#pragma once

// The workers as the signaling thread sees them: a place for commands. worker/WorkerPool implements
// it over SPSC rings; tests implement it with a list. Signaling thread only.

#include <string>
#include <vector>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "sfu/port/commands.h"

namespace parley {

class MediaPort {
 public:
  virtual ~MediaPort() = default;

  virtual int worker_count() const = 0;
  // Never blocks and never loses a command: what the ring cannot take waits in order.
  virtual void Send(WorkerIndex worker, Command command) = 0;

  // Host candidates of a worker as peers should see them (announced addresses included), UDP first,
  // then ICE-TCP passive (RFC 6544). The port names the worker.
  struct Candidate {
    SocketAddress address;
    bool tcp = false;
  };
  virtual const std::vector<Candidate>& candidates(WorkerIndex worker) const = 0;
  // What its thread has used since the start, as last told; not exact to a second.
  virtual Duration cpu_time(WorkerIndex worker) const = 0;
  // Of the server's certificates, ECDSA first.
  virtual const std::vector<DtlsFingerprint>& fingerprints() const = 0;
};

}  // namespace parley
