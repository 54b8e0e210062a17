#pragma once

// A seeded network on a clock of its own: every datagram is lost, delayed, duplicated or delivered
// by the profile of the link it takes, and the same seed gives the same fate to each. Jitter
// reorders. One thread.

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <span>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"

namespace parley::sim {

struct LinkProfile {
  Duration delay = Duration::Millis(20);
  Duration jitter = Duration::Zero();  // uniform, added to the delay
  double loss = 0;                     // share of datagrams, 0..1
  double duplication = 0;
  bool down = false;  // nothing passes
  // What passes in a second; the rest waits in a queue that holds `buffer` and drops what is more.
  // Of links to a node that only one link leads to.
  Bitrate capacity = Bitrate::Unlimited();
  DataSize buffer = DataSize::Bytes(100'000);
};

class Network {
 public:
  using Node = uint32_t;
  struct Delivery {
    Node to = 0;
    SocketAddress from;
    std::vector<uint8_t> bytes;
  };
  struct Counters {
    uint64_t sent = 0;
    uint64_t lost = 0;
    uint64_t duplicated = 0;
    uint64_t reordered = 0;   // overtaken by one sent later to the same node
    uint64_t overflowed = 0;  // of the lost: found the queue full
  };

  explicit Network(uint64_t seed) : random_(seed) {}

  void Send(const LinkProfile& link, Node to, const SocketAddress& from,
            std::span<const uint8_t> bytes, Timestamp now);
  // The next datagram that has arrived by `now`; those of the same instant in the order sent.
  std::optional<Delivery> Receive(Timestamp now);
  Timestamp NextArrival() const;

  const Counters& counters() const { return counters_; }
  // How long each datagram to the node waited in the queue of a limited link, since the last call.
  std::vector<Duration> TakeQueueing(Node to);

 private:
  struct InFlight {
    Timestamp arrival;
    uint64_t order = 0;
    Delivery delivery;
    bool operator>(const InFlight& o) const {
      return arrival != o.arrival ? arrival > o.arrival : order > o.order;
    }
  };

  struct Queue {
    Timestamp busy_until;
    std::vector<Duration> waited;
  };

  bool Chance(double share);
  // When the last bit of it has left; nothing when the queue is full.
  std::optional<Timestamp> Pass(const LinkProfile& link, Node to, DataSize size, Timestamp now);
  void Enqueue(const LinkProfile& link, Delivery delivery, Timestamp left);

  SeededRandom random_;
  std::priority_queue<InFlight, std::vector<InFlight>, std::greater<>> in_flight_;
  std::vector<uint64_t> newest_;  // highest order delivered, by node
  std::map<Node, Queue> queues_;  // of limited links
  uint64_t next_order_ = 0;
  Counters counters_;
};

}  // namespace parley::sim
