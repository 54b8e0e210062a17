#pragma once

// CRC-32 of ITU V.42 and IEEE 802.3, which STUN's FINGERPRINT uses (RFC 8489 section 14.7). Pure
// function, any thread.

#include <cstdint>
#include <span>

namespace parley {

uint32_t Crc32(std::span<const uint8_t> data);

}  // namespace parley
