#pragma once

// Generic NACK (RFC 4585 section 6.2.1). Value over borrowed memory, any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/wire/rtcp.h"

namespace parley {

class NackView {
 public:
  static constexpr uint8_t kFormat = 1;

  static std::optional<NackView> Parse(const RtcpPacket& packet);

  Ssrc sender_ssrc() const { return Ssrc(LoadBe32(body_.data())); }
  Ssrc media_ssrc() const { return Ssrc(LoadBe32(body_.data() + 4)); }

  // Calls visit(SeqNum) for every sequence number asked for, in the order given; up to 17 for each
  // four bytes of the packet, the same one perhaps more than once.
  template <class Visitor>
  void ForEach(Visitor&& visit) const {
    for (size_t at = 8; at < body_.size(); at += 4) {
      SeqNum pid(LoadBe16(body_.data() + at));
      visit(pid);
      uint32_t bitmask = LoadBe16(body_.data() + at + 2);
      for (int i = 1; bitmask != 0; ++i, bitmask >>= 1) {
        if (bitmask & 1) visit(pid + i);
      }
    }
  }

 private:
  explicit NackView(std::span<const uint8_t> body) : body_(body) {}

  std::span<const uint8_t> body_;
};

// `seqs` ascend, wrapping allowed, and are not empty. Writes one packet with as many of them as fit
// `out` and returns how many; 0 when there is no room for any.
[[nodiscard]] size_t WriteNack(ByteWriter& out, Ssrc sender_ssrc, Ssrc media_ssrc,
                               std::span<const SeqNum> seqs);

}  // namespace parley
