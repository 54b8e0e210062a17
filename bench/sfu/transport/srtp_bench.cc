// One packet sealed or opened, its session in the cache (1) or one of many (500).

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/base/check.h"
#include "sfu/base/random.h"
#include "sfu/transport/srtp_session.h"

namespace parley {
namespace {

constexpr uint32_t kSsrc = 7;

SrtpKeys MakeKeys(SrtpProfile profile, uint64_t seed, bool mirrored) {
  InitSrtp();
  SrtpKeys keys;
  keys.profile = profile;
  SeededRandom random(seed);
  const size_t used = SrtpKeySize(profile) + SrtpSaltSize(profile);
  random.Fill(std::span(keys.local).first(used));
  random.Fill(std::span(keys.remote).first(used));
  if (mirrored) std::swap(keys.local, keys.remote);
  return keys;
}

std::vector<uint8_t> Rtp(size_t size) {
  std::vector<uint8_t> packet(size + kSrtpMaxTrailer, 0x55);
  packet[0] = 0x80;
  StoreBe32(packet.data() + 8, kSsrc);
  return packet;
}

class Sessions {
 public:
  Sessions(SrtpProfile profile, int64_t count, bool mirrored) {
    for (int64_t i = 0; i < count; ++i) {
      sessions_.push_back(
          std::make_unique<SrtpSession>(MakeKeys(profile, static_cast<uint64_t>(i), mirrored)));
    }
  }
  // The next in turn; `round` counts the times that all had theirs.
  SrtpSession& Next(uint16_t& round) {
    if (++at_ == sessions_.size()) at_ = 0, ++round;
    return *sessions_[at_];
  }

 private:
  std::vector<std::unique_ptr<SrtpSession>> sessions_;
  size_t at_ = 0;
};

void Protect(benchmark::State& state, SrtpProfile profile) {
  Sessions sessions(profile, state.range(1), false);
  const auto size = static_cast<size_t>(state.range(0));
  std::vector<uint8_t> packet = Rtp(size);
  uint16_t seq = 1;
  for (auto _ : state) {
    SrtpSession& session = sessions.Next(seq);
    packet[0] = 0x80;
    StoreBe16(packet.data() + 2, seq);
    StoreBe32(packet.data() + 8, kSsrc);
    PARLEY_CHECK(session.ProtectRtp(packet, size).has_value());
  }
}

// 64 packets of as many sessions, as the engine has them sealed.
void ProtectTogether(benchmark::State& state, SrtpProfile profile) {
  constexpr size_t kPackets = 64;
  Sessions sessions(profile, kPackets, false);
  const auto size = static_cast<size_t>(state.range(0));
  std::vector<std::vector<uint8_t>> packets(kPackets, Rtp(size));
  uint16_t seq = 1;
  while (state.KeepRunningBatch(kPackets)) {
    for (std::vector<uint8_t>& packet : packets) {
      SrtpSession& session = sessions.Next(seq);
      packet[0] = 0x80;
      StoreBe16(packet.data() + 2, seq);
      StoreBe32(packet.data() + 8, kSsrc);
      PARLEY_CHECK(session.ProtectRtp(packet, size, Sealing::kLater).has_value());
    }
    FinishSealing();
  }
}

void Unprotect(benchmark::State& state, SrtpProfile profile) {
  constexpr size_t kPackets = 1000;
  const auto size = static_cast<size_t>(state.range(0));
  SrtpSession sender(MakeKeys(profile, 0, false));
  std::vector<std::vector<uint8_t>> sealed;
  for (uint16_t seq = 0; seq < kPackets; ++seq) {
    std::vector<uint8_t> packet = Rtp(size);
    StoreBe16(packet.data() + 2, seq);
    packet.resize(*sender.ProtectRtp(packet, size));
    sealed.push_back(std::move(packet));
  }
  size_t at = kPackets;
  std::unique_ptr<SrtpSession> receiver;
  std::vector<uint8_t> copy(1500);
  for (auto _ : state) {
    if (at == kPackets) {
      state.PauseTiming();
      receiver = std::make_unique<SrtpSession>(MakeKeys(profile, 0, true));
      at = 0;
      state.ResumeTiming();
    }
    const std::vector<uint8_t>& packet = sealed[at++];
    std::copy(packet.begin(), packet.end(), copy.begin());
    PARLEY_CHECK(receiver->UnprotectRtp(std::span(copy).first(packet.size()), Timestamp::Millis(0))
                     .has_value());
  }
}

BENCHMARK_CAPTURE(Protect, gcm128, SrtpProfile::kAeadAes128Gcm)
    ->ArgsProduct({{1200, 100}, {1, 500}});
BENCHMARK_CAPTURE(Protect, cm80, SrtpProfile::kAes128CmHmacSha1_80)
    ->ArgsProduct({{1200, 100}, {1, 500}});
BENCHMARK_CAPTURE(ProtectTogether, cm80, SrtpProfile::kAes128CmHmacSha1_80)->Arg(1200)->Arg(100);
BENCHMARK_CAPTURE(Unprotect, gcm128, SrtpProfile::kAeadAes128Gcm)->Arg(1200)->Arg(100);
BENCHMARK_CAPTURE(Unprotect, cm80, SrtpProfile::kAes128CmHmacSha1_80)->Arg(1200)->Arg(100);

}  // namespace
}  // namespace parley
