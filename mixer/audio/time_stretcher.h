#pragma once

// Makes waiting sound a pitch period shorter or longer, where that is not heard: in voiced sound by
// fading one period into the next, in silence anywhere. Pure functions over the receiver's buffer,
// any thread; nothing allocates.

#include <cstddef>
#include <cstdint>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

// How readily a change is made: only where it cannot be heard, or also where it can a little.
enum class StretchUrgency : uint8_t { kNone, kSome };

// `sound` holds history_size samples that are past and then those that wait; only these are
// changed. The result is the number of samples that wait afterwards: as before when there was no
// place for a change. At most `most` samples are taken out.
size_t ShortenSound(std::span<int16_t> sound, size_t history_size, SampleRate rate, size_t most,
                    StretchUrgency urgency);
// `sound` has room for LongestPitch(rate) more samples behind the `size` that it holds.
size_t LengthenSound(std::span<int16_t> sound, size_t history_size, size_t size, SampleRate rate,
                     StretchUrgency urgency);

}  // namespace parley
