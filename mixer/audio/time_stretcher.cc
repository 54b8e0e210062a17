#include "mixer/audio/time_stretcher.h"

#include <algorithm>

#include "mixer/audio/pitch.h"
#include "mixer/audio/sound_level.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr float kQuiet = -52;  // dBov
constexpr size_t kAnyPeriod = SIZE_MAX;

// The period by which the end of `sound` may be changed; 0 when it may not.
size_t PeriodOf(std::span<const int16_t> sound, SampleRate rate, StretchUrgency urgency) {
  if (sound.size() < PitchWindow(rate)) return 0;
  if (LevelDbov(sound.last(FrameSamples(rate))) < kQuiet) return kAnyPeriod;
  const Pitch pitch = FindPitch(sound, rate);
  const float needed = urgency == StretchUrgency::kNone ? 0.85f : 0.4f;
  return pitch.correlation >= needed ? pitch.period : 0;
}

// `to` becomes the way from `from` to what it was.
void FadeInto(const int16_t* from, int16_t* to, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    const float in = static_cast<float>(i + 1) / static_cast<float>(size + 1);
    to[i] = static_cast<int16_t>(static_cast<float>(from[i]) * (1 - in) +
                                 static_cast<float>(to[i]) * in);
  }
}

}  // namespace

size_t ShortenSound(std::span<int16_t> sound, size_t history_size, SampleRate rate, size_t most,
                    StretchUrgency urgency) {
  const size_t waiting = sound.size() - history_size;
  size_t period = PeriodOf(sound, rate, urgency);
  if (period == kAnyPeriod) period = std::min(Hz(rate) / size_t{100}, most);
  if (period == 0 || period > most || waiting < 2 * period) return waiting;
  int16_t* last = sound.data() + sound.size() - period;
  FadeInto(last - period, last, period);
  std::copy(last, last + period, last - period);
  return waiting - period;
}

size_t LengthenSound(std::span<int16_t> sound, size_t history_size, size_t size, SampleRate rate,
                     StretchUrgency urgency) {
  const size_t waiting = size - history_size;
  size_t period = PeriodOf(sound.first(size), rate, urgency);
  if (period == kAnyPeriod) period = Hz(rate) / 100;
  if (period == 0 || waiting < period) return waiting;
  PARLEY_CHECK(sound.size() >= size + period);
  int16_t* last = sound.data() + size - period;
  // a b becomes a (b to a) b.
  std::copy(last, last + period, last + period);
  int16_t* a = last - period;
  for (size_t i = 0; i < period; ++i) {
    const float in = static_cast<float>(i + 1) / static_cast<float>(period + 1);
    last[i] = static_cast<int16_t>(static_cast<float>(last[i]) * (1 - in) +
                                   static_cast<float>(a[i]) * in);
  }
  return waiting + period;
}

}  // namespace parley
