#pragma once

// One RTP packet (RFC 3550 section 5.1) with header extensions (RFC 8285): one parse, a view over
// borrowed bytes whose accessors cannot fail; and the fields that may be changed in place.
// Value, any thread.

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "sfu/base/bytes.h"
#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"

namespace parley {

inline constexpr size_t kRtpFixedHeaderSize = 12;
inline constexpr size_t kRtpMaxCsrcs = 15;
inline constexpr uint16_t kRtpOneByteProfile = 0xBEDE;
// The low four bits are "appbits" (RFC 8285 section 4.3).
inline constexpr uint16_t kRtpTwoByteProfile = 0x1000;

class RtpView {
 public:
  struct Extension {
    uint8_t id = 0;
    std::span<const uint8_t> data;
  };

  // Nothing unless version, CSRC count, extension length and padding fit the packet. Extension
  // elements that do not fit their block end the walk over them and do no other harm.
  static std::optional<RtpView> Parse(std::span<const uint8_t> packet);

  std::span<const uint8_t> packet() const { return packet_; }
  bool marker() const { return (packet_[1] & 0x80) != 0; }
  PayloadType payload_type() const { return PayloadType(packet_[1] & 0x7F); }
  SeqNum seq() const { return SeqNum(LoadBe16(packet_.data() + 2)); }
  RtpTimestamp timestamp() const { return RtpTimestamp(LoadBe32(packet_.data() + 4)); }
  Ssrc ssrc() const { return Ssrc(LoadBe32(packet_.data() + 8)); }
  size_t csrc_count() const { return packet_[0] & 0x0F; }
  // `i` < csrc_count().
  uint32_t csrc(size_t i) const { return LoadBe32(packet_.data() + kRtpFixedHeaderSize + 4 * i); }

  bool has_extension_block() const { return (packet_[0] & 0x10) != 0; }
  // The profile field of the extension block; 0 without one.
  uint16_t extension_profile() const { return extension_profile_; }

  // The element with this id, the first if there are several; nothing for 0, and nothing where the
  // block is of neither RFC 8285 kind. Empty elements exist in two-byte blocks.
  std::optional<std::span<const uint8_t>> FindExtension(uint8_t id) const;
  // Calls visit(Extension) for every element in order. False when something of the block was not
  // read: all of an unknown profile, or what stands from a broken element on.
  template <class Visitor>
  bool ForEachExtension(Visitor&& visit) const {
    std::span<const uint8_t> rest = extensions_;
    Extension e;
    while (NextExtension(rest, e)) visit(e);
    return rest.empty() && !unknown_profile_;
  }

  // Everything before the payload: fixed header, CSRCs and extension block.
  size_t header_size() const { return header_size_; }
  // Without padding.
  std::span<const uint8_t> payload() const {
    return packet_.subspan(header_size_, packet_.size() - header_size_ - padding_size_);
  }
  size_t padding_size() const { return padding_size_; }

 private:
  RtpView() = default;
  std::optional<std::span<const uint8_t>> FindOneByte(uint8_t id) const;
  bool NextExtension(std::span<const uint8_t>& rest, Extension& element) const;

  std::span<const uint8_t> packet_;
  std::span<const uint8_t> extensions_;  // the block's words; empty when of an unknown profile
  uint16_t header_size_ = 0;
  uint16_t extension_profile_ = 0;
  bool unknown_profile_ = false;  // of a block that is not empty
  uint8_t padding_size_ = 0;
};

// In-place changes of a packet that RtpView::Parse took.
inline void SetMarker(std::span<uint8_t> rtp, bool marker) {
  rtp[1] = static_cast<uint8_t>((rtp[1] & 0x7F) | (marker ? 0x80 : 0));
}
inline void SetPayloadType(std::span<uint8_t> rtp, PayloadType pt) {
  rtp[1] = static_cast<uint8_t>((rtp[1] & 0x80) | (pt.value() & 0x7F));
}
inline void SetSeq(std::span<uint8_t> rtp, SeqNum seq) { StoreBe16(rtp.data() + 2, seq.value()); }
inline void SetTimestamp(std::span<uint8_t> rtp, RtpTimestamp timestamp) {
  StoreBe32(rtp.data() + 4, timestamp.value());
}
inline void SetSsrc(std::span<uint8_t> rtp, Ssrc ssrc) { StoreBe32(rtp.data() + 8, ssrc.value()); }
// RFC 3550 section 5.1: 1 to 255 bytes of padding behind the first `size` of `buffer`. False when
// the packet has padding already or they do not fit.
inline bool AddPadding(std::span<uint8_t> buffer, size_t size, size_t padding) {
  if ((buffer[0] & 0x20) != 0 || padding == 0 || padding > 255 || size + padding > buffer.size()) {
    return false;
  }
  buffer[0] |= 0x20;
  std::memset(buffer.data() + size, 0, padding - 1);
  buffer[size + padding - 1] = static_cast<uint8_t>(padding);
  return true;
}

}  // namespace parley
