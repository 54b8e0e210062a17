#pragma once

// Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03). Value over borrowed memory,
// any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtcp.h"

namespace parley {

class RembView {
 public:
  // The format of application layer feedback (RFC 4585 section 6.4), shared with other messages.
  static constexpr uint8_t kFormat = 15;

  // Nothing for application layer feedback that is not REMB.
  static std::optional<RembView> Parse(const RtcpPacket& packet);

  Ssrc sender_ssrc() const { return Ssrc(LoadBe32(body_.data())); }
  // Bitrate::Unlimited() where 63 bits do not hold it.
  Bitrate bitrate() const { return bitrate_; }
  size_t ssrc_count() const { return (body_.size() - 16) / 4; }
  // `i` < ssrc_count().
  Ssrc ssrc(size_t i) const { return Ssrc(LoadBe32(body_.data() + 16 + 4 * i)); }

 private:
  RembView(std::span<const uint8_t> body, Bitrate bitrate) : body_(body), bitrate_(bitrate) {}

  std::span<const uint8_t> body_;
  Bitrate bitrate_;
};

// The bitrate is rounded down to the 18 bits that the format has; at most 255 SSRCs. False when it
// does not fit.
[[nodiscard]] bool WriteRemb(ByteWriter& out, Ssrc sender_ssrc, Bitrate bitrate,
                             std::span<const Ssrc> ssrcs);

}  // namespace parley
