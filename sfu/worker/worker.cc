#include "sfu/worker/worker.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <cstring>
#include <deque>
#include <string>
#include <utility>

#include "sfu/base/log.h"
#include "sfu/worker/feed_sender.h"
#include "sfu/worker/relay_sender.h"

namespace parley {
namespace {

using boost::asio::posix::stream_descriptor;
using Clock = std::chrono::steady_clock;

// What one turn takes of each ring before the sockets get their turn again.
constexpr size_t kRelaysPerTurn = 256;
constexpr size_t kCommandsPerTurn = 64;
constexpr size_t kLocalPacketsPerTurn = 256;
// Sent of video, while audio that has just come waits.
constexpr size_t kVideoPerTurn = 256;
constexpr Duration kSweepInterval = Duration::Seconds(1);
// How soon events that found their ring full are tried again.
constexpr Duration kEventRetry = Duration::Millis(5);
// Statistics are dropped when more events than this wait; nothing else ever is.
constexpr size_t kMaxWaitingStats = 4096;

// How often the operator and the signaling thread are told what the thread costs.
constexpr Duration kCpuTimeInterval = Duration::Millis(500);

Duration ThreadCpuTime() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return Duration::Micros(int64_t{used.tv_sec} * 1'000'000 + used.tv_nsec / 1000);
}

Timestamp SteadyNow() {
  return Timestamp::Micros(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch())
          .count());
}

WallTime WallNow() {
  return WallTime::UnixMicros(std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::system_clock::now().time_since_epoch())
                                  .count());
}

void NameAndPin(WorkerIndex worker, std::optional<int> cpu) {
  const std::string name = "parley-w" + std::to_string(worker.value());
  pthread_setname_np(pthread_self(), name.c_str());
  if (!cpu) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(*cpu), &set);
  if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
    LogWarning("worker_not_pinned", {{"worker", worker.value()}, {"cpu", *cpu}});
  }
}

}  // namespace

class Worker::Loop final : EngineSink, TcpListener::Handler {
 public:
  explicit Loop(Worker& worker)
      : w_(worker),
        metrics_(worker.metrics_),
        parking_(worker.links_.parking(worker.config_.worker)),
        dtls_(worker.identity_),
        relay_(worker.config_.worker, worker.links_, worker.metrics_),
        engine_(worker.config_, dtls_, worker.pool_, *this, worker.metrics_, SteadyNow()),
        wake_descriptor_(io_, parking_.fd()),
        tcp_(io_, std::move(worker.sockets_.tcp), worker.tcp_limits_, *this, worker.metrics_),
        next_sweep_(SteadyNow() + kSweepInterval) {
    for (int i = 0; i < worker.links_.workers(); ++i) {
      const WorkerIndex other(static_cast<uint8_t>(i));
      if (other != worker.config_.worker) {
        from_others_.push_back(&worker.links_.ring(other, worker.config_.worker));
      }
    }
    udp_descriptors_.reserve(worker.sockets_.udp.size());
    for (UdpSocket& socket : worker.sockets_.udp) {
      udp_descriptors_.push_back(std::make_unique<stream_descriptor>(io_, socket.fd()));
      WaitToReceive(socket, *udp_descriptors_.back());
    }
    WaitForWake();
  }

  ~Loop() override {
    // Their owners close them.
    for (auto& descriptor : udp_descriptors_) descriptor->release();
    wake_descriptor_.release();
  }

  void Run() {
    for (;;) {
      // Relaxed: RequestStop() wakes us after it, and the rings carry their own order.
      const bool stopping = w_.stop_.load(std::memory_order_relaxed);
      const bool done = Turn(stopping);
      if (stopping) break;
      if (!done) {
        io_.poll_one();
        continue;
      }
      parking_.Park();
      if (AnythingWaits()) {
        parking_.Unpark();
        io_.poll_one();
        continue;
      }
      const Timestamp deadline = NextDeadline();
      if (deadline <= SteadyNow()) {
        io_.poll_one();
      } else {
        metrics_.parked.Add();
        io_.run_one_until(Clock::time_point(std::chrono::microseconds(deadline.us())));
      }
      parking_.Unpark();
    }
    engine_.CloseAll(SteadyNow());
  }

 private:
  // ---- Sockets

  void WaitToReceive(UdpSocket& socket, stream_descriptor& descriptor) {
    descriptor.async_wait(stream_descriptor::wait_read, [this, &socket, &descriptor](auto error) {
      if (error) return;
      const size_t count = socket.Receive(w_.pool_, received_, metrics_);
      const Timestamp now = SteadyNow();
      for (size_t i = 0; i < count; ++i) {
        engine_.HandleDatagram(std::move(received_[i].packet), received_[i].from, now);
      }
      WaitToReceive(socket, descriptor);
    });
  }

  void OnTcpPacket(std::span<const uint8_t> packet, const SocketAddress& from) override {
    metrics_.datagrams_received.Add();
    PacketRef copy = w_.pool_.Allocate();
    if (!copy) return metrics_.dropped_no_buffer.Add();
    copy.SetSize(packet.size());
    std::memcpy(copy.MutableData(), packet.data(), packet.size());
    engine_.HandleDatagram(std::move(copy), from, SteadyNow());
  }
  void OnTcpClosed(const SocketAddress& from) override {
    engine_.HandleTcpClosed(from, SteadyNow());
  }
  Timestamp Now() const override { return SteadyNow(); }

  void SendDatagrams(std::span<const OutDatagram> datagrams) override {
    for (UdpSocket& socket : w_.sockets_.udp) socket.Send(datagrams, metrics_);
    if (metrics_.tcp_connections.value() == 0) return;
    for (const OutDatagram& datagram : datagrams) {
      if (datagram.to.tcp_connection() != 0) tcp_.Send(datagram.to, datagram.bytes);
    }
  }

  void WaitForWake() {
    wake_descriptor_.async_wait(stream_descriptor::wait_read, [this](auto error) {
      if (error) return;
      parking_.Clear();
      WaitForWake();
    });
  }

  // ---- Rings

  void Relay(std::span<RelayMessage> messages) override { relay_.Send(messages); }

  // Into the ring; what finds it full waits here in order.
  void Emit(std::span<Event> events) override {
    for (Event& event : events) {
      // A push that fails leaves it alone.
      if (waiting_events_.empty() && w_.mailbox_.events.TryPush(std::move(event))) {
        events_pushed_ = true;
        continue;
      }
      // NOLINTBEGIN(bugprone-use-after-move)
      if (std::holds_alternative<TransportStats>(event) &&
          waiting_events_.size() >= kMaxWaitingStats) {
        metrics_.events_dropped.Add();
      } else {
        waiting_events_.push_back(std::move(event));
      }
      // NOLINTEND(bugprone-use-after-move)
    }
  }

  void DeliverLocal(TransportId to, std::span<const uint8_t> rtp) override {
    if (w_.local_ == nullptr) return;
    LocalPacket local{.transport = to, .at = SteadyNow(), .packet = w_.pool_.Allocate()};
    if (!local.packet) return metrics_.dropped_no_buffer.Add();
    local.packet.SetSize(rtp.size());
    std::memcpy(local.packet.MutableData(), rtp.data(), rtp.size());
    if (!w_.local_->from_worker.TryPush(std::move(local))) metrics_.dropped_unsendable.Add();
  }

  void OpenFeed(FeedId feed, int socket) override { feeds_.Open(feed, socket); }
  void CloseFeed(FeedId feed) override { feeds_.Close(feed); }
  void SendToFeeds(std::span<const FeedDatagram> datagrams) override {
    feeds_.Send(datagrams, SteadyNow(), metrics_);
  }

  void DeliverEvents() {
    while (!waiting_events_.empty() &&
           w_.mailbox_.events.TryPush(std::move(waiting_events_.front()))) {
      waiting_events_.pop_front();
      events_pushed_ = true;
    }
    if (std::exchange(events_pushed_, false)) w_.wake_();
  }

  void TakeCommands(bool all) {
    const Timestamp now = SteadyNow();
    const auto apply = [&](Command&& command) { engine_.HandleCommand(std::move(command), now); };
    while (w_.mailbox_.commands.ConsumeBatch(kCommandsPerTurn, apply) != 0 && all) {
    }
    // Acquire is not needed: the flag only asks for a wake.
    if (w_.mailbox_.commands_wait.load(std::memory_order_relaxed) &&
        w_.mailbox_.commands_wait.exchange(false, std::memory_order_relaxed)) {
      w_.wake_();
    }
  }

  bool AnythingWaits() const {
    if (!w_.mailbox_.commands.Empty() || w_.stop_.load(std::memory_order_relaxed) ||
        w_.mailbox_.commands_wait.load(std::memory_order_relaxed)) {
      return true;
    }
    if (w_.local_ != nullptr && !w_.local_->to_worker.Empty()) return true;
    return std::ranges::any_of(from_others_, [](const auto* ring) { return !ring->Empty(); });
  }

  // ---- Turns

  // False when there is more to send at once.
  bool Turn(bool last) {
    metrics_.loop_turns.Add();
    Timestamp now = SteadyNow();
    if (now >= next_cpu_time_) {
      next_cpu_time_ = now + kCpuTimeInterval;
      metrics_.cpu_microseconds.Set(static_cast<uint64_t>(ThreadCpuTime().us()));
    }
    for (CoreLinks::Ring* ring : from_others_) {
      ring->ConsumeBatch(kRelaysPerTurn, [&](RelayMessage&& message) {
        engine_.HandleRelay(std::move(message), now);
      });
    }
    TakeCommands(last);
    if (w_.local_ != nullptr) {
      w_.local_->to_worker.ConsumeBatch(kLocalPacketsPerTurn, [&](LocalPacket&& local) {
        engine_.HandleLocal(local.transport, std::move(local.packet), now);
      });
    }
    if (now >= engine_.NextTimeout()) engine_.HandleTimeout(now, WallNow());
    if (now >= next_sweep_) {
      next_sweep_ = now + kSweepInterval;
      tcp_.Sweep(now, [this](const SocketAddress& a) { return engine_.IsKnownAddress(a); });
    }
    const bool done = engine_.Flush(SteadyNow(), kVideoPerTurn);
    relay_.Flush();
    DeliverEvents();
    return done;
  }

  Timestamp NextDeadline() const {
    Timestamp deadline = std::min(engine_.NextTimeout(), next_sweep_);
    if (!waiting_events_.empty()) deadline = std::min(deadline, SteadyNow() + kEventRetry);
    return deadline;
  }

  Worker& w_;
  WorkerMetrics& metrics_;
  Parking& parking_;
  DtlsContext dtls_;
  RelaySender relay_;
  Engine engine_;
  // One thread only, as everything here: no mutex anywhere in it. Others wake it by `parking_`.
  boost::asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  stream_descriptor wake_descriptor_;
  std::vector<std::unique_ptr<stream_descriptor>> udp_descriptors_;
  TcpListener tcp_;
  FeedSender feeds_;
  Timestamp next_sweep_;
  Timestamp next_cpu_time_;
  std::vector<CoreLinks::Ring*> from_others_;
  std::deque<Event> waiting_events_;
  bool events_pushed_ = false;  // and the signaling thread does not know yet
  std::array<ReceivedDatagram, UdpSocket::kBatch> received_;
};

Worker::Worker(const EngineConfig& config, const TcpLimits& tcp_limits, WorkerSockets sockets,
               const DtlsIdentity& identity, PacketPool& pool, CoreLinks& links, Mailbox& mailbox,
               LocalLink* local, std::function<void()> wake, std::optional<int> cpu)
    : config_(config),
      tcp_limits_(tcp_limits),
      sockets_(std::move(sockets)),
      identity_(identity),
      pool_(pool),
      links_(links),
      mailbox_(mailbox),
      local_(local),
      wake_(std::move(wake)),
      cpu_(cpu) {}

Worker::~Worker() {
  RequestStop();
  Join();
}

void Worker::Start() {
  thread_ = std::thread([this] {
    NameAndPin(config_.worker, cpu_);
    PacketPool::Scope owner(pool_);
    Loop(*this).Run();
  });
}

void Worker::RequestStop() {
  // Release is not needed: Notify()'s fence orders the store before the look at the sleeper.
  stop_.store(true, std::memory_order_relaxed);
  links_.parking(config_.worker).Notify();
}

void Worker::Join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace parley
