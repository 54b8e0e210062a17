#include "mixer/audio/agc.h"

#include <algorithm>
#include <cmath>

#include "mixer/audio/sound_level.h"
#include "mixer/audio/vectorize.h"

namespace parley {
namespace {

constexpr int kSmoothingFrames = 50;  // a second of speech
constexpr int kFramesToJudge = 10;
constexpr float kFullScale = 32000;

PARLEY_VECTORIZE void Scale(int16_t* frame, size_t n, float from, float step) {
  for (size_t i = 0; i < n; ++i) {
    const float v = static_cast<float>(frame[i]) * (from + step * static_cast<float>(i + 1));
    frame[i] = static_cast<int16_t>(std::clamp(v, -32768.0f, 32767.0f));
  }
}

float Peak(std::span<const int16_t> frame) {
  const auto [low, high] = std::ranges::minmax(frame);
  return static_cast<float>(std::max<int>(high, -low));
}

}  // namespace

void Agc::Process(std::span<int16_t> frame, bool speech, float level) {
  if (speech) {
    frames_ = std::min(frames_ + 1, kSmoothingFrames);
    speech_level_ += (level - speech_level_) / static_cast<float>(frames_);
    if (frames_ >= kFramesToJudge) {
      const float off = config_.target - speech_level_;
      const float wanted = std::abs(off) <= config_.tolerance
                               ? 0
                               : std::clamp(off, -config_.most_loss, config_.most_gain);
      gain_ = std::clamp(wanted, gain_ - config_.fall, gain_ + config_.rise);
    }
  }
  if (gain_ == 0 && factor_ == 1) return;
  const float peak = Peak(frame);
  float factor = DbToFactor(gain_);
  if (peak * factor > kFullScale && factor > 1) {
    factor = std::max(kFullScale / peak, 1.0f);
    gain_ = 20 * std::log10(factor);
  }
  Scale(frame.data(), frame.size(), factor_, (factor - factor_) / static_cast<float>(frame.size()));
  factor_ = factor;
}

}  // namespace parley
