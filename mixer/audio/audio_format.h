#pragma once

// What all sound in the mixer is made of: mono samples of 16 bits, handled in frames of 20 ms at
// one of three rates. Constants and pure functions, any thread.

#include <cstddef>
#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

// The mixer's tick, and the length of every packet that it sends.
inline constexpr Duration kAudioFrame = Duration::Millis(20);

enum class SampleRate : uint32_t { k8kHz = 8000, k16kHz = 16000, k48kHz = 48000 };

constexpr uint32_t Hz(SampleRate rate) { return static_cast<uint32_t>(rate); }
constexpr size_t FrameSamples(SampleRate rate) { return Hz(rate) / 50; }

inline constexpr size_t kMaxFrameSamples = FrameSamples(SampleRate::k48kHz);
// A peer's packet may be longer than a frame: up to 120 ms, as Opus allows (RFC 6716
// section 2.1.4).
inline constexpr size_t kMaxPacketSamples = 6 * kMaxFrameSamples;

}  // namespace parley
