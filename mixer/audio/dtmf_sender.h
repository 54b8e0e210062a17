#pragma once

// Keys to a peer as RFC 4733 events: one packet per tick while a key is held down, its end three
// times (section 2.5.1.4), then a pause. One per leg, on the mixer's thread; nothing allocates.

#include <array>
#include <cstdint>
#include <optional>

#include "mixer/audio/telephone_event.h"
#include "sfu/base/seq_num.h"

namespace parley {

class DtmfSender {
 public:
  static constexpr size_t kMostKeys = 64;

  struct Packet {
    RtpTimestamp timestamp;  // of the key's beginning
    bool marker = false;
    TelephoneEvent event;
  };

  explicit DtmfSender(uint32_t clock_rate) : per_tick_(static_cast<uint16_t>(clock_rate / 50)) {}

  // False when it is no key, or too many wait already.
  [[nodiscard]] bool Send(char key);

  // Every 20 ms, `timestamp` being that of the tick. While active() the leg's sound makes way.
  std::optional<Packet> Tick(RtpTimestamp timestamp);
  bool active() const { return ticks_ > 0; }

 private:
  uint16_t per_tick_;
  std::array<uint8_t, kMostKeys> codes_{};
  size_t first_ = 0;
  size_t count_ = 0;
  int ticks_ = 0;  // of the present key, pause included; 0: none
  Packet packet_;
};

}  // namespace parley
