#include "sfu/wire/rtcp_feedback_nack.h"

#include <algorithm>

namespace parley {
namespace {

constexpr size_t kFixedSize = 8;
constexpr int kBitmaskBits = 16;
// The most that the length field of one packet can count.
constexpr size_t kMaxItems = 65'535 - kFixedSize / 4;

// How many of `seqs` the item that begins with the first of them covers.
size_t ItemLength(std::span<const SeqNum> seqs) {
  size_t n = 1;
  while (n < seqs.size() && seqs[n] - seqs[0] >= 0 && seqs[n] - seqs[0] <= kBitmaskBits) ++n;
  return n;
}

}  // namespace

// After sender and media SSRC (RFC 4585 section 6.2.1), items of:
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |              PID              |             BLP               |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<NackView> NackView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kTransportFeedback || packet.count != kFormat) return std::nullopt;
  if (packet.body.size() < kFixedSize + 4 || packet.body.size() % 4 != 0) return std::nullopt;
  return NackView(packet.body);
}

size_t WriteNack(ByteWriter& out, Ssrc sender_ssrc, Ssrc media_ssrc, std::span<const SeqNum> seqs) {
  size_t room = out.ok() ? out.remaining() / 4 : 0;
  constexpr size_t kOverhead = (kRtcpHeaderSize + kFixedSize) / 4;
  if (room <= kOverhead) return 0;
  size_t max_items = std::min(room - kOverhead, kMaxItems);

  size_t items = 0;
  size_t covered = 0;
  while (covered < seqs.size() && items < max_items) {
    covered += ItemLength(seqs.subspan(covered));
    ++items;
  }
  if (items == 0) return 0;
  if (!BeginRtcpPacket(out, RtcpType::kTransportFeedback, NackView::kFormat,
                       kFixedSize + 4 * items)) {
    return 0;
  }
  out.U32(sender_ssrc.value());
  out.U32(media_ssrc.value());
  for (std::span<const SeqNum> rest = seqs.first(covered); !rest.empty();) {
    size_t n = ItemLength(rest);
    unsigned bitmask = 0;
    for (SeqNum seq : rest.subspan(1, n - 1)) {
      if (seq != rest[0]) bitmask |= 1u << (seq - rest[0] - 1);
    }
    out.U16(rest[0].value());
    out.U16(static_cast<uint16_t>(bitmask));
    rest = rest.subspan(n);
  }
  return covered;
}

}  // namespace parley
