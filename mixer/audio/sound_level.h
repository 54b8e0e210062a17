#pragma once

// How loud a frame is. Pure functions, any thread.

#include <cstdint>
#include <span>

namespace parley {

// Of the mean square, relative to the loudest that 16 bits hold (a square wave at full scale):
// 0 to -127 dBov, -127 also for digital silence (RFC 6464 section 3, RFC 6465 appendix A).
float LevelDbov(std::span<const int16_t> frame);

// As header extensions carry it: 0 (loudest) to 127.
uint8_t ToAudioLevel(float dbov);

// The factor that `db` decibels are.
float DbToFactor(float db);

}  // namespace parley
