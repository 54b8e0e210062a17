#include "sfu/wire/rtcp.h"

namespace parley {

// RFC 3550 section 6.4, the first word of every packet:
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|  count  |      PT       |     length in words - 1       |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<RtcpCompound> RtcpCompound::Parse(std::span<const uint8_t> datagram) {
  if (datagram.empty()) return std::nullopt;
  for (std::span<const uint8_t> rest = datagram; !rest.empty();) {
    if (rest.size() < kRtcpHeaderSize || rest[0] >> 6 != 2) return std::nullopt;
    size_t size = Iterator(rest).PacketSize();
    if (size > rest.size()) return std::nullopt;
    if (rest[0] & 0x20) {
      // Section 6.4.1 wants whole words and padding in the last packet alone; libwebrtc pads its
      // transport-wide feedback to a word by single bytes wherever it stands.
      uint8_t padding = rest[size - 1];
      if (padding == 0 || padding > size - kRtcpHeaderSize) return std::nullopt;
    }
    rest = rest.subspan(size);
  }
  return RtcpCompound(datagram);
}

RtcpPacket RtcpCompound::Iterator::operator*() const {
  size_t size = PacketSize();
  size_t padding = (rest_[0] & 0x20) ? rest_[size - 1] : 0;
  return {static_cast<RtcpType>(rest_[1]), static_cast<uint8_t>(rest_[0] & 0x1F),
          rest_.subspan(kRtcpHeaderSize, size - kRtcpHeaderSize - padding)};
}

bool BeginRtcpPacket(ByteWriter& out, RtcpType type, uint8_t count, size_t body_size) {
  if (!out.ok() || out.remaining() < kRtcpHeaderSize + body_size) return false;
  out.U8(static_cast<uint8_t>(0x80 | (count & 0x1F)));
  out.U8(static_cast<uint8_t>(type));
  out.U16(static_cast<uint16_t>(body_size / 4));
  return true;
}

}  // namespace parley
