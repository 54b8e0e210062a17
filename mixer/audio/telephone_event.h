#pragma once

// A key as an RTP payload (RFC 4733 section 2.3):
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   |     event     |E|R| volume    |          duration             |
//
// Value, any thread.

#include <cstdint>
#include <optional>
#include <span>

namespace parley {

struct TelephoneEvent {
  static constexpr size_t kSize = 4;

  uint8_t code = 0;
  bool end = false;
  uint8_t volume = 10;    // -dBm0, 0..63
  uint16_t duration = 0;  // so far, in units of the RTP clock

  // The first event of a payload; nothing when it is too short.
  static std::optional<TelephoneEvent> Parse(std::span<const uint8_t> payload);
  void Write(std::span<uint8_t, kSize> out) const;

  // 0-9, *, #, A-D; nothing for other events (section 3.2).
  std::optional<char> key() const;
  static std::optional<uint8_t> CodeOf(char key);

  bool operator==(const TelephoneEvent&) const = default;
};

}  // namespace parley
