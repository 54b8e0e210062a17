#pragma once

// Transport-wide congestion control feedback
// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1), read. Value over borrowed
// memory, any thread.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtcp.h"

namespace parley {

// Symbols of packet status chunks.
enum class TwccStatus : uint8_t {
  kNotReceived = 0,
  kSmallDelta = 1,
  kLargeDelta = 2,
  kReserved = 3
};

inline constexpr Duration kTwccDeltaUnit = Duration::Micros(250);
inline constexpr Duration kTwccReferenceUnit = Duration::Millis(64);

class TwccView {
 public:
  static constexpr uint8_t kFormat = 15;

  // Nothing unless the chunks describe every packet counted and the deltas of all that arrived are
  // there. A packet with the reserved symbol counts as not received and has no delta.
  static std::optional<TwccView> Parse(const RtcpPacket& packet);

  Ssrc sender_ssrc() const { return Ssrc(LoadBe32(body_.data())); }
  Ssrc media_ssrc() const { return Ssrc(LoadBe32(body_.data() + 4)); }
  SeqNum base_seq() const { return SeqNum(LoadBe16(body_.data() + 8)); }
  // At least 1.
  uint16_t packet_count() const { return LoadBe16(body_.data() + 10); }
  // On the receiver's clock, of an arbitrary epoch: 24 bits signed, so it wraps every 2^24 units.
  int32_t reference_units() const {
    return static_cast<int32_t>(LoadBe24(body_.data() + 12) << 8) >> 8;
  }
  Duration reference_time() const { return kTwccReferenceUnit * reference_units(); }
  // Counts up with each feedback packet, wrapping.
  uint8_t feedback_count() const { return body_[15]; }

  // Calls visit(SeqNum, std::optional<Duration>) for every packet counted, in order: when it
  // arrived on the clock of reference_time(), or nothing for one that did not.
  template <class Visitor>
  void ForEach(Visitor&& visit) const {
    const uint8_t* delta = body_.data() + deltas_offset_;
    Duration at = reference_time();
    SeqNum seq = base_seq();
    ForEachStatus([&](TwccStatus status) {
      if (status == TwccStatus::kSmallDelta) {
        at += kTwccDeltaUnit * *delta++;
      } else if (status == TwccStatus::kLargeDelta) {
        at += kTwccDeltaUnit * static_cast<int16_t>(LoadBe16(delta));
        delta += 2;
      } else {
        visit(seq, std::optional<Duration>());
        seq = seq + 1;
        return;
      }
      visit(seq, std::optional<Duration>(at));
      seq = seq + 1;
    });
  }

 private:
  static constexpr size_t kChunksOffset = 16;

  explicit TwccView(std::span<const uint8_t> body) : body_(body) {}

  // Returns where the chunks end; 0 when they run over the body.
  template <class Visitor>
  size_t ForEachStatus(Visitor&& visit) const {
    size_t left = packet_count();
    size_t at = kChunksOffset;
    while (left > 0) {
      if (at + 2 > body_.size()) return 0;
      uint16_t chunk = LoadBe16(body_.data() + at);
      at += 2;
      if ((chunk & 0x8000) == 0) {  // run length (section 3.1.3)
        auto status = static_cast<TwccStatus>(chunk >> 13);
        size_t run = std::min<size_t>(chunk & 0x1FFF, left);
        for (size_t i = 0; i < run; ++i) visit(status);
        left -= run;
        continue;
      }
      // Status vector (section 3.1.4): fourteen symbols of one bit or seven of two.
      int bits = (chunk & 0x4000) ? 2 : 1;
      for (int shift = 14 - bits; shift >= 0 && left > 0; shift -= bits, --left) {
        visit(static_cast<TwccStatus>(chunk >> shift & ((1 << bits) - 1)));
      }
    }
    return at;
  }

  std::span<const uint8_t> body_;
  size_t deltas_offset_ = 0;
};

}  // namespace parley
