#include "sfu/wire/rtcp_remb.h"

#include <algorithm>
#include <bit>

namespace parley {
namespace {

constexpr size_t kFixedSize = 16;
constexpr uint32_t kIdentifier = 0x52454D42;  // "REMB"
constexpr int kMantissaBits = 18;

Bitrate FromExponent(int exponent, uint64_t mantissa) {
  if (mantissa == 0) return Bitrate();
  if (static_cast<int>(std::bit_width(mantissa)) + exponent > 63) return Bitrate::Unlimited();
  return Bitrate::BitsPerSecond(static_cast<int64_t>(mantissa << exponent));
}

}  // namespace

// draft-alvestrand-rmcat-remb-03 section 2.2:
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P| FMT=15  |   PT=206      |             length            |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                  SSRC of packet sender                        |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                  SSRC of media source (0)                     |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |  Unique identifier 'R' 'E' 'M' 'B'                            |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |  Num SSRC     | BR Exp    |  BR Mantissa                      |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |   SSRC feedback  ...                                          |
std::optional<RembView> RembView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kPayloadFeedback || packet.count != kFormat) return std::nullopt;
  std::span<const uint8_t> body = packet.body;
  if (body.size() < kFixedSize || LoadBe32(body.data() + 8) != kIdentifier) return std::nullopt;
  if (body.size() != kFixedSize + size_t{4} * body[12]) return std::nullopt;
  return RembView(body, FromExponent(body[13] >> 2, LoadBe24(body.data() + 13) & 0x3FFFF));
}

bool WriteRemb(ByteWriter& out, Ssrc sender_ssrc, Bitrate bitrate, std::span<const Ssrc> ssrcs) {
  if (ssrcs.size() > UINT8_MAX) return false;
  if (!BeginRtcpPacket(out, RtcpType::kPayloadFeedback, RembView::kFormat,
                       kFixedSize + 4 * ssrcs.size())) {
    return false;
  }
  auto bps = static_cast<uint64_t>(std::max<int64_t>(bitrate.bps(), 0));
  int exponent = std::max(0, static_cast<int>(std::bit_width(bps)) - kMantissaBits);
  out.U32(sender_ssrc.value());
  out.U32(0);
  out.U32(kIdentifier);
  out.U8(static_cast<uint8_t>(ssrcs.size()));
  out.U24(static_cast<uint32_t>(exponent) << kMantissaBits |
          static_cast<uint32_t>(bps >> exponent));
  for (Ssrc ssrc : ssrcs) out.U32(ssrc.value());
  return true;
}

}  // namespace parley
