#include "tests/mixer/audio/signal.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "sfu/base/random.h"

namespace parley::testing {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

int16_t Round(double v) {
  return static_cast<int16_t>(std::lround(std::clamp(v, -32768.0, 32767.0)));
}

}  // namespace

Sound Sine(double hz, SampleRate rate, size_t samples, double amplitude, double phase) {
  Sound sound(samples);
  for (size_t i = 0; i < samples; ++i) {
    sound[i] = Round(amplitude * std::sin(kTwoPi * hz * static_cast<double>(i) / Hz(rate) + phase));
  }
  return sound;
}

Sound Noise(uint64_t seed, size_t samples, int amplitude) {
  SeededRandom random(seed);
  Sound sound(samples);
  for (int16_t& s : sound) {
    s = static_cast<int16_t>(
        static_cast<int>(random.Below(static_cast<uint32_t>(2 * amplitude + 1))) - amplitude);
  }
  return sound;
}

Sound Voice(uint64_t seed, SampleRate rate, size_t samples, double amplitude) {
  SeededRandom random(seed);
  const double wander = 3 + random.Below(4);
  const double base = 100 + random.Below(50);
  Sound sound(samples);
  double angle = 0;
  // Ten syllables, which then come again.
  const size_t made = std::min(samples, size_t{Hz(rate)} * 26 / 10);
  for (size_t i = 0; i < made; ++i) {
    const double t = static_cast<double>(i) / Hz(rate);
    angle += kTwoPi * (base + 15 * std::sin(kTwoPi * wander * t)) / Hz(rate);
    const double in_syllable = std::fmod(t, 0.26);
    const double envelope = in_syllable < 0.2 ? std::sin(std::numbers::pi * in_syllable / 0.2) : 0;
    double v = 0;
    for (int k = 1; k <= 20; ++k) {
      // Formants at about 600 and 1800 Hz.
      const double f = k * base;
      const double weight = std::exp(-std::pow((f - 600) / 300, 2)) +
                            0.4 * std::exp(-std::pow((f - 1800) / 400, 2)) + 0.05;
      v += weight * std::sin(k * angle + k * k);
    }
    sound[i] = Round(amplitude * envelope * v / 3);
  }
  for (size_t i = made; i < samples; ++i) sound[i] = sound[i - made];
  return sound;
}

double LevelDb(std::span<const int16_t> sound) {
  double sum = 0;
  for (int16_t s : sound) sum += static_cast<double>(s) * s;
  if (sum == 0) return -200;
  return 10 * std::log10(sum / static_cast<double>(sound.size()) / (32768.0 * 32768.0));
}

double ToneAmplitude(std::span<const int16_t> sound, double hz, SampleRate rate) {
  double re = 0, im = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    const double a = kTwoPi * hz * static_cast<double>(i) / Hz(rate);
    re += sound[i] * std::cos(a);
    im += sound[i] * std::sin(a);
  }
  return 2 * std::hypot(re, im) / static_cast<double>(sound.size());
}

double SignalToNoiseDb(std::span<const int16_t> wanted, std::span<const int16_t> got) {
  double signal = 0, noise = 0;
  for (size_t i = 0; i < std::min(wanted.size(), got.size()); ++i) {
    const double d = wanted[i] - got[i];
    signal += static_cast<double>(wanted[i]) * wanted[i];
    noise += d * d;
  }
  return noise == 0 ? 200 : 10 * std::log10(signal / noise);
}

double BestSignalToNoiseDb(std::span<const int16_t> wanted, std::span<const int16_t> got,
                           size_t most) {
  double best = -200;
  for (size_t delay = 0; delay <= most; ++delay) {
    best = std::max(best, SignalToNoiseDb(wanted.first(got.size() - delay), got.subspan(delay)));
  }
  return best;
}

int LargestStep(std::span<const int16_t> sound) {
  int largest = 0;
  for (size_t i = 1; i < sound.size(); ++i) {
    largest = std::max(largest, std::abs(sound[i] - sound[i - 1]));
  }
  return largest;
}

}  // namespace parley::testing
