// The whole walk without a kernel: a protected packet goes into an Engine, N protected packets come
// out. One publisher, N subscribers, all joined by real ICE and DTLS in memory.

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "sfu/base/check.h"
#include "sfu/worker/engine.h"
#include "tests/client/member_plan.h"

namespace parley {
namespace {

constexpr RoomId kRoom{1};
constexpr size_t kBurst = 64;  // packets between two looks at the clock
const SocketAddress kServer = SocketAddress::V4({10, 0, 0, 1}, 5000);

struct Client {
  Client(uint32_t number, const test::MemberShape& shape, const test::TestIdentity& identity,
         RandomSource& random)
      : peer(identity, number),
        plan(number, shape, peer, random),
        address(SocketAddress::V4(
            {10, 1, static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)}, 4000)) {}
  test::TestPeer peer;
  test::MemberPlan plan;
  SocketAddress address;
};

class Bench final : EngineSink {
 public:
  Bench(int subscribers, bool video)
      : video_(video),
        pool_(16384),
        owner_(pool_),
        engine_(EngineConfig(), identity_.context(), pool_, *this, metrics_, now_) {
    engine_.HandleCommand(OpenRoom{kRoom}, now_);
    Join({.microphone = true, .camera = true, .audio_slots = 0, .video_slots = 0});
    engine_.HandleCommand(EnableSource{clients_[0]->plan.microphone(), true}, now_);
    engine_.HandleCommand(EnableSource{clients_[0]->plan.camera(), true}, now_);
    for (int i = 0; i < subscribers; ++i) {
      Join({.video_slots = 1});
      const test::MemberPlan& plan = clients_.back()->plan;
      engine_.HandleCommand(
          SetSlot{plan.transport(), plan.VideoSlot(0), clients_[0]->plan.camera(), 0, 1, 1}, now_);
    }
    while (!AllConnected()) Step();
    const test::MemberPlan& plan = clients_[0]->plan;
    audio_.emplace(plan.MicrophoneStream(nullptr), now_);
    test::TestVideoSource::Format format;
    format.bitrate = Bitrate::Kbps(2640);  // ten packets of 1.1 kB a frame
    video_source_.emplace(plan.CameraStream(0, nullptr), format, now_);
    quiet_ = true;
    for (int i = 0; i < 20; ++i) Burst();
  }

  // Nanoseconds that the engine took for kBurst packets.
  double Burst() {
    std::vector<std::vector<uint8_t>> packets;
    Client& publisher = *clients_[0];
    while (packets.size() < kBurst) {
      now_ = now_ + Duration::Millis(1);
      while (const auto packet = audio_->Next(now_)) {
        if (!video_) publisher.peer.SendRtp(*packet);
      }
      while (const auto packet = video_source_->Next(now_)) {
        if (video_) publisher.peer.SendRtp(*packet);
      }
      while (const auto datagram = publisher.peer.PollDatagram(now_)) {
        if (ClassifyPacket(datagram->bytes) == PacketKind::kRtp) {
          packets.emplace_back(datagram->bytes.begin(), datagram->bytes.end());
        } else {
          Deliver(datagram->bytes, publisher.address);
        }
      }
      if (now_ >= next_checks_) KeepConsent();
      if (engine_.NextTimeout() <= now_) engine_.HandleTimeout(now_, WallTime());
      engine_.Flush(now_);
      HandOver();
    }
    const uint64_t sent_before = sent_;
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& bytes : packets) Deliver(bytes, publisher.address);
    engine_.Flush(now_);
    const auto end = std::chrono::steady_clock::now();
    forwarded_all_ =
        forwarded_all_ && sent_ - sent_before >= packets.size() * (clients_.size() - 1);
    return std::chrono::duration<double, std::nano>(end - begin).count() * kBurst /
           static_cast<double>(packets.size());
  }

  bool forwarded_all() const { return forwarded_all_; }
  void ForgetWarmUp() { forwarded_all_ = true; }

 private:
  void Join(const test::MemberShape& shape) {
    const auto number = static_cast<uint32_t>(clients_.size() + 1);
    clients_.push_back(std::make_unique<Client>(number, shape, identity_, random_));
    Client& client = *clients_.back();
    for (const AddSource& source : client.plan.Sources(kRoom, WorkerIndex(0))) {
      engine_.HandleCommand(source, now_);
    }
    engine_.HandleCommand(client.plan.Create(kRoom), now_);
    client.peer.Connect(client.plan.Remote(identity_.fingerprints(), {kServer}), now_);
  }
  bool AllConnected() const {
    for (const auto& client : clients_) {
      if (!client->peer.connected()) return false;
    }
    return true;
  }
  // Connectivity checks of the subscribers (RFC 7675): fake time runs fast.
  void KeepConsent() {
    next_checks_ = now_ + Duration::Millis(500);
    for (size_t i = 1; i < clients_.size(); ++i) {
      while (const auto datagram = clients_[i]->peer.PollDatagram(now_)) {
        Deliver(datagram->bytes, clients_[i]->address);
      }
    }
    HandOver();
  }
  void Deliver(std::span<const uint8_t> bytes, const SocketAddress& from) {
    PacketRef packet = pool_.Allocate();
    PARLEY_CHECK(packet);
    packet.SetSize(bytes.size());
    std::memcpy(packet.MutableData(), bytes.data(), bytes.size());
    engine_.HandleDatagram(std::move(packet), from, now_);
  }
  void Step() {
    now_ = now_ + Duration::Millis(1);
    for (const auto& client : clients_) {
      if (client->peer.NextTimeout() <= now_) client->peer.HandleTimeout(now_);
      while (const auto datagram = client->peer.PollDatagram(now_)) {
        Deliver(datagram->bytes, client->address);
      }
    }
    if (engine_.NextTimeout() <= now_) engine_.HandleTimeout(now_, WallTime());
    engine_.Flush(now_);
    HandOver();
  }
  void HandOver() {
    for (auto& [to, bytes] : outgoing_) {
      const size_t number = size_t{to.ip()[2]} << 8 | to.ip()[3];
      clients_[number - 1]->peer.HandlePacket(bytes, kServer, now_);
    }
    outgoing_.clear();
  }

  void SendDatagrams(std::span<const OutDatagram> datagrams) override {
    sent_ += datagrams.size();
    for (const OutDatagram& d : datagrams) {
      const bool stun = ClassifyPacket(d.bytes) == PacketKind::kStun;
      if (!quiet_ || stun) outgoing_.push_back({d.to, {d.bytes.begin(), d.bytes.end()}});
    }
  }
  void Relay(std::span<RelayMessage>) override {}
  void Emit(std::span<Event>) override {}

  const bool video_;
  Timestamp now_ = Timestamp::Seconds(100);
  SeededRandom random_{1};
  test::TestIdentity identity_;
  PacketPool pool_;
  PacketPool::Scope owner_;
  WorkerMetrics metrics_;
  bool quiet_ = false;
  bool forwarded_all_ = true;
  Timestamp next_checks_;
  uint64_t sent_ = 0;
  std::vector<std::pair<SocketAddress, std::vector<uint8_t>>> outgoing_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::optional<test::TestAudioSource> audio_;
  std::optional<test::TestVideoSource> video_source_;
  Engine engine_;
};

void Walk(benchmark::State& state, bool video) {
  const auto subscribers = static_cast<int>(state.range(0));
  Bench bench(subscribers, video);
  bench.ForgetWarmUp();
  double total_ns = 0;
  for (auto _ : state) {
    const double ns = bench.Burst();
    total_ns += ns;
    state.SetIterationTime(ns / 1e9);
  }
  if (!bench.forwarded_all()) {
    state.SkipWithError("packets were not forwarded");
  }
  state.counters["per_packet"] =
      total_ns / static_cast<double>(state.iterations()) / kBurst / subscribers;
}

BENCHMARK_CAPTURE(Walk, video, true)->Arg(1)->Arg(10)->Arg(500)->UseManualTime();
BENCHMARK_CAPTURE(Walk, audio, false)->Arg(1)->Arg(10)->Arg(500)->UseManualTime();

}  // namespace
}  // namespace parley
