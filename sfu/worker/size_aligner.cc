#include "sfu/worker/size_aligner.h"

#include <algorithm>

#include "sfu/wire/rtp.h"

namespace parley {
namespace {

// How many packets from the front can be given one size, `size`.
size_t AlignableRun(std::span<const OutPacket> packets, size_t& size) {
  size_t smallest = packets[0].size;
  size = packets[0].size;
  size_t count = 1;
  for (; count < packets.size(); ++count) {
    const OutPacket& next = packets[count];
    const size_t high = std::max<size_t>(size, next.size);
    const size_t low = std::min<size_t>(smallest, next.size);
    if (next.priority != SendPriority::kVideo || high - low > kMaxAlignment) break;
    size = high;
    smallest = low;
  }
  return count;
}

}  // namespace

void AlignSizes(std::span<OutPacket> packets) {
  while (!packets.empty()) {
    if (packets[0].priority != SendPriority::kVideo) {
      packets = packets.subspan(1);
      continue;
    }
    size_t size = 0;
    const size_t count = AlignableRun(packets, size);
    const std::span<OutPacket> run = packets.first(count);
    packets = packets.subspan(count);
    if (count == 1 && (packets.empty() || packets[0].size > size)) continue;
    // The last of a message may be shorter: the run's own, or one that follows and stays as it is.
    const bool followed = !packets.empty() && packets[0].size < size;
    for (OutPacket& packet : run.first(followed ? count : count - 1)) {
      const size_t padding = size - packet.size;
      if (padding == 0 || !AddPadding(packet.buffer(), packet.size, padding)) continue;
      packet.size = static_cast<uint16_t>(size);
    }
  }
}

}  // namespace parley
