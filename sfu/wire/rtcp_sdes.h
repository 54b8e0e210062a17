#pragma once

// RTCP source description (RFC 3550 section 6.5); of its items only CNAME is of use here. Value
// over borrowed memory, any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sfu/base/ids.h"
#include "sfu/wire/rtcp.h"

namespace parley {

class SdesView {
 public:
  static constexpr uint8_t kCname = 1;

  struct Item {
    Ssrc ssrc;
    uint8_t type = 0;
    std::string_view text;
  };

  // Nothing unless all chunks are there and every item lies within its chunk.
  static std::optional<SdesView> Parse(const RtcpPacket& packet);

  // Calls visit(Item) for every item of every chunk in order.
  template <class Visitor>
  void ForEachItem(Visitor&& visit) const {
    Walk(body_, chunk_count_, visit);
  }

 private:
  SdesView(std::span<const uint8_t> body, uint8_t chunk_count)
      : body_(body), chunk_count_(chunk_count) {}

  // False when the chunks do not fit the body.
  template <class Visitor>
  static bool Walk(std::span<const uint8_t> body, uint8_t chunk_count, Visitor&& visit) {
    ByteReader in(body);
    for (uint8_t chunk = 0; chunk < chunk_count && in.ok(); ++chunk) {
      Ssrc ssrc(in.U32());
      while (uint8_t type = in.U8()) {
        std::span<const uint8_t> text = in.Bytes(in.U8());
        if (!in.ok()) return false;
        visit(Item{ssrc, type, {reinterpret_cast<const char*>(text.data()), text.size()}});
      }
      // The null that ends the items is followed by more up to the next word.
      in.Skip((4 - in.position() % 4) % 4);
    }
    return in.ok();
  }

  std::span<const uint8_t> body_;
  uint8_t chunk_count_;
};

// One chunk with a CNAME of at most 255 bytes. False when it does not fit.
[[nodiscard]] bool WriteSdesCname(ByteWriter& out, Ssrc ssrc, std::string_view cname);

}  // namespace parley
