#include "sfu/wire/rtcp_sender_report.h"

namespace parley {
namespace {

constexpr size_t kFixedSize = 24;

}  // namespace

// After the header (RFC 3550 section 6.4.1):
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                         SSRC of sender                        |
// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
// |              NTP timestamp, most significant word             |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |             NTP timestamp, least significant word             |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                         RTP timestamp                         |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                     sender's packet count                     |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                      sender's octet count                     |
// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
// |              report blocks, then profile extensions           |
std::optional<SenderReportView> SenderReportView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kSenderReport) return std::nullopt;
  if (packet.body.size() < kFixedSize + packet.count * kReportBlockSize) return std::nullopt;
  return SenderReportView(packet.body, packet.count);
}

SenderInfo SenderReportView::info() const {
  const uint8_t* p = body_.data();
  return {NtpTime(LoadBe64(p + 4)), RtpTimestamp(LoadBe32(p + 12)), LoadBe32(p + 16),
          LoadBe32(p + 20)};
}

ReportBlock SenderReportView::block(size_t i) const {
  return ReadReportBlock(
      body_.subspan(kFixedSize + i * kReportBlockSize).first<kReportBlockSize>());
}

bool WriteSenderReport(ByteWriter& out, Ssrc ssrc, const SenderInfo& info,
                       std::span<const ReportBlock> blocks) {
  if (blocks.size() > kMaxReportBlocks) return false;
  if (!BeginRtcpPacket(out, RtcpType::kSenderReport, static_cast<uint8_t>(blocks.size()),
                       kFixedSize + blocks.size() * kReportBlockSize)) {
    return false;
  }
  out.U32(ssrc.value());
  out.U64(info.ntp.value());
  out.U32(info.rtp_timestamp.value());
  out.U32(info.packet_count);
  out.U32(info.octet_count);
  for (const ReportBlock& block : blocks) WriteReportBlock(out, block);
  return true;
}

}  // namespace parley
