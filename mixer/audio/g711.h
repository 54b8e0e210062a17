#pragma once

// G.711: 8-bit logarithmic samples, both laws, by table. Pure functions, any thread.

#include <cstdint>
#include <span>

namespace parley {

enum class G711Law : uint8_t { kMu, kA };

// `out` is as long as `in`. A sample becomes the nearest value that the law has.
void G711Encode(G711Law law, std::span<const int16_t> in, std::span<uint8_t> out);
void G711Decode(G711Law law, std::span<const uint8_t> in, std::span<int16_t> out);

// What stands for a sample of 0, for payloads of silence.
constexpr uint8_t G711Silence(G711Law law) { return law == G711Law::kMu ? 0xFF : 0xD5; }

}  // namespace parley
