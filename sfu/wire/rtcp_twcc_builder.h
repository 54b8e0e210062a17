#pragma once

// Collects the arrivals of packets that carry transport-wide sequence numbers and writes them as
// feedback packets (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1). One per
// publishing transport, on its worker. Holds at most kCapacity arrivals; nothing allocates.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/bytes.h"
#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"

namespace parley {

class TwccBuilder {
 public:
  static constexpr size_t kCapacity = 256;

  // `media_ssrc` is any SSRC of the sender's; receivers of feedback do not look at it.
  TwccBuilder(Ssrc sender_ssrc, Ssrc media_ssrc)
      : sender_ssrc_(sender_ssrc), media_ssrc_(media_ssrc) {}

  void set_media_ssrc(Ssrc ssrc) { media_ssrc_ = ssrc; }

  // Packets may arrive out of order; of duplicates the first counts. False when full: Write first.
  bool Add(SeqNum seq, Timestamp arrival);
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == kCapacity; }

  // Writes one feedback packet about the lowest arrivals, as many as fit, and forgets them. Packets
  // missing before or between them are reported as not received, once; one that arrives after that
  // gets a packet of its own. Call until empty(). False when nothing fits `out` or nothing is held.
  [[nodiscard]] bool Write(ByteWriter& out);

 private:
  struct Arrival {
    int64_t seq = 0;
    Timestamp at;
  };
  // In units of 250 us; an arrival with one that fits a byte is a small one.
  using Deltas = std::array<int16_t, kCapacity>;

  size_t PlanDeltas(int64_t start, bool late, Deltas& deltas) const;
  template <class Emit>
  void EncodeChunks(int64_t start, std::span<const int16_t> deltas, Emit&& emit) const;

  Ssrc sender_ssrc_;
  Ssrc media_ssrc_;
  uint8_t feedback_count_ = 0;
  SeqUnwrapper unwrapper_;
  std::optional<int64_t> next_seq_;  // the first that no feedback spoke of yet
  size_t size_ = 0;
  std::array<Arrival, kCapacity> arrivals_;  // ascending
};

}  // namespace parley
