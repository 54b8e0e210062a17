#pragma once

// The media side of the server as its owner sees it: N worker threads, each with its UDP port (and
// the TCP port of the same number), and the rings to and from them. Owned and called by the
// signaling thread; nothing here blocks but Start() and Stop(). Commands that a ring cannot take
// wait here in order; events wait at the worker.

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sfu/base/socket_address.h"
#include "sfu/forward/ingress_limit.h"
#include "sfu/port/events.h"
#include "sfu/port/local_media.h"
#include "sfu/port/media_port.h"
#include "sfu/worker/worker_metrics.h"

namespace parley {

class DtlsIdentity;

struct WorkerPoolConfig {
  int workers = 0;         // 1..kMaxWorkers; 0: one per core
  uint16_t base_port = 0;  // worker i has base_port + i for UDP and TCP; 0: any free port
  // Where to listen: at most one address per family, ports ignored. 0.0.0.0 and :: are all.
  std::vector<SocketAddress> bind;
  // What peers are told instead of the above, ports ignored (NAT). Empty: the bound addresses, for
  // 0.0.0.0 and :: those of the machine's interfaces, loopback only when there is no other.
  std::vector<SocketAddress> announced;
  bool tcp = true;               // ICE-TCP
  bool pin_threads = true;       // worker i to the i-th core that the process may use
  size_t pool_packets = 32768;   // per worker; 1.8 KiB each once used
  size_t max_transports = 4096;  // per worker
  size_t max_rooms = 4096;
  int max_ssrcs_per_transport = 32;
  Bitrate max_uplink = IngressLimit::kDefaultRate;  // of one transport; packets beyond are dropped
  size_t max_tcp_connections = 1024;                // per worker
  size_t max_tcp_connections_per_ip = 128;          // of them
  size_t socket_buffer_bytes = 4 << 20;             // asked of the kernel, per socket and direction
  bool join_datagrams = true;                       // UdpOptions::join
  bool local_media = false;                         // local() is there
};

class WorkerPool final : public MediaPort {
 public:
  // Binds, then starts the threads. `identity` must outlive the pool. `wake` is called from worker
  // threads when there are events, at most once before the next PollEvents(); it must be
  // thread-safe, must not block and must not call back. The error is a sentence for the operator.
  static std::expected<std::unique_ptr<WorkerPool>, std::string> Start(
      const WorkerPoolConfig& config, const DtlsIdentity& identity, std::function<void()> wake);
  // Stop().
  ~WorkerPool() override;

  int worker_count() const override;
  void Send(WorkerIndex worker, Command command) override;
  const std::vector<Candidate>& candidates(WorkerIndex worker) const override;
  Duration cpu_time(WorkerIndex worker) const override;
  const std::vector<DtlsFingerprint>& fingerprints() const override;

  // Appends what happened since the last call, in order per worker, and passes on waiting commands.
  void PollEvents(std::vector<Event>& out);
  // For the one thread that plays local transports, until Stop(); null unless configured.
  LocalMediaPort* local();
  // One per worker; live.
  const WorkerMetrics& metrics(WorkerIndex worker) const;
  // Ends the threads after what their rings hold; peers get a DTLS close_notify. More calls do
  // nothing.
  void Stop();

 private:
  struct Impl;
  class LocalPort;
  explicit WorkerPool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley
