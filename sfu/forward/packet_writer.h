#pragma once

// Writes a source's packet as a slot sends it: new header, the source's number as CSRC, the header
// extensions that the receiver negotiated, the payload with the codec's own numbers moved on.
// Functions over borrowed memory; nothing allocates.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/units.h"
#include "sfu/forward/packet_meta.h"
#include "sfu/forward/slot.h"
#include "sfu/wire/opus_red.h"

namespace parley {

// What a packet carries of its own leaving.
struct SendStamp {
  Timestamp now;
  // Written where the slot's m-line has the extension.
  std::optional<SeqNum> transport_seq;
};

struct WrittenPacket {
  size_t size = 0;  // 0: it did not fit
  uint16_t abs_send_time_offset = 0;
};

// With redundant blocks, which only a slot with red() may have and a packet of bare Opus, it is
// RED.
WrittenPacket WriteForwarded(const Slot& slot, const Rewrite& rewrite, const PacketMeta& meta,
                             std::span<const uint8_t> packet, std::span<const RedBlock> redundant,
                             const SendStamp& stamp, std::span<uint8_t> out);

// The same as an RTX packet (RFC 4588 section 4) in the slot's RTX stream.
WrittenPacket WriteRetransmission(const Slot& slot, const Rewrite& rewrite, const PacketMeta& meta,
                                  std::span<const uint8_t> packet, SeqNum rtx_seq,
                                  const SendStamp& stamp, std::span<uint8_t> out);

// Nothing but padding in the slot's RTX stream, which it must have: receivers drop it unseen and
// speak of it in their feedback. `padding` of 1..255 bytes.
WrittenPacket WritePadding(const Slot& slot, PayloadType rtx_payload_type, SeqNum rtx_seq,
                           const SendStamp& stamp, uint8_t padding, std::span<uint8_t> out);

}  // namespace parley
