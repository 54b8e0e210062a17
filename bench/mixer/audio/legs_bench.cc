// Calls as the mixer's thread has them, sockets and SRTP left out: a packet of each caller in, a
// tick, a packet to each caller out. 200 legs of which 3 talk, and 3 alone; what a listening leg
// costs is the difference. Beside them the least that a listening leg could cost: its packet
// decoded by table, its level measured, a header and the shared payload copied.

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "mixer/audio/g711.h"
#include "mixer/audio/mix_room.h"
#include "mixer/audio/rtp_leg.h"

namespace parley {
namespace {

constexpr size_t kTalkers = 3;

PayloadType TypeOf(AudioCodec codec) {
  return PayloadType(codec == AudioCodec::kPcmu ? 0 : codec == AudioCodec::kG722 ? 9 : 111);
}

using Payloads = std::vector<std::vector<uint8_t>>;

// A second of a tone that ends where it begins.
Payloads Encode(AudioCodec codec, int amplitude) {
  auto encoder = MakeAudioEncoder(codec);
  const uint32_t rate = Hz(encoder->sample_rate());
  std::vector<int16_t> frame(FrameSamples(encoder->sample_rate()));
  Payloads payloads;
  for (size_t i = 0; i < rate; ++i) {
    frame[i % frame.size()] = static_cast<int16_t>(
        amplitude * std::sin(6.283185307 * 300 * static_cast<double>(i) / rate));
    if ((i + 1) % frame.size() != 0) continue;
    std::array<uint8_t, kMaxEncodedFrame> buffer;
    const auto payload = encoder->Encode(frame, buffer);
    payloads.emplace_back(payload.begin(), payload.end());
  }
  return payloads;
}

class Calls {
 public:
  Calls(AudioCodec codec, size_t legs, bool muted)
      : loud_(Encode(codec, 6000)), faint_(Encode(codec, 4)) {
    for (size_t i = 0; i < legs; ++i) {
      RtpLegConfig config;
      config.payloads = {{codec, TypeOf(codec)}};
      config.telephone_event = PayloadType(101);
      config.remote =
          SocketAddress::V4({10, 0, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)}, 4000);
      legs_.push_back(std::make_unique<RtpLeg>(config, random_, now_));
      phones_.push_back(std::make_unique<RtpLeg>(config, random_, now_));
      ids_.push_back(room_.AddLeg(codec));
      if (muted && i >= kTalkers) {
        legs_.back()->SetHeard(false);
        room_.SetMuted(ids_.back(), true);
      }
    }
  }

  // The phones' own packets are made outside of what is measured.
  void MakePackets() {
    packets_.resize(legs_.size());
    ++tick_;
    for (size_t i = 0; i < legs_.size(); ++i) {
      const auto packet = phones_[i]->Send((i < kTalkers ? loud_ : faint_)[tick_ % loud_.size()]);
      packets_[i].assign(packet.begin(), packet.end());
    }
  }
  void Tick() {
    for (size_t i = 0; i < legs_.size(); ++i) {
      legs_[i]->HandleRtp(packets_[i], legs_[i]->remote(), now_);
    }
    now_ = now_ + kAudioFrame;
    for (size_t i = 0; i < legs_.size(); ++i) room_.SetFrame(ids_[i], legs_[i]->Tick(now_));
    room_.Tick();
    for (size_t i = 0; i < legs_.size(); ++i) {
      benchmark::DoNotOptimize(legs_[i]->Send(room_.payload(ids_[i])).data());
      benchmark::DoNotOptimize(legs_[i]->PollRtcp(now_, WallTime::UnixMicros(now_.us())).size());
    }
  }

 private:
  SeededRandom random_{1};
  Timestamp now_ = Timestamp::Seconds(1000);
  MixRoom room_;
  Payloads loud_, faint_;
  size_t tick_ = 0;
  std::vector<std::unique_ptr<RtpLeg>> legs_, phones_;
  std::vector<LegId> ids_;
  std::vector<std::vector<uint8_t>> packets_;
};

void CallTick(benchmark::State& state, AudioCodec codec, bool muted) {
  Calls calls(codec, static_cast<size_t>(state.range(0)), muted);
  for (int i = 0; i < 200; ++i) {
    calls.MakePackets();
    calls.Tick();
  }
  for (auto _ : state) {
    state.PauseTiming();
    calls.MakePackets();
    state.ResumeTiming();
    calls.Tick();
  }
}
#define PARLEY_CALLS(name, codec)                 \
  BENCHMARK_CAPTURE(CallTick, name, codec, false) \
      ->Arg(kTalkers)                             \
      ->Arg(200)                                  \
      ->Unit(benchmark::kMicrosecond);            \
  BENCHMARK_CAPTURE(CallTick, name##_muted, codec, true)->Arg(200)->Unit(benchmark::kMicrosecond)
PARLEY_CALLS(g711, AudioCodec::kPcmu);
PARLEY_CALLS(g722, AudioCodec::kG722);
PARLEY_CALLS(opus, AudioCodec::kOpus);

void ListenerLimit(benchmark::State& state) {
  constexpr size_t kLegs = 197;
  std::vector<std::array<uint8_t, 172>> in(kLegs), out(kLegs);
  for (auto& packet : in) packet.fill(0x55);
  const std::array<uint8_t, 160> shared{};
  std::array<int16_t, 160> frame;
  for (auto _ : state) {
    for (size_t leg = 0; leg < kLegs; ++leg) {
      G711Decode(G711Law::kMu, std::span(in[leg]).subspan(12), frame);
      int64_t energy = 0;
      for (int16_t s : frame) energy += s * s;
      benchmark::DoNotOptimize(energy);
      std::memcpy(out[leg].data(), in[leg].data(), 12);
      std::memcpy(out[leg].data() + 12, shared.data(), shared.size());
      benchmark::DoNotOptimize(out[leg].data());
    }
  }
}
BENCHMARK(ListenerLimit)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace parley
