#pragma once

// What a datagram is by its first bytes (RFC 7983 section 7, RFC 5761 section 4). A pure function,
// any thread.

#include <cstddef>
#include <cstdint>
#include <span>

namespace parley {

enum class PacketKind : uint8_t { kStun, kDtls, kRtp, kRtcp, kOther };

//   first byte  0..3    STUN
//              20..63   DTLS
//             128..191  RTP; RTCP where the second byte, the RTCP packet type, is 192..223
//
// Says nothing about validity: the parsers do.
constexpr PacketKind ClassifyPacket(std::span<const uint8_t> packet) {
  if (packet.size() < 2) return PacketKind::kOther;
  uint8_t first = packet[0];
  if (first >= 128 && first <= 191) {
    return packet[1] >= 192 && packet[1] <= 223 ? PacketKind::kRtcp : PacketKind::kRtp;
  }
  if (first >= 20 && first <= 63) return PacketKind::kDtls;
  return first <= 3 ? PacketKind::kStun : PacketKind::kOther;
}

}  // namespace parley
