#include "sfu/worker/worker_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>
#include <utility>

#include "sfu/base/check.h"
#include "sfu/base/log.h"
#include "sfu/base/packet_pool.h"
#include "sfu/base/random.h"
#include "sfu/transport/dtls_certificate.h"
#include "sfu/transport/srtp_session.h"
#include "sfu/worker/core_links.h"
#include "sfu/worker/host_addresses.h"
#include "sfu/worker/worker.h"

namespace parley {
namespace {

// With base_port 0 the UDP port is the kernel's choice; another program may hold its TCP twin.
constexpr int kPortAttempts = 32;
// Of the thread that plays local transports: a second of audio of many stays in histories.
constexpr size_t kLocalPoolPackets = 32768;

std::vector<int> UsableCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(static_cast<size_t>(i), &set)) cpus.push_back(i);
  }
  return cpus;
}

SocketAddress WithPort(const SocketAddress& a, uint16_t port) {
  if (a.is_v4()) return SocketAddress::V4({a.ip()[0], a.ip()[1], a.ip()[2], a.ip()[3]}, port);
  return SocketAddress::V6(a.ip(), port);
}

bool IsUnspecified(const SocketAddress& a) {
  return std::ranges::all_of(a.ip(), [](uint8_t byte) { return byte == 0; });
}

std::expected<WorkerSockets, std::string> BindAt(const WorkerPoolConfig& config, uint16_t port) {
  WorkerSockets sockets;
  for (const SocketAddress& address : config.bind) {
    auto udp = UdpSocket::Bind(WithPort(address, port), {.buffer_bytes = config.socket_buffer_bytes,
                                                         .join = config.join_datagrams});
    if (!udp) return std::unexpected(udp.error());
    port = udp->local().port();
    sockets.udp.push_back(std::move(*udp));
  }
  if (!config.tcp) return sockets;
  for (const SocketAddress& address : config.bind) {
    auto tcp = TcpAcceptorSocket::Listen(WithPort(address, port));
    if (!tcp) return std::unexpected(tcp.error());
    sockets.tcp.push_back(std::move(*tcp));
  }
  return sockets;
}

std::expected<WorkerSockets, std::string> BindWorker(const WorkerPoolConfig& config, int index) {
  if (config.base_port != 0) {
    return BindAt(config, static_cast<uint16_t>(config.base_port + index));
  }
  for (int attempt = 1;; ++attempt) {
    auto sockets = BindAt(config, 0);
    if (sockets || attempt == kPortAttempts) return sockets;
  }
}

std::vector<SocketAddress> CandidateAddresses(const WorkerPoolConfig& config) {
  if (!config.announced.empty()) return config.announced;
  std::vector<SocketAddress> addresses;
  for (const SocketAddress& bound : config.bind) {
    if (!IsUnspecified(bound)) {
      addresses.push_back(bound);
      continue;
    }
    for (const SocketAddress& host : HostAddresses()) {
      if (host.is_v4() == bound.is_v4()) addresses.push_back(host);
    }
  }
  return addresses;
}

std::optional<std::string> Problem(const WorkerPoolConfig& config) {
  if (config.workers < 0 || config.workers > kMaxWorkers) {
    return "workers must be 1 to " + std::to_string(kMaxWorkers);
  }
  if (config.bind.empty()) return "there is no address to listen on";
  for (size_t i = 0; i < config.bind.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (config.bind[i].is_v4() == config.bind[j].is_v4()) {
        return "more than one " + std::string(config.bind[i].is_v4() ? "IPv4" : "IPv6") +
               " address to listen on";
      }
    }
  }
  return std::nullopt;
}

}  // namespace

struct WorkerPool::Impl {
  Impl(int count, const DtlsIdentity& i, std::function<void()> w);
  ~Impl();

  // Worker threads. Once until the next PollEvents(): the exchange also publishes what was pushed
  // before it to the thread that clears the flag.
  void Wake() {
    if (!wake_asked.exchange(true, std::memory_order_acq_rel)) wake();
  }
  void PassOnWaiting(size_t worker);

  const DtlsIdentity& identity;
  const std::function<void()> wake;
  std::atomic<bool> wake_asked{false};
  // In this order: rings hold packets of the pools, workers use both.
  std::vector<std::unique_ptr<PacketPool>> pools;
  std::unique_ptr<PacketPool> local_pool;
  std::vector<std::unique_ptr<LocalLink>> local_links;  // by worker; none unless configured
  CoreLinks links;
  std::vector<std::unique_ptr<Mailbox>> mailboxes;
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::deque<Command>> waiting;  // found no room in their ring, by worker
  std::vector<std::vector<Candidate>> candidates;
  std::unique_ptr<LocalPort> local_port;
  bool stopped = false;
};

class WorkerPool::LocalPort final : public LocalMediaPort {
 public:
  explicit LocalPort(Impl& impl) : impl_(impl) {}

  PacketPool& pool() override { return *impl_.local_pool; }
  bool Send(WorkerIndex worker, LocalPacket packet) override {
    if (!impl_.local_links[worker.value()]->to_worker.TryPush(std::move(packet))) return false;
    sent_to_ |= uint64_t{1} << worker.value();
    return true;
  }
  void Flush() override {
    for (uint8_t i = 0; sent_to_ != 0; ++i, sent_to_ >>= 1) {
      if ((sent_to_ & 1) != 0) impl_.links.parking(WorkerIndex(i)).Notify();
    }
  }
  void Receive(const std::function<void(LocalPacket)>& take) override {
    for (const auto& link : impl_.local_links) {
      link->from_worker.ConsumeBatch(LocalLink::kPackets,
                                     [&](LocalPacket&& packet) { take(std::move(packet)); });
    }
  }

 private:
  Impl& impl_;
  uint64_t sent_to_ = 0;  // bit per worker
};

WorkerPool::Impl::Impl(int count, const DtlsIdentity& i, std::function<void()> w)
    : identity(i), wake(std::move(w)), links(count), waiting(static_cast<size_t>(count)) {}
WorkerPool::Impl::~Impl() = default;

std::expected<std::unique_ptr<WorkerPool>, std::string> WorkerPool::Start(
    const WorkerPoolConfig& config, const DtlsIdentity& identity, std::function<void()> wake) {
  if (auto problem = Problem(config)) return std::unexpected(*problem);
  InitSrtp();
  const std::vector<int> cpus = UsableCpus();
  const int count = config.workers != 0 ? config.workers
                                        : std::clamp(static_cast<int>(cpus.size()), 1, kMaxWorkers);
  const std::vector<SocketAddress> addresses = CandidateAddresses(config);
  if (addresses.empty()) return std::unexpected("this machine has no address to offer to peers");

  auto impl = std::make_unique<Impl>(count, identity, std::move(wake));
  Impl* shared = impl.get();
  SystemRandom random;
  if (config.local_media) {
    impl->local_pool = std::make_unique<PacketPool>(kLocalPoolPackets);
    impl->local_port = std::make_unique<LocalPort>(*impl);
    for (int i = 0; i < count; ++i) impl->local_links.push_back(std::make_unique<LocalLink>());
  }
  for (int i = 0; i < count; ++i) {
    auto sockets = BindWorker(config, i);
    if (!sockets) return std::unexpected(sockets.error());
    const uint16_t port = sockets->udp.front().local().port();
    std::vector<Candidate> candidates;
    candidates.reserve(2 * addresses.size());
    for (const SocketAddress& a : addresses) candidates.push_back({WithPort(a, port), false});
    if (config.tcp) {
      for (const SocketAddress& a : addresses) candidates.push_back({WithPort(a, port), true});
    }
    impl->candidates.push_back(std::move(candidates));

    EngineConfig engine;
    engine.worker = WorkerIndex(static_cast<uint8_t>(i));
    engine.worker_count = count;
    engine.seed = random.U64();
    engine.max_transports = config.max_transports;
    engine.max_rooms = config.max_rooms;
    engine.max_ssrcs_per_transport = config.max_ssrcs_per_transport;
    engine.max_uplink = config.max_uplink;
    impl->pools.push_back(std::make_unique<PacketPool>(config.pool_packets));
    impl->mailboxes.push_back(std::make_unique<Mailbox>());
    std::optional<int> cpu;
    if (config.pin_threads && !cpus.empty()) cpu = cpus[static_cast<size_t>(i) % cpus.size()];
    impl->workers.push_back(std::make_unique<Worker>(
        engine, TcpLimits{config.max_tcp_connections, config.max_tcp_connections_per_ip},
        std::move(*sockets), identity, *impl->pools.back(), impl->links, *impl->mailboxes.back(),
        config.local_media ? impl->local_links[static_cast<size_t>(i)].get() : nullptr,
        [shared] { shared->Wake(); }, cpu));
    LogInfo("worker_ready", {{"worker", i}, {"port", port}, {"tcp", config.tcp}});
  }
  for (const auto& worker : impl->workers) worker->Start();
  return std::unique_ptr<WorkerPool>(new WorkerPool(std::move(impl)));
}

WorkerPool::WorkerPool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WorkerPool::~WorkerPool() { Stop(); }

int WorkerPool::worker_count() const { return impl_->links.workers(); }

void WorkerPool::Send(WorkerIndex worker, Command command) {
  PARLEY_CHECK(worker.value() < worker_count());
  if (impl_->stopped) return;
  const size_t i = worker.value();
  if (!impl_->waiting[i].empty() || !impl_->mailboxes[i]->commands.TryPush(std::move(command))) {
    // NOLINTNEXTLINE(bugprone-use-after-move): a push that fails leaves it alone.
    impl_->waiting[i].push_back(std::move(command));
    // Relaxed: Notify()'s fence orders it before the look at the sleeper.
    impl_->mailboxes[i]->commands_wait.store(true, std::memory_order_relaxed);
  }
  impl_->links.parking(worker).Notify();
}

void WorkerPool::Impl::PassOnWaiting(size_t worker) {
  std::deque<Command>& queue = waiting[worker];
  if (queue.empty()) return;
  while (!queue.empty() && mailboxes[worker]->commands.TryPush(std::move(queue.front()))) {
    queue.pop_front();
  }
  if (!queue.empty()) mailboxes[worker]->commands_wait.store(true, std::memory_order_relaxed);
  links.parking(WorkerIndex(static_cast<uint8_t>(worker))).Notify();
}

void WorkerPool::PollEvents(std::vector<Event>& out) {
  // Before the look at the rings: what is pushed after it wakes again.
  impl_->wake_asked.exchange(false, std::memory_order_acq_rel);
  for (size_t i = 0; i < impl_->mailboxes.size(); ++i) {
    SpscRing<Event>& events = impl_->mailboxes[i]->events;
    events.ConsumeBatch(events.capacity(), [&](Event&& event) { out.push_back(std::move(event)); });
    if (!impl_->stopped) impl_->PassOnWaiting(i);
  }
}

const std::vector<MediaPort::Candidate>& WorkerPool::candidates(WorkerIndex worker) const {
  return impl_->candidates[worker.value()];
}

Duration WorkerPool::cpu_time(WorkerIndex worker) const {
  return Duration::Micros(static_cast<int64_t>(metrics(worker).cpu_microseconds.value()));
}

const std::vector<DtlsFingerprint>& WorkerPool::fingerprints() const {
  return impl_->identity.fingerprints();
}

LocalMediaPort* WorkerPool::local() { return impl_->local_port.get(); }

const WorkerMetrics& WorkerPool::metrics(WorkerIndex worker) const {
  return impl_->workers[worker.value()]->metrics();
}

void WorkerPool::Stop() {
  if (std::exchange(impl_->stopped, true)) return;
  for (const auto& worker : impl_->workers) worker->RequestStop();
  for (const auto& worker : impl_->workers) worker->Join();
}

}  // namespace parley
