#include "mixer/ivr/wav_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <string_view>

namespace parley {
namespace {

constexpr uint32_t kPhoneRate = 8000;
constexpr uint16_t kPcm = 1;
constexpr uint32_t kLowestRate = 4000, kHighestRate = 192'000;

uint32_t LittleEndian(std::span<const uint8_t> data, size_t at, size_t bytes) {
  uint32_t v = 0;
  for (size_t i = 0; i < bytes; ++i) v |= static_cast<uint32_t>(data[at + i]) << (8 * i);
  return v;
}

bool Is(std::span<const uint8_t> data, size_t at, const char* name) {
  return std::memcmp(data.data() + at, name, 4) == 0;
}

void Append(std::vector<uint8_t>& file, uint32_t v, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) file.push_back(static_cast<uint8_t>(v >> (8 * i)));
}

void Append(std::vector<uint8_t>& file, std::string_view name) {
  for (const char c : name) file.push_back(static_cast<uint8_t>(c));
}

}  // namespace

std::optional<WavSound> ReadWav(std::span<const uint8_t> file) {
  if (file.size() < 12 || !Is(file, 0, "RIFF") || !Is(file, 8, "WAVE")) return std::nullopt;
  WavSound sound;
  uint32_t channels = 0;
  for (size_t at = 12; at + 8 <= file.size();) {
    const size_t size = std::min<size_t>(LittleEndian(file, at + 4, 4), file.size() - at - 8);
    const std::span<const uint8_t> chunk = file.subspan(at + 8, size);
    if (Is(file, at, "fmt ")) {
      if (size < 16 || LittleEndian(chunk, 0, 2) != kPcm || LittleEndian(chunk, 14, 2) != 16) {
        return std::nullopt;
      }
      channels = LittleEndian(chunk, 2, 2);
      sound.rate = LittleEndian(chunk, 4, 4);
    } else if (Is(file, at, "data")) {
      if (channels == 0 || channels > 8) return std::nullopt;
      if (sound.rate < kLowestRate || sound.rate > kHighestRate) return std::nullopt;
      for (size_t i = 0; i + 2 * channels <= size; i += 2 * channels) {
        int sum = 0;
        for (size_t c = 0; c < channels; ++c) {
          sum += static_cast<int16_t>(LittleEndian(chunk, i + 2 * c, 2));
        }
        sound.samples.push_back(static_cast<int16_t>(sum / static_cast<int>(channels)));
      }
      return sound;
    }
    at += 8 + size + size % 2;  // chunks are padded to even lengths
  }
  return std::nullopt;
}

std::vector<uint8_t> WriteWav(const WavSound& sound) {
  constexpr uint32_t kBytes = 2;  // a sample
  const auto size = static_cast<uint32_t>(kBytes * sound.samples.size());
  std::vector<uint8_t> file;
  file.reserve(44 + size);
  Append(file, "RIFF");
  Append(file, size + 36, 4);
  Append(file, "WAVE");
  Append(file, "fmt ");
  Append(file, 16, 4);
  Append(file, kPcm, 2);
  Append(file, 1, 2);
  Append(file, sound.rate, 4);
  Append(file, kBytes * sound.rate, 4);
  Append(file, kBytes, 2);
  Append(file, 8 * kBytes, 2);
  Append(file, "data");
  Append(file, size, 4);
  for (const int16_t sample : sound.samples) Append(file, static_cast<uint16_t>(sample), kBytes);
  return file;
}

std::vector<int16_t> ToPhoneRate(const WavSound& sound) {
  if (sound.rate == kPhoneRate) return sound.samples;
  const double step = static_cast<double>(sound.rate) / kPhoneRate;
  const double cutoff = std::min(1.0, 0.95 / step);  // of the input's half rate
  const double reach = 16 / cutoff;                  // samples to either side
  const auto count = static_cast<size_t>(static_cast<double>(sound.samples.size()) / step);
  std::vector<int16_t> out(count);
  for (size_t i = 0; i < count; ++i) {
    const double centre = static_cast<double>(i) * step;
    const auto first = static_cast<size_t>(std::max(0.0, std::ceil(centre - reach)));
    const auto last = std::min(static_cast<size_t>(centre + reach), sound.samples.size() - 1);
    double v = 0, sum = 0;
    for (size_t k = first; k <= last; ++k) {
      const double x = std::numbers::pi * (static_cast<double>(k) - centre);
      const double window = std::cos(x / (2 * reach + 2));
      const double weight = (x == 0 ? cutoff : std::sin(cutoff * x) / x) * window * window;
      v += weight * sound.samples[k];
      sum += weight;
    }
    out[i] = static_cast<int16_t>(std::lround(std::clamp(v / sum, -32768.0, 32767.0)));
  }
  return out;
}

}  // namespace parley
