#include "mixer/audio/tones.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

#include "mixer/audio/sound_level.h"

namespace parley {
namespace {

constexpr std::string_view kKeys = "123A456B789C*0#D";
constexpr std::array<float, 4> kRows = {697, 770, 852, 941};
constexpr std::array<float, 4> kColumns = {1209, 1336, 1477, 1633};

double Wave(float hz, size_t position, SampleRate rate) {
  if (hz == 0) return 0;
  return std::sin(2 * std::numbers::pi * hz * static_cast<double>(position) / Hz(rate));
}

}  // namespace

ToneCadence RingTone() {
  return {.segments = {{{425, 0, Duration::Millis(1000)}, {0, 0, Duration::Millis(4000)}}},
          .repeats = true};
}

ToneCadence BusyTone() {
  return {.segments = {{{425, 0, Duration::Millis(500)}, {0, 0, Duration::Millis(500)}}},
          .repeats = true};
}

ToneCadence JoinTone() {
  return {.segments = {{{523, 0, Duration::Millis(120)}, {659, 0, Duration::Millis(160)}}},
          .level = -30};
}

ToneCadence LeaveTone() {
  return {.segments = {{{659, 0, Duration::Millis(120)}, {523, 0, Duration::Millis(160)}}},
          .level = -30};
}

ToneCadence AttentionTone() {
  return {.segments = {{{523, 0, Duration::Millis(160)},
                        {659, 0, Duration::Millis(160)},
                        {784, 0, Duration::Millis(320)}}},
          .level = -26};
}

std::optional<ToneCadence> KeyTone(char key, Duration length) {
  const size_t place = kKeys.find(key);
  if (place == std::string_view::npos) return std::nullopt;
  return ToneCadence{.segments = {{{kRows[place / 4], kColumns[place % 4], length}}}};
}

bool TonePlayer::Play(std::span<int16_t> out) {
  const double amplitude = 32768 * std::numbers::sqrt2 * DbToFactor(cadence_.level);
  const size_t edge = Hz(rate_) / 200;  // 5 ms, so that nothing clicks
  bool sounded = false;
  for (int16_t& sample : out) {
    if (cadence_.repeats && (segment_ == cadence_.segments.size() ||
                             cadence_.segments[segment_].length == Duration())) {
      segment_ = 0;
    }
    sample = 0;
    if (segment_ == cadence_.segments.size()) continue;
    const ToneSegment& segment = cadence_.segments[segment_];
    const auto length = static_cast<size_t>(segment.length.us() * Hz(rate_) / 1'000'000);
    if (length == 0) continue;
    sounded = true;
    const size_t to_edge = std::min(position_, length - position_);
    const double envelope = std::min(1.0, static_cast<double>(to_edge) / static_cast<double>(edge));
    sample = static_cast<int16_t>(std::lround(std::clamp(
        amplitude * envelope *
            (Wave(segment.hz, position_, rate_) + Wave(segment.second_hz, position_, rate_)),
        -32768.0, 32767.0)));
    if (++position_ == length) {
      position_ = 0;
      ++segment_;
    }
  }
  return sounded;
}

}  // namespace parley
