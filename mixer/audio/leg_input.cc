#include "mixer/audio/leg_input.h"

#include <algorithm>

namespace parley {
namespace {

void Fade(std::span<int16_t> sound, float from, float to) {
  const float step = (to - from) / static_cast<float>(sound.size());
  for (size_t i = 0; i < sound.size(); ++i) {
    sound[i] =
        static_cast<int16_t>(static_cast<float>(sound[i]) * (from + step * static_cast<float>(i)));
  }
}

}  // namespace

LegInput::LegInput(SampleRate leg_rate, SampleRate mix_rate)
    : resampler_(leg_rate, mix_rate),
      voice_(FrameSamples(leg_rate)),
      mixed_(FrameSamples(mix_rate)) {}

bool LegInput::HandleFrame(std::span<const int16_t> frame, bool muted) {
  if (muted || frame.empty()) {
    activity_.HandleSilence();
  } else {
    activity_.HandleFrame(frame);
  }
  const bool was_open = open_;
  open_ = activity_.speaking();
  heard_ = (open_ || was_open) && !frame.empty();
  if (!heard_) return false;
  std::ranges::copy(frame, voice_.begin());
  if (agc_on_) agc_.Process(voice_, activity_.loud(), activity_.level());
  if (!was_open) Fade(std::span(voice_).first(voice_.size() / 8), 0, 1);
  if (!open_) Fade(voice_, 1, 0);
  resampler_.Process(voice_, mixed_);
  return true;
}

void LegInput::SetMixRate(SampleRate mix_rate) {
  resampler_ = Resampler(resampler_.from(), mix_rate);
  mixed_.assign(FrameSamples(mix_rate), 0);
}

}  // namespace parley
