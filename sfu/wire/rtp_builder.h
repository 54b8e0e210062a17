#pragma once

// Writes one RTP packet into a caller's buffer: header and CSRCs, then extension elements, then the
// payload, in that order. Elements are written in the one-byte form of RFC 8285; the block turns
// into the two-byte form by itself at the first element that needs it (id above 14, more than 16
// bytes, or none). A buffer that is too small makes Finish return an empty span. Nothing allocates.
// Value over borrowed memory, any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"

namespace parley {

struct RtpHeader {
  PayloadType payload_type;
  bool marker = false;
  SeqNum seq;
  RtpTimestamp timestamp;
  Ssrc ssrc;
  std::span<const uint32_t> csrcs;  // at most 15, borrowed until the builder is made
};

class RtpBuilder {
 public:
  RtpBuilder(std::span<uint8_t> out, const RtpHeader& header);

  // An id of 0 adds nothing: the extension was not negotiated.
  void AddExtension(uint8_t id, std::span<const uint8_t> data);
  void AddExtension(uint8_t id, std::string_view text);

  // Ends the extension block. Called once, after the last AddExtension.
  void SetPayload(std::span<const uint8_t> payload);
  // The same in two steps, for whoever changes the payload on its way: where it goes, or an empty
  // span when `size` bytes do not fit.
  std::span<uint8_t> ReservePayload(size_t size);

  // After the payload: 1..255 bytes of padding (RFC 3550 section 5.1); 0 does nothing.
  void SetPadding(uint8_t size);

  // The finished packet, or empty when it did not fit.
  std::span<uint8_t> Finish();

 private:
  bool TurnToTwoByte();
  void CloseExtensions();

  std::span<uint8_t> out_;
  size_t size_ = 0;
  size_t block_ = 0;  // where the extension block begins; 0 while there is none
  bool two_byte_ = false;
  bool closed_ = false;
  bool ok_ = true;
};

}  // namespace parley
