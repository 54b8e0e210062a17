#include "mixer/audio/dtmf_detector.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <string_view>

namespace parley {
namespace {

constexpr std::array<double, 8> kFrequencies = {697, 770, 852, 941, 1209, 1336, 1477, 1633};
constexpr std::string_view kKeys = "123A456B789C*0#D";
// Mean square of a tone pair at -38 dBov together; Q.24's administrations ask for about -25 dBm.
constexpr float kLeastMeanSquare = 170'000;
constexpr float kInGroup = 6.3f;        // 8 dB above the others of the group
constexpr float kColumnWeaker = 10.0f;  // power; lines lose more of the higher tone
constexpr float kColumnStronger = 4.5f;
// Of the block's energy in the two tones. At the 1.5 % of deviation that must be accepted 0.83 is
// left of it; at 3.5 %, which must not, 0.55.
constexpr float kShare = 0.72f;
constexpr int kMissesToRelease = 2;
// No tone that counts is as soft as a frame that stays below this: it is taken for silence, which
// costs nothing. Most callers listen, most of the time.
constexpr int kSilence = 64;

bool IsSilent(std::span<const int16_t> frame) {
  int loudest = 0;
  for (const int16_t sample : frame) loudest = std::max(loudest, std::abs(int{sample}));
  return loudest < kSilence;
}

}  // namespace

DtmfDetector::DtmfDetector(SampleRate rate) : block_(Hz(rate) * 51 / 4000) {
  for (size_t i = 0; i < filters_.size(); ++i) {
    filters_[i].coefficient =
        static_cast<float>(2 * std::cos(2 * std::numbers::pi * kFrequencies[i] / Hz(rate)));
  }
}

std::optional<char> DtmfDetector::HandleFrame(std::span<const int16_t> frame) {
  std::optional<char> key;
  const bool silent = IsSilent(frame);
  while (!frame.empty()) {
    const size_t n = std::min(frame.size(), block_ - filled_);
    // Filters at rest stay there.
    if (!silent || energy_ > 0) Feed(frame.first(n), silent);
    filled_ += n;
    frame = frame.subspan(n);
    if (filled_ < block_) break;
    const auto found = energy_ > 0 ? JudgeBlock() : std::nullopt;
    if (const auto pressed = FollowBlock(found)) key = pressed;
    filled_ = 0;
    energy_ = 0;
  }
  return key;
}

void DtmfDetector::Feed(std::span<const int16_t> samples, bool silent) {
  for (const int16_t sample : samples) {
    const float x = silent ? 0.0f : static_cast<float>(sample);
    energy_ += x * x;
    for (Filter& f : filters_) {
      const float s = x + f.coefficient * f.s1 - f.s2;
      f.s2 = f.s1;
      f.s1 = s;
    }
  }
}

float DtmfDetector::Filter::TakePower() {
  const float power = s1 * s1 + s2 * s2 - coefficient * s1 * s2;
  s1 = s2 = 0;
  return power;
}

std::optional<char> DtmfDetector::JudgeBlock() {
  std::array<float, 8> powers;
  std::ranges::transform(filters_, powers.begin(), &Filter::TakePower);
  const auto row = std::max_element(powers.begin(), powers.begin() + 4);
  const auto column = std::max_element(powers.begin() + 4, powers.end());
  // A tone of amplitude a has a power of (a N / 2)^2 in its filter and of a^2 N / 2 in the block.
  const float in_tones = (*row + *column) * 2 / static_cast<float>(block_);
  if (in_tones < kLeastMeanSquare * static_cast<float>(block_)) return std::nullopt;
  if (in_tones < kShare * energy_) return std::nullopt;
  if (*row > *column * kColumnWeaker || *column > *row * kColumnStronger) return std::nullopt;
  for (auto p = powers.begin(); p != powers.end(); ++p) {
    const auto best = p < powers.begin() + 4 ? row : column;
    if (p != best && *p * kInGroup > *best) return std::nullopt;
  }
  return kKeys[static_cast<size_t>((row - powers.begin()) * 4 + (column - powers.begin() - 4))];
}

std::optional<char> DtmfDetector::FollowBlock(std::optional<char> found) {
  const bool twice = found && found == last_found_;
  last_found_ = found;
  if (pressed_ && found != pressed_) {
    if (++misses_ >= kMissesToRelease) pressed_.reset();
  } else {
    misses_ = 0;
  }
  if (!twice || found == pressed_) return std::nullopt;
  pressed_ = found;
  misses_ = 0;
  return found;
}

}  // namespace parley
