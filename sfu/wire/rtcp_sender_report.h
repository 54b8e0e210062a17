#pragma once

// RTCP sender report (RFC 3550 section 6.4.1). Value over borrowed memory, any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/wire/ntp.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_report_block.h"

namespace parley {

struct SenderInfo {
  NtpTime ntp;
  RtpTimestamp rtp_timestamp;
  uint32_t packet_count = 0;
  uint32_t octet_count = 0;  // payload bytes, without headers and padding

  bool operator==(const SenderInfo&) const = default;
};

class SenderReportView {
 public:
  static std::optional<SenderReportView> Parse(const RtcpPacket& packet);

  Ssrc ssrc() const { return Ssrc(LoadBe32(body_.data())); }
  SenderInfo info() const;
  size_t block_count() const { return block_count_; }
  // `i` < block_count().
  ReportBlock block(size_t i) const;

 private:
  SenderReportView(std::span<const uint8_t> body, uint8_t block_count)
      : body_(body), block_count_(block_count) {}

  std::span<const uint8_t> body_;
  uint8_t block_count_;
};

// False when it does not fit. At most kMaxReportBlocks blocks.
[[nodiscard]] bool WriteSenderReport(ByteWriter& out, Ssrc ssrc, const SenderInfo& info,
                                     std::span<const ReportBlock> blocks = {});

}  // namespace parley
