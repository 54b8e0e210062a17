// The mixer's pieces, one frame of 20 ms at a time, as targets.md names them.

#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <vector>

#include "mixer/audio/audio_codec.h"
#include "mixer/audio/g711.h"
#include "mixer/audio/limiter.h"
#include "mixer/audio/mix_bus.h"
#include "mixer/audio/resampler.h"
#include "sfu/base/random.h"

namespace parley {
namespace {

std::vector<int16_t> Noise(size_t samples) {
  SeededRandom random(1);
  std::vector<int16_t> sound(samples);
  for (int16_t& s : sound) s = static_cast<int16_t>(random.Below(8000)) - 4000;
  return sound;
}

void G711Encoding(benchmark::State& state) {
  const std::vector<int16_t> frame = Noise(160);
  std::array<uint8_t, 160> out;
  for (auto _ : state) {
    G711Encode(G711Law::kMu, frame, out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(G711Encoding);

void G711Decoding(benchmark::State& state) {
  std::array<uint8_t, 160> frame;
  SeededRandom(1).Fill(frame);
  std::array<int16_t, 160> out;
  for (auto _ : state) {
    G711Decode(G711Law::kMu, frame, out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(G711Decoding);

void Encoding(benchmark::State& state, AudioCodec codec, int complexity) {
  auto encoder = MakeAudioEncoder(codec, {.opus_complexity = complexity});
  const std::vector<int16_t> frame = Noise(FrameSamples(encoder->sample_rate()));
  std::array<uint8_t, kMaxEncodedFrame> out;
  for (auto _ : state) benchmark::DoNotOptimize(encoder->Encode(frame, out));
}
BENCHMARK_CAPTURE(Encoding, g722, AudioCodec::kG722, 0);
BENCHMARK_CAPTURE(Encoding, opus_complexity_0, AudioCodec::kOpus, 0);
BENCHMARK_CAPTURE(Encoding, opus_complexity_5, AudioCodec::kOpus, 5);

void Decoding(benchmark::State& state, AudioCodec codec) {
  auto encoder = MakeAudioEncoder(codec);
  auto decoder = MakeAudioDecoder(codec);
  const std::vector<int16_t> frame = Noise(FrameSamples(encoder->sample_rate()));
  std::array<uint8_t, kMaxEncodedFrame> buffer;
  const auto payload = encoder->Encode(frame, buffer);
  std::vector<int16_t> out(frame.size());
  for (auto _ : state) benchmark::DoNotOptimize(decoder->Decode(payload, out));
}
BENCHMARK_CAPTURE(Decoding, g711_with_concealment_ready, AudioCodec::kPcmu);
BENCHMARK_CAPTURE(Decoding, g722, AudioCodec::kG722);
BENCHMARK_CAPTURE(Decoding, opus, AudioCodec::kOpus);

void Resampling(benchmark::State& state, SampleRate from, SampleRate to) {
  Resampler resampler(from, to);
  const std::vector<int16_t> in = Noise(FrameSamples(from));
  std::vector<int16_t> out(FrameSamples(to));
  for (auto _ : state) {
    resampler.Process(in, out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK_CAPTURE(Resampling, from_8_to_48, SampleRate::k8kHz, SampleRate::k48kHz);
BENCHMARK_CAPTURE(Resampling, from_48_to_8, SampleRate::k48kHz, SampleRate::k8kHz);
BENCHMARK_CAPTURE(Resampling, from_8_to_16, SampleRate::k8kHz, SampleRate::k16kHz);
BENCHMARK_CAPTURE(Resampling, from_16_to_8, SampleRate::k16kHz, SampleRate::k8kHz);

// All sources into the sum, and for each of them what it hears, limited.
void SumAndAllOutputs(benchmark::State& state) {
  const auto sources = static_cast<size_t>(state.range(0));
  const auto samples = static_cast<size_t>(state.range(1));
  std::vector<std::vector<int16_t>> frames(sources, Noise(samples));
  for (auto& frame : frames) {
    for (int16_t& s : frame) s = static_cast<int16_t>(s / 16);
  }
  std::vector<Limiter> limiters(sources);
  std::vector<std::vector<int16_t>> out(sources, std::vector<int16_t>(samples));
  std::vector<int32_t> heard(samples);
  MixBus bus;
  for (auto _ : state) {
    bus.Begin(samples);
    for (const auto& frame : frames) bus.Add(frame);
    for (size_t i = 0; i < sources; ++i) {
      bus.SumWithout(frames[i], heard);
      limiters[i].Process(heard, out[i]);
    }
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(SumAndAllOutputs)->Args({3, 160})->Args({100, 160})->Args({3, 960})->Args({100, 960});

}  // namespace
}  // namespace parley
