#pragma once

// A payload in an RTP packet, for the assemblers' tests.

#include <array>
#include <cstdint>
#include <span>

#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_builder.h"

namespace parley::testing {

class RtpPayload {
 public:
  RtpPayload(uint32_t timestamp, bool marker, std::span<const uint8_t> payload) {
    RtpBuilder builder(buffer_, {.payload_type = PayloadType(96),
                                 .marker = marker,
                                 .seq = SeqNum(1),
                                 .timestamp = RtpTimestamp(timestamp),
                                 .ssrc = Ssrc(1),
                                 .csrcs = {}});
    builder.SetPayload(payload);
    packet_ = builder.Finish();
  }
  RtpPayload(const RtpPayload&) = delete;
  RtpPayload& operator=(const RtpPayload&) = delete;

  RtpView view() const { return *RtpView::Parse(packet_); }

 private:
  std::array<uint8_t, 1500> buffer_;
  std::span<const uint8_t> packet_;
};

}  // namespace parley::testing
