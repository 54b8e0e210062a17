#include "sfu/wire/rtcp_report_block.h"

#include <algorithm>

namespace parley {

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                             SSRC_n                            |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// | fraction lost |       cumulative number of packets lost       |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |           extended highest sequence number received           |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                      interarrival jitter                      |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                         last SR (LSR)                         |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                   delay since last SR (DLSR)                  |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
ReportBlock ReadReportBlock(std::span<const uint8_t, kReportBlockSize> data) {
  const uint8_t* p = data.data();
  ReportBlock block;
  block.source = Ssrc(LoadBe32(p));
  block.fraction_lost = p[4];
  block.cumulative_lost = static_cast<int32_t>(LoadBe24(p + 5) << 8) >> 8;
  block.extended_highest_seq = LoadBe32(p + 8);
  block.jitter = LoadBe32(p + 12);
  block.last_sr = LoadBe32(p + 16);
  block.delay_since_last_sr = LoadBe32(p + 20);
  return block;
}

void WriteReportBlock(ByteWriter& out, const ReportBlock& block) {
  out.U32(block.source.value());
  out.U8(block.fraction_lost);
  out.U24(static_cast<uint32_t>(std::clamp(block.cumulative_lost, -0x800000, 0x7FFFFF)));
  out.U32(block.extended_highest_seq);
  out.U32(block.jitter);
  out.U32(block.last_sr);
  out.U32(block.delay_since_last_sr);
}

}  // namespace parley
