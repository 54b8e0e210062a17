#pragma once

// RTCP receiver report (RFC 3550 section 6.4.2). Value over borrowed memory, any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_report_block.h"

namespace parley {

class ReceiverReportView {
 public:
  static std::optional<ReceiverReportView> Parse(const RtcpPacket& packet);

  Ssrc ssrc() const { return Ssrc(LoadBe32(body_.data())); }
  size_t block_count() const { return block_count_; }
  // `i` < block_count().
  ReportBlock block(size_t i) const;

 private:
  ReceiverReportView(std::span<const uint8_t> body, uint8_t block_count)
      : body_(body), block_count_(block_count) {}

  std::span<const uint8_t> body_;
  uint8_t block_count_;
};

// False when it does not fit. At most kMaxReportBlocks blocks.
[[nodiscard]] bool WriteReceiverReport(ByteWriter& out, Ssrc ssrc,
                                       std::span<const ReportBlock> blocks = {});

}  // namespace parley
