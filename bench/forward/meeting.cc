#include "bench/forward/meeting.h"

#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <thread>

#include "sfu/base/check.h"
#include "sfu/wire/rtp.h"
#include "sfu/worker/udp_socket.h"
#include "tests/client/test_offer.h"
#include "tests/client/twcc_feedback.h"

namespace parley::bench {
namespace {

constexpr int kLimitPackets = 12'800;
// Past the first round of reports, which makes an SRTCP session for each SSRC.
constexpr Duration kWarmUp = Duration::Millis(1100);
constexpr uint32_t kJoinAtOnce = 100;
constexpr size_t kMaxDelays = 2'000'000;
// Of a picture where everybody has a camera.
constexpr size_t kTilePackets = 2;

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

// Somebody who takes what the limit's loop sends, as the clients do: by epoll, with arrival times.
class Drain {
 public:
  explicit Drain(std::span<uint16_t> ports) : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    PARLEY_CHECK(epoll_ >= 0);
    for (uint16_t& port : ports) {
      sinks_.push_back(std::move(*UdpSocket::Bind(SocketAddress::V4({127, 0, 0, 1}, 0))));
      port = sinks_.back().local().port();
    }
    for (UdpSocket& sink : sinks_) {
      const int on = 1;
      setsockopt(sink.fd(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &sink;
      PARLEY_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, sink.fd(), &event) == 0);
    }
    thread_ = std::thread([this] { Run(); });
  }
  ~Drain() {
    stop_ = true;
    thread_.join();
    close(epoll_);
  }
  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;

 private:
  void Run() {
    PacketPool pool(8192);
    WorkerMetrics metrics;
    {
      std::array<ReceivedDatagram, UdpSocket::kBatch> batch;
      std::array<epoll_event, 64> ready;
      while (!stop_) {
        const int n = epoll_wait(epoll_, ready.data(), ready.size(), 0);
        for (int i = 0; i < n; ++i) {
          static_cast<UdpSocket*>(ready[static_cast<size_t>(i)].data.ptr)
              ->Receive(pool, batch, metrics);
        }
      }
    }
    sinks_.clear();  // their waiting packets are the pool's
  }

  int epoll_;
  std::vector<UdpSocket> sinks_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace

struct Meeting::Client {
  Client(uint32_t number, const test::MemberShape& shape, const test::TestIdentity& identity)
      : random(number),
        peer(identity, number),
        plan(number, shape, peer, random),
        feedback(shape.transport_cc ? test::kTestExtensions.transport_cc : uint8_t{0}, Ssrc(1)) {}
  SeededRandom random;
  test::TestPeer peer;
  test::MemberPlan plan;
  test::TransportSequence sequence;
  std::optional<Publisher> publisher;
  test::TwccFeedback feedback;
  std::optional<WatcherCheck> check;
};

Meeting::Meeting(const Setup& setup, const test::TestIdentity& clients,
                 const DtlsIdentity& identity)
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
  delays_.reserve(kMaxDelays);
  const bool everybody = setup.gallery || setup.open_microphones;
  media_ = PublishedMedia::Load(everybody ? kTilePackets : kPacketsPerFrame);
}

Meeting::~Meeting() {
  const Request quit{.kind = Request::Kind::kQuit};
  [[maybe_unused]] const ssize_t n = write(fd_, &quit, sizeof quit);
  close(fd_);
  waitpid(server_, nullptr, 0);
}

Reply Meeting::Ask(const Request& request) {
  Reply reply;
  PARLEY_CHECK(write(fd_, &request, sizeof request) == sizeof request);
  PARLEY_CHECK(read(fd_, &reply, sizeof reply) == sizeof reply);
  return reply;
}

double Meeting::Limit(Request request, int runs) {
  const Drain drain(std::span(request.ports).first(request.port_count));
  double best = 1e12;
  for (int i = 0; i < runs; ++i) best = std::min(best, Ask(request).limit_ns);
  return best;
}

double Meeting::LimitNs(size_t size) {
  return Limit({.kind = Request::Kind::kLimit,
                .number = static_cast<uint32_t>(size),
                .count = kLimitPackets,
                .port_count = 64},
               4);
}

double Meeting::SparseLimitNs(size_t size, uint32_t subscribers) {
  constexpr uint32_t kRounds = 30;
  return Limit({.kind = Request::Kind::kLimit,
                .number = static_cast<uint32_t>(size),
                .count = kRounds * subscribers,
                .pause = Duration::Millis(20),
                .port_count = subscribers},
               1);
}

double Meeting::HandshakeNs() {
  constexpr uint32_t kHandshakes = 100;
  return Ask({.kind = Request::Kind::kHandshake, .count = kHandshakes}).limit_ns;
}

double Meeting::Join(uint32_t count) {
  double cost = 0;
  for (; count > kJoinAtOnce; count -= kJoinAtOnce) cost += JoinAtOnce(kJoinAtOnce);
  return cost + JoinAtOnce(count);
}

double Meeting::JoinAtOnce(uint32_t count) {
  const auto first = static_cast<uint32_t>(clients_.size()) + 1;
  loop_.set_awake(false);
  const Reply before = Ask({.kind = Request::Kind::kJoin, .number = first, .count = count});
  for (uint32_t number = first; number < first + count; ++number) {
    auto client = std::make_unique<Client>(number, ShapeOf(setup_, number), identity_);
    // Who publishes alone receives nothing.
    if (number % WatcherCheck::kOneOf == kPublisher + 1) client->check.emplace(expected_);
    if (client->plan.shape().microphone) {
      expected_.sources.insert(client->plan.microphone().value());
    }
    if (client->plan.shape().camera) expected_.sources.insert(client->plan.camera().value());
    const int worker = number == kPublisher ? 0 : setup_.subscriber_worker;
    client->peer.Connect(
        client->plan.Remote(
            fingerprints_,
            {SocketAddress::V4({127, 0, 0, 1}, ports_[static_cast<size_t>(worker)])}),
        ClientLoop::Now());
    client->peer.on_rtp = [this, c = client.get()](std::span<const uint8_t> packet, Timestamp) {
      Note(*c, packet);
    };
    client->peer.on_rtcp = [c = client.get()](std::span<const uint8_t> datagram, Timestamp) {
      if (c->publisher) c->publisher->HandleRtcp(datagram);
    };
    loop_.Add(client->peer);
    clients_.push_back(std::move(client));
  }
  PARLEY_CHECK(loop_.RunUntil(
      [this] {
        return std::ranges::all_of(clients_, [](const auto& c) { return c->peer.connected(); });
      },
      Duration::Seconds(30)));
  loop_.set_awake(setup_.subscriber_worker == 0);
  return static_cast<double>(Ask({.kind = Request::Kind::kSnapshot}).cpu_ns - before.cpu_ns);
}

int64_t Meeting::ResidentBytes() { return Ask({.kind = Request::Kind::kSnapshot}).resident_bytes; }

uint64_t Meeting::Received() const {
  uint64_t sum = 0;
  for (const auto& client : clients_) sum += client->peer.counters().rtp_received;
  return sum - foreign_;
}

test::StreamCheck::Counts Meeting::Checked() const {
  test::StreamCheck::Counts sum;
  for (const auto& client : clients_) {
    if (client->check) sum += client->check->counts();
  }
  return sum;
}

Meeting::Counts Meeting::Count() {
  return {Received(), Ask({.kind = Request::Kind::kSnapshot}), ClientLoop::Now(), Checked()};
}

Phase Meeting::Measured(const Counts& before, uint64_t sent) {
  const Counts after = Count();
  Phase phase;
  phase.seconds = static_cast<double>((after.at - before.at).us()) / 1e6;
  phase.cpu_ns = static_cast<double>(after.server.cpu_ns - before.server.cpu_ns);
  phase.sent = sent;
  phase.received = after.received - before.received;
  phase.checked = CheckedSince(before.checked, after.checked);
  phase.allocations = static_cast<double>(after.server.allocations - before.server.allocations);
  if (!delays_.empty()) {
    std::ranges::sort(delays_);
    phase.p50_us = static_cast<double>(delays_[delays_.size() / 2]) / 1000;
    phase.p99_us = static_cast<double>(delays_[delays_.size() * 99 / 100]) / 1000;
  }
  return phase;
}

Phase Meeting::Publish(Media media, Duration duration) {
  Client& first = *clients_.front();
  if (!first.publisher) {
    first.publisher.emplace(loop_, first.peer, media_, first.plan.MicrophoneStream(&first.sequence),
                            first.plan.CameraStream(0, &first.sequence));
  }
  sound_alone_ = media == Media::kBoth;
  // Key frame, subscriptions, caches.
  first.publisher->RequestKeyFrame();
  Drive(media, kWarmUp);
  delays_.clear();
  const Counts before = Count();
  const uint64_t sent = Drive(media, duration);
  return Measured(before, sent);
}

Phase Meeting::Talk(Duration duration) {
  return PublishAll(Media::kAudio, Duration::Millis(20), duration);
}

Phase Meeting::ShowAll(Duration duration) {
  return PublishAll(Media::kVideo, Duration::Micros(1'000'000 / 30), duration);
}

Phase Meeting::PublishAll(Media media, Duration frame, Duration duration) {
  BeginAll(frame);
  DriveAll(media, kWarmUp);
  delays_.clear();
  const Counts before = Count();
  const uint64_t sent = DriveAll(media, duration);
  return Measured(before, sent);
}

void Meeting::BeginAll(Duration frame) {
  for (size_t i = 0; i < clients_.size(); ++i) {
    Client& client = *clients_[i];
    if (client.publisher) continue;
    const auto wait = Duration::Micros(frame.us() * static_cast<int64_t>(i) /
                                       static_cast<int64_t>(clients_.size()));
    client.publisher.emplace(
        loop_, client.peer, media_, client.plan.MicrophoneStream(&client.sequence),
        client.plan.CameraStream(0, &client.sequence), ClientLoop::Now() + wait);
  }
}

Phase Meeting::Wait(Duration duration) {
  loop_.set_awake(false);
  delays_.clear();
  const Counts before = Count();
  for (const Timestamp end = ClientLoop::Now() + duration; ClientLoop::Now() < end;) {
    RunOnce(Duration::Millis(10));
  }
  return Measured(before, 0);
}

uint64_t Meeting::Drive(Media media, Duration duration) {
  Publisher& publisher = *clients_.front()->publisher;
  const Timestamp end = ClientLoop::Now() + duration;
  uint64_t sent = 0;
  for (Timestamp now = ClientLoop::Now(); now < end; now = ClientLoop::Now()) {
    sent += publisher.SendDue(media, now);
    RunOnce(std::max(Duration::Zero(),
                     std::min(publisher.NextTime() - ClientLoop::Now(), Duration::Millis(2))));
  }
  Settle();
  return sent;
}

uint64_t Meeting::DriveAll(Media media, Duration duration) {
  const Timestamp end = ClientLoop::Now() + duration;
  uint64_t sent = 0;
  for (Timestamp now = ClientLoop::Now(); now < end; now = ClientLoop::Now()) {
    for (const auto& client : clients_) sent += client->publisher->SendDue(media, now);
    RunOnce(Duration::Micros(100));
  }
  Settle();
  return sent;
}

void Meeting::Settle() {
  constexpr Duration kQuiet = Duration::Millis(40);
  uint64_t received = Received();
  for (Timestamp since = ClientLoop::Now(); ClientLoop::Now() - since < kQuiet;) {
    RunOnce(Duration::Millis(2));
    if (Received() == received) continue;
    received = Received();
    since = ClientLoop::Now();
  }
}

// Feedback is due by the clock and not by what arrives.
void Meeting::RunOnce(Duration limit) {
  constexpr Duration kInterval = Duration::Millis(5);
  loop_.RunOnce(limit);
  const Timestamp now = Timestamp::Micros(ClientLoop::SystemNowNs() / 1000);
  if (now < next_feedback_) return;
  next_feedback_ = now + kInterval;
  for (const auto& client : clients_) client->feedback.Poll(client->peer, now);
}

void Meeting::Note(Client& client, std::span<const uint8_t> packet) {
  const std::optional<RtpView> rtp = RtpView::Parse(packet);
  if (!rtp) return;
  const Timestamp arrival = Timestamp::Micros(loop_.arrival_ns() / 1000);
  client.feedback.HandleRtp(*rtp, arrival);
  if (client.check) client.check->HandleRtp(*rtp, arrival);
  const Publisher* sender = SenderOf(*rtp);
  const auto sent = sender ? sender->SentAtNs(*rtp) : std::nullopt;
  if (!sent) {
    ++foreign_;
    return;
  }
  if (sound_alone_ && rtp->payload_type() != test::kOpusPayload) return;
  if (delays_.size() < delays_.capacity()) delays_.push_back(loop_.arrival_ns() - *sent);
}

const Publisher* Meeting::SenderOf(const RtpView& packet) const {
  if (packet.csrc_count() == 0) return nullptr;
  // A member's sources are numbered 2 n and 2 n + 1 (MemberPlan).
  const size_t number = packet.csrc(0) / 2;
  if (number == 0 || number > clients_.size()) return nullptr;
  const auto& publisher = clients_[number - 1]->publisher;
  return publisher ? &*publisher : nullptr;
}

}  // namespace parley::bench
