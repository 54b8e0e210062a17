#include "sfu/wire/rtcp_twcc.h"

namespace parley {

// draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1:
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|  FMT=15 |    PT=205     |           length              |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                     SSRC of packet sender                     |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                      SSRC of media source                     |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |      base sequence number     |      packet status count      |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                 reference time                | fb pkt. count |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |          packet chunk         |         packet chunk  ...     |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |    recv delta     ...         |           zero padding        |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<TwccView> TwccView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kTransportFeedback || packet.count != kFormat) return std::nullopt;
  if (packet.body.size() < kChunksOffset) return std::nullopt;
  TwccView view(packet.body);
  if (view.packet_count() == 0) return std::nullopt;
  size_t deltas_size = 0;
  view.deltas_offset_ = view.ForEachStatus([&](TwccStatus status) {
    if (status == TwccStatus::kSmallDelta) deltas_size += 1;
    if (status == TwccStatus::kLargeDelta) deltas_size += 2;
  });
  if (view.deltas_offset_ == 0 || deltas_size > packet.body.size() - view.deltas_offset_) {
    return std::nullopt;
  }
  return view;
}

}  // namespace parley
