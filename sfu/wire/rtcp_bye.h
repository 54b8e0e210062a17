#pragma once

// RTCP BYE (RFC 3550 section 6.6). Value over borrowed memory, any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sfu/base/ids.h"
#include "sfu/wire/rtcp.h"

namespace parley {

class ByeView {
 public:
  static std::optional<ByeView> Parse(const RtcpPacket& packet);

  size_t source_count() const { return source_count_; }
  // `i` < source_count().
  Ssrc source(size_t i) const { return Ssrc(LoadBe32(body_.data() + 4 * i)); }
  // Empty when none is given.
  std::string_view reason() const { return reason_; }

 private:
  ByeView(std::span<const uint8_t> body, uint8_t source_count, std::string_view reason)
      : body_(body), reason_(reason), source_count_(source_count) {}

  std::span<const uint8_t> body_;
  std::string_view reason_;
  uint8_t source_count_;
};

// At most 31 sources, a reason of at most 255 bytes. False when it does not fit.
[[nodiscard]] bool WriteBye(ByteWriter& out, std::span<const Ssrc> sources,
                            std::string_view reason = {});

}  // namespace parley
