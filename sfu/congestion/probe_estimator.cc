#include "sfu/congestion/probe_estimator.h"

#include <algorithm>

namespace parley {
namespace {

// Of the packets and bytes that were to be sent: some may be lost for other reasons.
constexpr double kReceivedShare = 0.6;
// Packets this close arrived in one burst.
constexpr Duration kTogether = Duration::Micros(500);
// Fewer say too little of how fast they follow one another.
constexpr int kLeastBursts = 4;
// A train spread wider than this was not one.
constexpr Duration kMaxSpan = Duration::Seconds(1);
// Arriving faster than sent by more than this, it was held up and let go.
constexpr double kMaxCompression = 2.0;
// Arriving slower than this share, the link was full; what it carries is then a little less.
constexpr double kFull = 0.9;
constexpr double kFullShare = 0.95;

}  // namespace

void ProbeEstimator::Begin(const ProbeCluster& cluster) {
  Train& train = trains_[next_++ % kClusters];
  train = Train();
  train.cluster = cluster;
}

std::optional<ProbeEstimator::Result> ProbeEstimator::Handle(const PacketResult& packet) {
  auto found = std::find_if(trains_.begin(), trains_.end(), [&](const Train& t) {
    return t.cluster.id != 0 && t.cluster.id == packet.probe;
  });
  if (found == trains_.end()) return std::nullopt;
  Train& t = *found;
  if (t.packets == 0 || packet.sent < t.first_sent) t.first_sent = packet.sent;
  if (t.packets == 0 || packet.sent >= t.last_sent) {
    t.last_sent = packet.sent;
    t.last_sent_size = packet.size;
  }
  if (t.packets == 0 || packet.received < t.first_received) {
    t.first_received = packet.received;
    t.first_received_size = packet.size;
  } else if (packet.received - t.first_received <= kTogether) {
    t.first_received_size += packet.size;
  }
  if (t.packets == 0 || packet.received > t.last_received + kTogether) ++t.bursts;
  if (t.packets == 0 || packet.received > t.last_received) t.last_received = packet.received;
  ++t.packets;
  t.size += packet.size;
  if (t.bursts < kLeastBursts || t.packets < kProbePackets * kReceivedShare ||
      static_cast<double>(t.size.bytes()) <
          static_cast<double>(t.cluster.least_size.bytes()) * kReceivedShare) {
    return std::nullopt;
  }
  const Duration sending = t.last_sent - t.first_sent;
  const Duration receiving = t.last_received - t.first_received;
  if (sending <= Duration::Zero() || sending > kMaxSpan || receiving <= Duration::Zero() ||
      receiving > kMaxSpan) {
    return std::nullopt;
  }
  // The last packet's sending and the first burst's arriving lie outside of the spans.
  const Bitrate sent = (t.size - t.last_sent_size) / sending;
  const Bitrate received = (t.size - t.first_received_size) / receiving;
  if (received > sent * kMaxCompression) return std::nullopt;
  if (received < sent * kFull) return Result{t.cluster.id, received * kFullShare};
  return Result{t.cluster.id, std::min(sent, received)};
}

}  // namespace parley
