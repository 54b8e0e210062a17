#pragma once

// Retransmission payload format (RFC 4588 section 4): the original packet's sequence number (OSN)
// stands before its payload, under the RTX stream's own SSRC, sequence numbers and payload type.
// Nothing allocates. Any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/wire/rtp.h"

namespace parley {

inline constexpr size_t kRtxOsnSize = 2;

struct RtxView {
  SeqNum original_seq;
  std::span<const uint8_t> payload;

  // Nothing for packets that carry no OSN: pure padding, as senders probe with.
  static std::optional<RtxView> Parse(const RtpView& rtx);
};

// `original` as an RTX packet in `out` (its size + 2 bytes, its padding left off), or empty when it
// does not fit. The header extensions go along as they are.
std::span<uint8_t> WrapRtx(const RtpView& original, PayloadType payload_type, Ssrc ssrc, SeqNum seq,
                           std::span<uint8_t> out);

// Turns an RTX packet, in place, into the one it repeats: the header moves over the OSN. The part
// of `packet` that now holds it, or empty when `packet` carries no OSN.
std::span<uint8_t> UnwrapRtx(std::span<uint8_t> packet, PayloadType original_payload_type,
                             Ssrc original_ssrc);

}  // namespace parley
