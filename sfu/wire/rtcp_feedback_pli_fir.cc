#include "sfu/wire/rtcp_feedback_pli_fir.h"

namespace parley {
namespace {

constexpr size_t kFixedSize = 8;
constexpr size_t kFirEntrySize = 8;

}  // namespace

// Sender and media SSRC and nothing else (RFC 4585 section 6.3.1).
std::optional<PliView> PliView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kPayloadFeedback || packet.count != kFormat) return std::nullopt;
  if (packet.body.size() < kFixedSize) return std::nullopt;
  return PliView(Ssrc(LoadBe32(packet.body.data())), Ssrc(LoadBe32(packet.body.data() + 4)));
}

// After sender SSRC and an unused media SSRC (RFC 5104 section 4.3.1.1), entries of:
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                              SSRC                             |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// | Seq nr.       |    Reserved                                   |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<FirView> FirView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kPayloadFeedback || packet.count != kFormat) return std::nullopt;
  if (packet.body.size() < kFixedSize + kFirEntrySize) return std::nullopt;
  if ((packet.body.size() - kFixedSize) % kFirEntrySize != 0) return std::nullopt;
  return FirView(packet.body);
}

FirView::Entry FirView::entry(size_t i) const {
  const uint8_t* p = body_.data() + kFixedSize + kFirEntrySize * i;
  return {Ssrc(LoadBe32(p)), p[4]};
}

bool WritePli(ByteWriter& out, Ssrc sender_ssrc, Ssrc media_ssrc) {
  if (!BeginRtcpPacket(out, RtcpType::kPayloadFeedback, PliView::kFormat, kFixedSize)) return false;
  out.U32(sender_ssrc.value());
  out.U32(media_ssrc.value());
  return true;
}

bool WriteFir(ByteWriter& out, Ssrc sender_ssrc, const FirView::Entry& entry) {
  if (!BeginRtcpPacket(out, RtcpType::kPayloadFeedback, FirView::kFormat,
                       kFixedSize + kFirEntrySize)) {
    return false;
  }
  out.U32(sender_ssrc.value());
  out.U32(0);
  out.U32(entry.ssrc.value());
  out.U8(entry.seq);
  out.U24(0);
  return true;
}

}  // namespace parley
