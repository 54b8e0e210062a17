#pragma once

// Makes sound a few samples in ten thousand shorter or longer, against a sender's clock that is
// off: a short windowed sinc whose phase creeps along. While nothing is off, samples pass
// unchanged, only kDelay later. One per incoming stream, on the mixer's thread; nothing allocates.

#include <array>
#include <cstdint>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

class FractionalResampler {
 public:
  static constexpr size_t kTaps = 16;
  static constexpr size_t kDelay = kTaps / 2;  // samples

  // Inputs per output less one; within 1e-3. Positive shortens.
  void SetDrift(double drift) { drift_ = drift; }

  // How many inputs the next `outputs` need.
  size_t InputsFor(size_t outputs) const;
  // `in` is InputsFor(out.size()) long, `out` at most a frame.
  void Process(std::span<const int16_t> in, std::span<int16_t> out);

 private:
  double drift_ = 0;
  double position_ = 0;  // of the next output between two inputs, 0 to 1
  std::array<float, kTaps> history_{};
};

}  // namespace parley
