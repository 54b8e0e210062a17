#pragma once

// The report block that sender and receiver reports share (RFC 3550 section 6.4.1). Value, any
// thread.

#include <cstdint>
#include <span>

#include "sfu/base/bytes.h"
#include "sfu/base/ids.h"

namespace parley {

inline constexpr size_t kReportBlockSize = 24;
inline constexpr size_t kMaxReportBlocks = 31;

struct ReportBlock {
  Ssrc source;
  uint8_t fraction_lost = 0;          // since the last report, of 256
  int32_t cumulative_lost = 0;        // 24 bits signed: duplicates count negative
  uint32_t extended_highest_seq = 0;  // cycles << 16 | highest sequence number
  uint32_t jitter = 0;                // in units of the RTP clock
  uint32_t last_sr = 0;               // compact NTP of the last sender report; 0 for none
  uint32_t delay_since_last_sr = 0;   // in 1/65536 s

  bool operator==(const ReportBlock&) const = default;
};

ReportBlock ReadReportBlock(std::span<const uint8_t, kReportBlockSize> data);
// cumulative_lost is clamped to what 24 bits hold.
void WriteReportBlock(ByteWriter& out, const ReportBlock& block);

}  // namespace parley
