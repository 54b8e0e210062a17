#include "mixer/audio/concealment.h"

#include <algorithm>
#include <array>

#include "mixer/audio/pitch.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr size_t kMostPeriods = 3;

int16_t Narrow(float v) { return static_cast<int16_t>(std::clamp(v, -32768.0f, 32767.0f)); }

}  // namespace

Concealment::Concealment(SampleRate rate)
    : rate_(rate), history_(LongestPitch(rate) * kMostPeriods + LongestPitch(rate) / 4) {
  pattern_.reserve(LongestPitch(rate) * kMostPeriods);
}

void Concealment::HandleSound(std::span<int16_t> sound) {
  if (concealed_ > 0) {
    // 4 ms, and more the longer the gap was, for then the repetition has drifted further.
    const size_t fade =
        std::min({sound.size(), Hz(rate_) / 250 + concealed_ / 5, size_t{Hz(rate_) / 100}});
    std::array<int16_t, kMaxFrameSamples> repeated;
    Repeat({repeated.data(), fade});
    for (size_t i = 0; i < fade; ++i) {
      const float in = static_cast<float>(i + 1) / static_cast<float>(fade + 1);
      sound[i] =
          Narrow(static_cast<float>(sound[i]) * in + static_cast<float>(repeated[i]) * (1 - in));
    }
    concealed_ = 0;
  }
  Remember(sound);
}

void Concealment::Conceal(std::span<int16_t> out) {
  PARLEY_CHECK(out.size() <= FrameSamples(rate_));
  if (concealed_ == 0) BeginLoss();
  Repeat(out);
}

void Concealment::BeginLoss() {
  period_ = FindPitch(history_, rate_).period;
  periods_ = 0;
  position_ = 0;
  UsePeriods(1);
  const size_t end = history_.size();
  step_ = static_cast<float>(history_[end - 1] - history_[end - 1 - period_]);
}

// The end of the pattern is faded into what came before its beginning, so that it joins itself.
void Concealment::UsePeriods(size_t periods) {
  const size_t added = (periods - periods_) * period_;
  periods_ = periods;
  const size_t size = periods * period_;
  const size_t start = history_.size() - size;
  pattern_.assign(history_.begin() + static_cast<ptrdiff_t>(start), history_.end());
  const size_t fade = period_ / 4;
  for (size_t i = 0; i < fade; ++i) {
    const float in = static_cast<float>(i + 1) / static_cast<float>(fade + 1);
    int16_t& sample = pattern_[size - fade + i];
    sample = Narrow(static_cast<float>(sample) * (1 - in) +
                    static_cast<float>(history_[start - fade + i]) * in);
  }
  // A pattern that grew did so at its front; the place in it stays.
  if (concealed_ > 0) position_ = (position_ + added) % size;
}

void Concealment::Repeat(std::span<int16_t> out) {
  const size_t ten_ms = Hz(rate_) / 100;
  for (int16_t& sample : out) {
    if (concealed_ == ten_ms && periods_ < 2) UsePeriods(2);
    if (concealed_ == 2 * ten_ms && periods_ < 3) UsePeriods(3);
    const float gain = concealed_ <= ten_ms
                           ? 1.0f
                           : std::max(0.0f, 1.2f - 0.2f * static_cast<float>(concealed_) /
                                                       static_cast<float>(ten_ms));
    sample = Narrow((static_cast<float>(pattern_[position_]) + step_) * gain);
    step_ *= rate_ == SampleRate::k8kHz ? 0.8f : 0.9f;
    position_ = (position_ + 1) % pattern_.size();
    ++concealed_;
  }
}

void Concealment::Remember(std::span<const int16_t> sound) {
  if (sound.size() >= history_.size()) {
    std::ranges::copy(sound.last(history_.size()), history_.begin());
    return;
  }
  std::shift_left(history_.begin(), history_.end(), static_cast<ptrdiff_t>(sound.size()));
  std::ranges::copy(sound, history_.end() - static_cast<ptrdiff_t>(sound.size()));
}

}  // namespace parley
