#pragma once

// Identifiers as types of their own. Ids, not pointers, cross threads. Values, any thread.

#include <compare>
#include <cstdint>
#include <functional>

namespace parley {

template <class Tag, class Rep>
class StrongId {
 public:
  using rep = Rep;
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  constexpr auto operator<=>(const StrongId&) const = default;

 private:
  Rep value_{};
};

// RTP's synchronisation source (RFC 3550 section 3).
using Ssrc = StrongId<struct SsrcTag, uint32_t>;
// RTP payload type, 0..127.
using PayloadType = StrongId<struct PayloadTypeTag, uint8_t>;

// One meeting, unique in the process; 0 is none.
using RoomId = StrongId<struct RoomIdTag, uint32_t>;
// One thing that somebody sends into a room (microphone, camera, screen, screen audio), unique in
// the process; it stands in the CSRC list of every packet that a slot forwards of it; 0 is none.
using SourceId = StrongId<struct SourceIdTag, uint32_t>;
// One peer connection, unique in the process; 0 is none.
using TransportId = StrongId<struct TransportIdTag, uint32_t>;
// The way to one recorder, unique in the process; 0 is none.
using FeedId = StrongId<struct FeedIdTag, uint32_t>;
// A worker's place, 0..kMaxWorkers-1; also its UDP port's offset from the base port.
using WorkerIndex = StrongId<struct WorkerIndexTag, uint8_t>;
inline constexpr int kMaxWorkers = 64;

}  // namespace parley

template <class Tag, class Rep>
struct std::hash<parley::StrongId<Tag, Rep>> {
  size_t operator()(parley::StrongId<Tag, Rep> id) const noexcept {
    return std::hash<Rep>()(id.value());
  }
};
