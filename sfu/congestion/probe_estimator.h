#pragma once

// What a probe showed: the lower of the rates at which its packets left and arrived, a little less
// when they arrived clearly slower. Holds the last kClusters; nothing allocates.

#include <array>
#include <cstddef>
#include <optional>

#include "sfu/base/units.h"
#include "sfu/congestion/packet_result.h"
#include "sfu/congestion/probe_controller.h"

namespace parley {

class ProbeEstimator {
 public:
  static constexpr size_t kClusters = 4;

  void Begin(const ProbeCluster& cluster);
  struct Result {
    ProbeId id = 0;
    Bitrate rate;
  };
  // Of a packet with a probe id; a result once most of its train has arrived, and again with each
  // further packet.
  std::optional<Result> Handle(const PacketResult& packet);

 private:
  struct Train {
    ProbeCluster cluster;
    int packets = 0;
    DataSize size;
    Timestamp first_sent;
    Timestamp last_sent;
    DataSize last_sent_size;
    Timestamp first_received;
    DataSize first_received_size;  // of all that came with the first
    Timestamp last_received;
    int bursts = 0;  // moments of arrival
  };

  std::array<Train, kClusters> trains_;
  size_t next_ = 0;
};

}  // namespace parley
