#pragma once

// G.722 at 64 kbit/s: two sub-bands of 8 kHz behind a quadrature mirror filter, each coded
// adaptively (ITU-T G.722). Our own, because the encoder's state must be copied when a listener
// begins to talk. A byte holds two samples of 16 kHz. Values on the mixer's thread; nothing
// allocates.

#include <array>
#include <cstdint>
#include <span>

#include "mixer/audio/g722_band.h"

namespace parley {

class G722Encoder {
 public:
  // Two samples for each byte of `out`.
  void Encode(std::span<const int16_t> samples, std::span<uint8_t> out);

 private:
  int EncodeLower(int sample);
  int EncodeHigher(int sample);

  std::array<int16_t, 22> history_{};  // oldest first
  G722Band lower_ = G722Band::Lower();
  G722Band higher_ = G722Band::Higher();
};

class G722Decoder {
 public:
  // Two samples for each byte of `payload`.
  void Decode(std::span<const uint8_t> payload, std::span<int16_t> out);

 private:
  int DecodeLower(int code);
  int DecodeHigher(int code);

  std::array<int, 22> history_{};  // oldest first, sums and differences of the bands by turns
  G722Band lower_ = G722Band::Lower();
  G722Band higher_ = G722Band::Higher();
};

}  // namespace parley
