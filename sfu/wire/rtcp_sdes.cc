#include "sfu/wire/rtcp_sdes.h"

namespace parley {

// Each chunk (RFC 3550 section 6.5):
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
// |                          SSRC/CSRC_1                          |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |     type      |     length    | text                        ...
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// More items follow; one null or more end them at a multiple of 4.
std::optional<SdesView> SdesView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kSdes) return std::nullopt;
  if (!Walk(packet.body, packet.count, [](const Item&) {})) return std::nullopt;
  return SdesView(packet.body, packet.count);
}

bool WriteSdesCname(ByteWriter& out, Ssrc ssrc, std::string_view cname) {
  if (cname.size() > UINT8_MAX) return false;
  size_t items = 2 + cname.size();
  size_t nulls = 4 - items % 4;
  if (!BeginRtcpPacket(out, RtcpType::kSdes, 1, 4 + items + nulls)) return false;
  out.U32(ssrc.value());
  out.U8(SdesView::kCname);
  out.U8(static_cast<uint8_t>(cname.size()));
  out.Bytes({reinterpret_cast<const uint8_t*>(cname.data()), cname.size()});
  out.Zeros(nulls);
  return true;
}

}  // namespace parley
