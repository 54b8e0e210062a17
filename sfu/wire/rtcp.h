#pragma once

// Compound and reduced-size RTCP (RFC 3550 section 6.1, RFC 5506): checks the whole datagram's
// framing once and yields its packets one by one. What a packet holds is read by the view of its
// type, in a file each. Value over borrowed memory, any thread.

#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

#include "sfu/base/bytes.h"

namespace parley {

// RFC 3550 section 12.1, RFC 4585 section 6.1.
enum class RtcpType : uint8_t {
  kSenderReport = 200,
  kReceiverReport = 201,
  kSdes = 202,
  kBye = 203,
  kApp = 204,
  kTransportFeedback = 205,
  kPayloadFeedback = 206,
  kExtendedReport = 207,
};

inline constexpr size_t kRtcpHeaderSize = 4;

// One packet of a datagram. `body` is what follows the four header bytes, without padding;
// only padding makes its size other than a multiple of 4.
struct RtcpPacket {
  RtcpType type{};
  uint8_t count = 0;  // report, chunk or source count; the format (FMT) of feedback; 0..31
  std::span<const uint8_t> body;
};

class RtcpCompound {
 public:
  // Nothing unless every packet has version 2, lies within the datagram and holds its own padding.
  // Neither the order of RFC 3550 nor a report at the front is asked for.
  static std::optional<RtcpCompound> Parse(std::span<const uint8_t> datagram);

  class Iterator {
   public:
    using value_type = RtcpPacket;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    Iterator() = default;
    RtcpPacket operator*() const;
    Iterator& operator++() {
      rest_ = rest_.subspan(PacketSize());
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return rest_.empty(); }

   private:
    friend class RtcpCompound;
    explicit Iterator(std::span<const uint8_t> rest) : rest_(rest) {}
    size_t PacketSize() const { return (LoadBe16(rest_.data() + 2) + size_t{1}) * 4; }
    std::span<const uint8_t> rest_;
  };

  Iterator begin() const { return Iterator(datagram_); }
  std::default_sentinel_t end() const { return std::default_sentinel; }

 private:
  explicit RtcpCompound(std::span<const uint8_t> datagram) : datagram_(datagram) {}

  std::span<const uint8_t> datagram_;
};

// For the builders: writes the header of a packet whose body is `body_size` bytes (a multiple of 4,
// below 256 KiB). False when header and body would not fit `out`; then nothing is written and the
// writer stays usable, so that a packet that is too large leaves the others of its datagram alone.
[[nodiscard]] bool BeginRtcpPacket(ByteWriter& out, RtcpType type, uint8_t count, size_t body_size);

}  // namespace parley
