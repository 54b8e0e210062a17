#include "sfu/wire/rtcp_bye.h"

namespace parley {

// RFC 3550 section 6.6:
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|   SC    |   PT=BYE=203  |             length            |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                          SSRC/CSRC ...                        |
// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
// |     length    |               reason for leaving            ...  optional
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<ByeView> ByeView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kBye) return std::nullopt;
  ByteReader in(packet.body);
  in.Skip(size_t{4} * packet.count);
  std::string_view reason;
  if (in.ok() && in.remaining() > 0) {
    std::span<const uint8_t> text = in.Bytes(in.U8());
    reason = {reinterpret_cast<const char*>(text.data()), text.size()};
  }
  if (!in.ok()) return std::nullopt;
  return ByeView(packet.body, packet.count, reason);
}

bool WriteBye(ByteWriter& out, std::span<const Ssrc> sources, std::string_view reason) {
  if (sources.size() > 31 || reason.size() > UINT8_MAX) return false;
  size_t reason_size = reason.empty() ? 0 : 1 + reason.size();
  size_t nulls = (4 - reason_size % 4) % 4;
  if (!BeginRtcpPacket(out, RtcpType::kBye, static_cast<uint8_t>(sources.size()),
                       4 * sources.size() + reason_size + nulls)) {
    return false;
  }
  for (Ssrc ssrc : sources) out.U32(ssrc.value());
  if (reason.empty()) return true;
  out.U8(static_cast<uint8_t>(reason.size()));
  out.Bytes({reinterpret_cast<const uint8_t*>(reason.data()), reason.size()});
  out.Zeros(nulls);
  return true;
}

}  // namespace parley
