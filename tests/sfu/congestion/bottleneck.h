#pragma once

// A bottleneck on a fake clock: a drop-tail queue that is served at the capacity, then a delay with
// jitter. Everything follows from the seed. One thread.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/base/units.h"

namespace parley::test {

struct BottleneckProfile {
  Bitrate capacity = Bitrate::Kbps(2000);
  DataSize buffer = DataSize::Bytes(100'000);
  Duration delay = Duration::Millis(20);
  Duration jitter = Duration::Zero();  // uniform, without reordering unless `reorder`
  bool reorder = false;
  double loss = 0;  // of what passed the queue, 0..1
  // A medium that lets packets through only every so often, all at once; zero is off.
  Duration aggregation = Duration::Zero();
};

class Bottleneck {
 public:
  struct Packet {
    int flow = 0;
    int64_t id = 0;
    DataSize size;
    Timestamp sent;
    Timestamp arrival;
    Duration queued;
  };

  Bottleneck(const BottleneckProfile& profile, uint64_t seed) : profile_(profile), random_(seed) {}

  void Set(const BottleneckProfile& profile) { profile_ = profile; }
  const BottleneckProfile& profile() const { return profile_; }

  // False when the queue is full.
  bool Send(int flow, int64_t id, DataSize size, Timestamp now) {
    if (backlog_ + size > profile_.buffer) return false;
    backlog_ += size;
    queue_.push_back({flow, id, size, now, Timestamp(), Duration()});
    return true;
  }

  // To be called every millisecond. What has arrived by `now`, in order of arrival.
  std::vector<Packet> Advance(Timestamp now) {
    credit_bits_ += (profile_.capacity * (now - at_)).bits();
    at_ = now;
    while (!queue_.empty() && queue_.front().size.bits() <= credit_bits_) {
      Packet packet = queue_.front();
      queue_.pop_front();
      credit_bits_ -= packet.size.bits();
      backlog_ = backlog_ - packet.size;
      packet.queued = now - packet.sent;
      if (Chance(profile_.loss)) continue;
      packet.arrival = Arrival(now);
      in_flight_.insert(
          std::upper_bound(in_flight_.begin(), in_flight_.end(), packet, ArrivesEarlier), packet);
    }
    if (queue_.empty()) credit_bits_ = 0;
    const auto due = std::find_if(in_flight_.begin(), in_flight_.end(),
                                  [&](const Packet& p) { return p.arrival > now; });
    std::vector<Packet> arrived(in_flight_.begin(), due);
    in_flight_.erase(in_flight_.begin(), due);
    return arrived;
  }

 private:
  static bool ArrivesEarlier(const Packet& a, const Packet& b) { return a.arrival < b.arrival; }

  bool Chance(double share) { return random_.Below(1'000'000) < share * 1e6; }

  Timestamp Arrival(Timestamp now) {
    Timestamp at = now + profile_.delay;
    if (profile_.jitter > Duration::Zero()) {
      at = at + Duration::Micros(random_.Below(static_cast<uint32_t>(profile_.jitter.us())));
    }
    if (profile_.aggregation > Duration::Zero()) {
      const int64_t step = profile_.aggregation.us();
      at = Timestamp::Micros((at.us() + step - 1) / step * step);
    }
    if (!profile_.reorder) at = std::max(at, last_arrival_);
    last_arrival_ = std::max(last_arrival_, at);
    return at;
  }

  BottleneckProfile profile_;
  SeededRandom random_;
  std::deque<Packet> queue_;
  std::vector<Packet> in_flight_;
  DataSize backlog_;
  int64_t credit_bits_ = 0;
  Timestamp at_;
  Timestamp last_arrival_;
};

}  // namespace parley::test
