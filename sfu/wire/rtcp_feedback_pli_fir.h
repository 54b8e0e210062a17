#pragma once

// Requests for a key frame: picture loss indication (RFC 4585 section 6.3.1) and full intra request
// (RFC 5104 section 4.3.1). Values over borrowed memory, any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"
#include "sfu/wire/rtcp.h"

namespace parley {

class PliView {
 public:
  static constexpr uint8_t kFormat = 1;

  static std::optional<PliView> Parse(const RtcpPacket& packet);

  Ssrc sender_ssrc() const { return sender_ssrc_; }
  Ssrc media_ssrc() const { return media_ssrc_; }

 private:
  PliView(Ssrc sender, Ssrc media) : sender_ssrc_(sender), media_ssrc_(media) {}

  Ssrc sender_ssrc_;
  Ssrc media_ssrc_;
};

class FirView {
 public:
  static constexpr uint8_t kFormat = 4;

  struct Entry {
    Ssrc ssrc;        // who should send a key frame
    uint8_t seq = 0;  // counts up per new request; a repetition keeps it
  };

  static std::optional<FirView> Parse(const RtcpPacket& packet);

  Ssrc sender_ssrc() const { return Ssrc(LoadBe32(body_.data())); }
  size_t entry_count() const { return (body_.size() - 8) / 8; }
  // `i` < entry_count().
  Entry entry(size_t i) const;

 private:
  explicit FirView(std::span<const uint8_t> body) : body_(body) {}

  std::span<const uint8_t> body_;
};

// Both false when it does not fit.
[[nodiscard]] bool WritePli(ByteWriter& out, Ssrc sender_ssrc, Ssrc media_ssrc);
[[nodiscard]] bool WriteFir(ByteWriter& out, Ssrc sender_ssrc, const FirView::Entry& entry);

}  // namespace parley
