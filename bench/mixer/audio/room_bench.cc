// A room's tick by codec: the cost of 200 legs of which 3 talk, and what a listening leg adds.

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "mixer/audio/mix_room.h"

namespace parley {
namespace {

constexpr size_t kTalkers = 3;

std::vector<int16_t> Tone(SampleRate rate, double hz) {
  std::vector<int16_t> sound(FrameSamples(rate));
  for (size_t i = 0; i < sound.size(); ++i) {
    sound[i] =
        static_cast<int16_t>(5000 * std::sin(6.2831853 * hz * static_cast<double>(i) / Hz(rate)));
  }
  return sound;
}

// Everybody sends: talkers a tone, listeners the faint noise of a room.
void RoomTick(benchmark::State& state, AudioCodec codec) {
  const auto legs = static_cast<size_t>(state.range(0));
  const SampleRate rate = codec == AudioCodec::kOpus   ? SampleRate::k48kHz
                          : codec == AudioCodec::kG722 ? SampleRate::k16kHz
                                                       : SampleRate::k8kHz;
  MixRoom room;
  std::vector<LegId> ids;
  for (size_t i = 0; i < legs; ++i) ids.push_back(room.AddLeg(codec));
  const std::vector<int16_t> tone = Tone(rate, 300);
  const std::vector<int16_t> faint(FrameSamples(rate), 3);
  auto tick = [&] {
    for (size_t i = 0; i < legs; ++i) room.SetFrame(ids[i], i < kTalkers ? tone : faint);
    room.Tick();
    for (LegId id : ids) benchmark::DoNotOptimize(room.payload(id).data());
  };
  for (int i = 0; i < 150; ++i) tick();
  for (auto _ : state) tick();
  state.counters["per_leg"] =
      benchmark::Counter(static_cast<double>(legs), benchmark::Counter::kIsIterationInvariantRate |
                                                        benchmark::Counter::kInvert);
}
#define PARLEY_ROOM(name, codec) \
  BENCHMARK_CAPTURE(RoomTick, name, codec)->Arg(kTalkers)->Arg(200)->Unit(benchmark::kMicrosecond)
PARLEY_ROOM(g711, AudioCodec::kPcmu);
PARLEY_ROOM(g722, AudioCodec::kG722);
PARLEY_ROOM(opus, AudioCodec::kOpus);

}  // namespace
}  // namespace parley
