// What a forwarded packet costs: one publisher, N subscribers, server and clients in processes of
// their own on loopback. Video alone (300 packets of 1,100 bytes a second, 30 frames), then audio
// alone (50 of 100 bytes). Prints one JSON row per figure.

#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/forward/server.h"
#include "bench/load/client_loop.h"
#include "sfu/base/check.h"
#include "sfu/base/random.h"
#include "sfu/transport/srtp_session.h"
#include "sfu/wire/rtp.h"
#include "sfu/worker/udp_socket.h"

namespace parley::bench {
namespace {

constexpr size_t kVideoSize = 1100;
constexpr size_t kAudioSize = 100;
constexpr int kLimitPackets = 12'800;
constexpr double kCpuTarget = 1.5;     // times the limit
constexpr double kCrossTarget = 1.15;  // times the single-core figure
constexpr double kP50TargetUs = 500;
constexpr double kP99TargetUs = 2000;
constexpr double kMemoryTargetKib = 100;

void Row(const std::string& name, std::string_view metric, double value, std::string_view unit,
         std::optional<double> limit, std::optional<double> target, bool ok) {
  const auto number = [](std::optional<double> v) {
    char text[32];
    snprintf(text, sizeof text, "%.4g", v.value_or(0));
    return v ? std::string(text) : std::string("null");
  };
  printf(
      "{\"bench\": \"forward\", \"case\": \"%s\", \"metric\": \"%.*s\", \"value\": %.6g, "
      "\"unit\": \"%.*s\", \"limit\": %s, \"target\": %s, \"ok\": %s}\n",
      name.c_str(), static_cast<int>(metric.size()), metric.data(), value,
      static_cast<int>(unit.size()), unit.data(), number(limit).c_str(), number(target).c_str(),
      ok ? "true" : "false");
  fflush(stdout);
}

void PinTo(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(cpu), &set);
  sched_setaffinity(0, sizeof set, &set);
}

int LastCpu() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  int last = 0;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(static_cast<size_t>(i), &set)) last = i;
  }
  return last;
}

struct Client {
  Client(uint32_t number, const test::MemberShape& shape, const test::TestIdentity& identity)
      : random(number), peer(identity, number), plan(number, shape, peer, random) {}
  SeededRandom random;
  test::TestPeer peer;
  test::MemberPlan plan;
};

struct Phase {
  double cpu_ns_per_packet = 0;
  double p50_us = 0;
  double p99_us = 0;
  uint64_t sent = 0;
  uint64_t expected = 0;
  uint64_t received = 0;
  double allocations_per_packet = 0;
};

// One server process and its clients.
class Meeting {
 public:
  Meeting(const Setup& setup, const test::TestIdentity& clients, const DtlsIdentity& identity)
      : setup_(setup), identity_(clients) {
    int fds[2];
    PARLEY_CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0);
    fflush(stdout);
    server_ = fork();
    PARLEY_CHECK(server_ >= 0);
    if (server_ == 0) {
      close(fds[0]);
      RunServer(fds[1], setup, clients, identity);
    }
    close(fds[1]);
    fd_ = fds[0];
    PinTo(LastCpu());
    fingerprints_ = identity.fingerprints();
    ports_ = Ask({.kind = Request::Kind::kSnapshot}).ports;
  }
  ~Meeting() {
    const Request quit{.kind = Request::Kind::kQuit};
    [[maybe_unused]] const ssize_t n = write(fd_, &quit, sizeof quit);
    close(fd_);
    waitpid(server_, nullptr, 0);
  }

  Reply Ask(const Request& request) {
    Reply reply;
    PARLEY_CHECK(write(fd_, &request, sizeof request) == sizeof request);
    PARLEY_CHECK(read(fd_, &reply, sizeof reply) == sizeof reply);
    return reply;
  }

  double LimitNs(size_t size) {
    Request request{.kind = Request::Kind::kLimit,
                    .number = static_cast<uint32_t>(size),
                    .count = kLimitPackets};
    std::vector<UdpSocket> sinks;
    for (uint16_t& port : request.ports) {
      sinks.push_back(std::move(*UdpSocket::Bind(SocketAddress::V4({127, 0, 0, 1}, 0))));
      port = sinks.back().local().port();
    }
    std::atomic<bool> stop{false};
    // As the clients' sockets are: watched by epoll, with arrival times.
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    PARLEY_CHECK(epoll >= 0);
    for (UdpSocket& sink : sinks) {
      const int on = 1;
      setsockopt(sink.fd(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &sink;
      PARLEY_CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, sink.fd(), &event) == 0);
    }
    std::thread drain([&] {
      PacketPool pool(8192);
      WorkerMetrics metrics;
      {
        std::array<ReceivedDatagram, UdpSocket::kBatch> batch;
        std::array<epoll_event, 64> ready;
        while (!stop) {
          const int n = epoll_wait(epoll, ready.data(), ready.size(), 10);
          for (int i = 0; i < n; ++i) {
            static_cast<UdpSocket*>(ready[static_cast<size_t>(i)].data.ptr)
                ->Receive(pool, batch, metrics);
          }
        }
      }
      sinks.clear();  // their waiting packets are the pool's
    });
    double best = 1e12;
    for (int i = 0; i < 5; ++i) best = std::min(best, Ask(request).limit_ns);
    stop = true;
    drain.join();
    close(epoll);
    return best;
  }

  void Join(uint32_t first, uint32_t count) {
    Ask({.kind = Request::Kind::kJoin, .number = first, .count = count});
    for (uint32_t number = first; number < first + count; ++number) {
      const bool publishes = number == kPublisher;
      auto client = std::make_unique<Client>(number, publishes ? kPublisherShape : kSubscriberShape,
                                             identity_);
      const int worker = publishes ? 0 : setup_.subscriber_worker;
      client->peer.Connect(
          client->plan.Remote(
              fingerprints_,
              {SocketAddress::V4({127, 0, 0, 1}, ports_[static_cast<size_t>(worker)])}),
          ClientLoop::Now());
      client->peer.on_rtp = [this](std::span<const uint8_t> packet, Timestamp) { Note(packet); };
      loop_.Add(client->peer);
      clients_.push_back(std::move(client));
    }
    PARLEY_CHECK(loop_.RunUntil(
        [this] {
          return std::ranges::all_of(clients_, [](const auto& c) { return c->peer.connected(); });
        },
        Duration::Seconds(30)));
  }

  Phase Run(bool video, Duration duration) {
    test::MemberPlan& plan = clients_.front()->plan;
    if (!audio_) {
      audio_.emplace(plan.MicrophoneStream(&sequence_), ClientLoop::Now(), kAudioSize - 36);
      test::TestVideoSource::Format format;
      format.max_payload = kVideoSize - 36;
      // Ten packets a frame.
      format.bitrate =
          Bitrate::BitsPerSecond(static_cast<int64_t>(10 * (kVideoSize - 42) * 8 * 30));
      video_.emplace(plan.CameraStream(0, &sequence_), format, ClientLoop::Now());
      clients_.front()->peer.on_rtcp = [](std::span<const uint8_t>, Timestamp) {};
    }
    // The first second warms up: key frame, subscriptions, caches.
    Drive(video, Duration::Seconds(1), /*key_frames=*/true);
    Phase phase;
    delays_.clear();
    const uint64_t received_before = Received();
    const Reply before = Ask({.kind = Request::Kind::kSnapshot});
    phase.sent = Drive(video, duration, false);
    const Reply after = Ask({.kind = Request::Kind::kSnapshot});
    phase.received = Received() - received_before;
    phase.expected = phase.sent * static_cast<uint64_t>(setup_.subscribers);
    const auto packets = static_cast<double>(std::max<uint64_t>(phase.received, 1));
    phase.cpu_ns_per_packet = static_cast<double>(after.cpu_ns - before.cpu_ns) / packets;
    phase.allocations_per_packet =
        static_cast<double>(after.allocations - before.allocations) / packets;
    if (!delays_.empty()) {
      std::ranges::sort(delays_);
      phase.p50_us = static_cast<double>(delays_[delays_.size() / 2]) / 1000;
      phase.p99_us = static_cast<double>(delays_[delays_.size() * 99 / 100]) / 1000;
    }
    return phase;
  }

 private:
  uint64_t Received() const {
    uint64_t sum = 0;
    for (const auto& client : clients_) sum += client->peer.counters().rtp_received;
    return sum;
  }

  // Sends media for that long, then waits for the stragglers; how many packets were sent.
  uint64_t Drive(bool video, Duration duration, bool key_frames) {
    if (key_frames) video_->RequestKeyFrame();
    test::TestPeer& publisher = clients_.front()->peer;
    const Timestamp begin = ClientLoop::Now();
    uint64_t sent = 0;
    for (Timestamp now = begin; now < begin + duration; now = ClientLoop::Now()) {
      const auto send = [&](std::span<const uint8_t> packet, bool wanted) {
        if (!wanted) return;
        std::array<uint8_t, 1400> stamped;
        std::copy(packet.begin(), packet.end(), stamped.begin());
        const int64_t time = ClientLoop::SystemNowNs();
        std::memcpy(stamped.data() + packet.size() - sizeof time, &time, sizeof time);
        publisher.SendRtp(std::span(stamped).first(packet.size()));
        loop_.Send(publisher);
        ++sent;
      };
      while (const auto packet = audio_->Next(now)) send(*packet, !video);
      while (const auto packet = video_->Next(now)) send(*packet, video);
      const Timestamp next = std::min(audio_->NextTime(), video_->NextTime());
      loop_.RunOnce(
          std::max(Duration::Zero(), std::min(next - ClientLoop::Now(), Duration::Millis(2))));
    }
    for (int quiet = 0; quiet < 20; ++quiet) {
      const uint64_t before = Received();
      loop_.RunOnce(Duration::Millis(2));
      if (Received() != before) quiet = 0;
    }
    return sent;
  }

  void Note(std::span<const uint8_t> packet) {
    int64_t sent;
    std::memcpy(&sent, packet.data() + packet.size() - sizeof sent, sizeof sent);
    if (delays_.size() < delays_.capacity()) delays_.push_back(loop_.arrival_ns() - sent);
  }

  const Setup setup_;
  const test::TestIdentity& identity_;
  pid_t server_ = 0;
  int fd_ = -1;
  std::array<uint16_t, 2> ports_{};
  std::vector<DtlsFingerprint> fingerprints_;
  ClientLoop loop_;
  std::vector<std::unique_ptr<Client>> clients_;
  test::TransportSequence sequence_;
  std::optional<test::TestAudioSource> audio_;
  std::optional<test::TestVideoSource> video_;
  std::vector<int64_t> delays_ = [] {
    std::vector<int64_t> v;
    v.reserve(2'000'000);
    return v;
  }();
};

void Report(const std::string& name, const Phase& phase, double limit_ns,
            std::optional<double> single_core_ns) {
  const double target = single_core_ns ? kCrossTarget * *single_core_ns : kCpuTarget * limit_ns;
  Row(name, "server cpu per packet", phase.cpu_ns_per_packet, "ns", limit_ns, target,
      phase.cpu_ns_per_packet <= target);
  const double lost = static_cast<double>(phase.expected) - static_cast<double>(phase.received);
  Row(name, "packets lost", std::max(lost, 0.0), "packets", std::nullopt, 0, lost <= 0);
  Row(name, "delay p50", phase.p50_us, "us", std::nullopt, kP50TargetUs,
      phase.p50_us <= kP50TargetUs);
  Row(name, "delay p99", phase.p99_us, "us", std::nullopt, kP99TargetUs,
      phase.p99_us <= kP99TargetUs);
  Row(name, "allocations per packet", phase.allocations_per_packet, "", std::nullopt, 0,
      phase.allocations_per_packet == 0);
}

int Main(bool quick) {
  InitSrtp();
  const test::TestIdentity clients;
  const auto identity = DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
  PARLEY_CHECK(identity.has_value());
  cpu_set_t all;
  sched_getaffinity(0, sizeof all, &all);
  const Duration duration = Duration::Seconds(quick ? 3 : 15);
  const Setup setups[] = {{1, 10, 0}, {1, 100, 0}, {1, 500, 0}, {2, 100, 1}};
  std::array<double, 2> single_core_at_100{};
  for (const Setup& setup : setups) {
    sched_setaffinity(0, sizeof all, &all);
    Meeting meeting(setup, clients, *identity);
    const std::array<double, 2> limits{meeting.LimitNs(kVideoSize), meeting.LimitNs(kAudioSize)};
    const std::string name = "1 -> " + std::to_string(setup.subscribers) +
                             (setup.subscriber_worker != 0 ? " on the other core" : "");
    meeting.Join(kPublisher, 1);
    const int64_t before = meeting.Ask({.kind = Request::Kind::kSnapshot}).resident_bytes;
    meeting.Join(kPublisher + 1, static_cast<uint32_t>(setup.subscribers));
    for (const bool video : {true, false}) {
      const Phase phase = meeting.Run(video, duration);
      const size_t kind = video ? 0 : 1;
      std::optional<double> single;
      if (setup.subscriber_worker != 0) single = single_core_at_100[kind];
      if (setup.workers == 1 && setup.subscribers == 100) {
        single_core_at_100[kind] = phase.cpu_ns_per_packet;
      }
      Report(name + (video ? ", video" : ", audio"), phase, limits[kind], single);
    }
    const int64_t after = meeting.Ask({.kind = Request::Kind::kSnapshot}).resident_bytes;
    const double kib = static_cast<double>(after - before) / 1024 / setup.subscribers;
    Row(name, "memory per subscriber", kib, "KiB", std::nullopt, kMemoryTargetKib,
        kib <= kMemoryTargetKib);
  }
  return 0;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string_view(argv[1]) == "--quick";
  return parley::bench::Main(quick);
}
