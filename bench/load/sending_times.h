#pragma once

// When each packet of one publisher was sent last, found by the eight bytes that it ends in: those
// come through a server as they are, and differ from packet to packet (tests/sim/clip_test.cc). So
// media carries nothing but media. Bounded by the packets of a round (kRound). One thread.

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <unordered_map>

namespace parley::bench {

class SendingTimes {
 public:
  // `bytes`: a packet, or its payload.
  void Sent(std::span<const uint8_t> bytes, int64_t now_ns) { times_[EndOf(bytes)] = now_ns; }
  // Nothing of what was never sent, such as padding or a packet that has changed on its way.
  std::optional<int64_t> Find(std::span<const uint8_t> payload) const {
    if (payload.size() < sizeof(uint64_t)) return std::nullopt;
    const auto found = times_.find(EndOf(payload));
    return found == times_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  static uint64_t EndOf(std::span<const uint8_t> bytes) {
    uint64_t end;
    std::memcpy(&end, bytes.data() + bytes.size() - sizeof end, sizeof end);
    return end;
  }

  std::unordered_map<uint64_t, int64_t> times_;
};

}  // namespace parley::bench
