#include "sfu/wire/rtcp_receiver_report.h"

namespace parley {
namespace {

constexpr size_t kFixedSize = 4;

}  // namespace

// After the header (RFC 3550 section 6.4.2): the SSRC of the packet's sender, report blocks,
// profile extensions.
std::optional<ReceiverReportView> ReceiverReportView::Parse(const RtcpPacket& packet) {
  if (packet.type != RtcpType::kReceiverReport) return std::nullopt;
  if (packet.body.size() < kFixedSize + packet.count * kReportBlockSize) return std::nullopt;
  return ReceiverReportView(packet.body, packet.count);
}

ReportBlock ReceiverReportView::block(size_t i) const {
  return ReadReportBlock(
      body_.subspan(kFixedSize + i * kReportBlockSize).first<kReportBlockSize>());
}

bool WriteReceiverReport(ByteWriter& out, Ssrc ssrc, std::span<const ReportBlock> blocks) {
  if (blocks.size() > kMaxReportBlocks) return false;
  if (!BeginRtcpPacket(out, RtcpType::kReceiverReport, static_cast<uint8_t>(blocks.size()),
                       kFixedSize + blocks.size() * kReportBlockSize)) {
    return false;
  }
  out.U32(ssrc.value());
  for (const ReportBlock& block : blocks) WriteReportBlock(out, block);
  return true;
}

}  // namespace parley
