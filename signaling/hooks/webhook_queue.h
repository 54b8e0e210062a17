#pragma once

// What waits to be delivered to one endpoint, and when. The events of a room are delivered one
// after the other, in the order they happened; a room whose event is refused waits, with growing
// pauses, and no other room waits for it. Sans-IO; one thread. Bounded by kWaiting events: the
// oldest gives way.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "sfu/base/random.h"
#include "sfu/base/units.h"
#include "signaling/hooks/webhook_event.h"
#include "signaling/room/now.h"

namespace parley {

class WebhookQueue {
 public:
  static constexpr size_t kWaiting = 10'000;
  // On their way at the same time.
  static constexpr size_t kAtOnce = 8;
  // After a first failure, then doubled; the last is kept.
  static constexpr Duration kFirstPause = Duration::Seconds(1);
  static constexpr Duration kLongestPause = Duration::Seconds(600);
  // An event that failed so long after it happened is given up.
  static constexpr Duration kGiveUp = Duration::Seconds(24 * 3600);

  enum class Outcome : uint8_t { kDelivered, kAgain, kDead };
  struct Result {
    Outcome outcome;
    int attempts;
  };

  explicit WebhookQueue(RandomSource& random) : random_(random) {}

  // Its number is higher than those before. The number of the one that gave way to it.
  std::optional<uint64_t> Push(WebhookEvent event);
  // What is to be sent now, until HandleResult() of its number; null when there is nothing.
  const WebhookEvent* Next(Timestamp now);
  Result HandleResult(uint64_t number, bool delivered, Now now);
  // Never when nothing waits, or as much is on its way as may be.
  Timestamp NextTimeout() const;
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    WebhookEvent event;
    int attempts = 0;
    bool on_its_way = false;
  };
  // Of one room.
  struct Lane {
    std::deque<uint64_t> numbers;  // the first may be on its way
    Timestamp due;
    int failures = 0;
  };

  std::optional<uint64_t> DropOldest();
  Duration PauseAfter(int failures);

  RandomSource& random_;
  std::map<uint64_t, Entry> entries_;
  std::map<std::string, Lane> lanes_;
  std::set<std::pair<Timestamp, std::string>> due_;  // lanes with nothing on its way
  size_t on_their_way_ = 0;
};

}  // namespace parley
