#include "recorder/track/opus_packet.h"

namespace parley {
namespace {

// RFC 6716 section 3.1, table 2: SILK-only, hybrid and CELT-only configurations.
Duration FrameDuration(uint8_t config) {
  if (config < 12) {
    constexpr int64_t kSilk[] = {10, 20, 40, 60};
    return Duration::Millis(kSilk[config % 4]);
  }
  if (config < 16) return Duration::Millis(config % 2 == 0 ? 10 : 20);
  return Duration::Micros(int64_t{2500} << (config % 4));
}

}  // namespace

std::optional<Duration> OpusPacketDuration(std::span<const uint8_t> packet) {
  if (packet.empty()) return std::nullopt;
  int64_t frames = 1;
  switch (packet[0] & 3) {
    case 0:
      break;
    case 1:
    case 2:
      frames = 2;
      break;
    default:  // section 3.2.5: the count is in the next byte
      if (packet.size() < 2) return std::nullopt;
      frames = packet[1] & 0x3F;
  }
  Duration total = FrameDuration(packet[0] >> 3) * frames;
  if (frames == 0 || total > Duration::Millis(120)) return std::nullopt;
  return total;
}

}  // namespace parley
