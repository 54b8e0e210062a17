#pragma once

// Frames of 20 ms into packets as long as the peer wants (RFC 4566's ptime): of G.711 and G.722,
// whose sound may be cut anywhere and has 8 octets a millisecond. Holds less than a packet between
// ticks. One per leg that wants it, on the mixer's thread; nothing allocates.

#include <array>
#include <cstdint>
#include <span>

#include "mixer/audio/audio_format.h"
#include "sfu/base/units.h"

namespace parley {

class Packetizer {
 public:
  static constexpr size_t kOctetsPerMs = 8;  // as many as the RTP clock has steps
  static constexpr size_t kLongestMs = 60;

  // `packet`: whole milliseconds, at most kLongestMs.
  explicit Packetizer(Duration packet)
      : packet_octets_(static_cast<size_t>(packet.ms()) * kOctetsPerMs) {}

  // The payload of a frame, behind what waits.
  void Add(std::span<const uint8_t> payload);
  // The payload of the next packet, until the next Add(); empty when more must come first.
  std::span<const uint8_t> Next();
  // Octets that no packet took yet.
  size_t waiting() const { return end_ - begin_; }
  // The sender pauses: what waits is not worth a packet.
  void Clear() { begin_ = end_ = 0; }

 private:
  static constexpr size_t kFrameOctets = 20 * kOctetsPerMs;

  size_t packet_octets_;
  std::array<uint8_t, kLongestMs * kOctetsPerMs + kFrameOctets> octets_{};
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace parley
