#pragma once

// How much sound an Opus packet holds (RFC 6716 section 3): tells gaps from silence, and what is no
// Opus packet. Pure function, any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/units.h"

namespace parley {

// 2.5 to 120 ms. Nothing when the packet is empty or says more.
std::optional<Duration> OpusPacketDuration(std::span<const uint8_t> packet);

}  // namespace parley
