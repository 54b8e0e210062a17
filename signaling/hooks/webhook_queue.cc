#include "signaling/hooks/webhook_queue.h"

#include <algorithm>

#include "sfu/base/check.h"

namespace parley {

std::optional<uint64_t> WebhookQueue::Push(WebhookEvent event) {
  PARLEY_CHECK(entries_.empty() || entries_.rbegin()->first < event.number);
  const auto dropped = entries_.size() >= kWaiting ? DropOldest() : std::nullopt;
  const uint64_t number = event.number;
  Lane& lane = lanes_[event.room];
  if (lane.numbers.empty()) due_.insert({lane.due, event.room});
  lane.numbers.push_back(number);
  entries_[number] = {.event = std::move(event)};
  return dropped;
}

std::optional<uint64_t> WebhookQueue::DropOldest() {
  const auto oldest =
      std::ranges::find_if(entries_, [](const auto& entry) { return !entry.second.on_its_way; });
  if (oldest == entries_.end()) return std::nullopt;
  const uint64_t number = oldest->first;
  const auto lane = lanes_.find(oldest->second.event.room);
  std::erase(lane->second.numbers, number);
  if (lane->second.numbers.empty()) {
    due_.erase({lane->second.due, lane->first});
    lanes_.erase(lane);
  }
  entries_.erase(oldest);
  return number;
}

const WebhookEvent* WebhookQueue::Next(Timestamp now) {
  if (on_their_way_ >= kAtOnce || due_.empty() || due_.begin()->first > now) return nullptr;
  const Lane& lane = lanes_.at(due_.begin()->second);
  due_.erase(due_.begin());
  Entry& entry = entries_.at(lane.numbers.front());
  entry.on_its_way = true;
  ++entry.attempts;
  ++on_their_way_;
  return &entry.event;
}

WebhookQueue::Result WebhookQueue::HandleResult(uint64_t number, bool delivered, Now now) {
  const auto found = entries_.find(number);
  PARLEY_CHECK(found != entries_.end() && found->second.on_its_way);
  Entry& entry = found->second;
  const auto lane = lanes_.find(entry.event.room);
  --on_their_way_;
  entry.on_its_way = false;
  Result result{.outcome = Outcome::kDelivered, .attempts = entry.attempts};
  if (!delivered) {
    result.outcome = now.wall - entry.event.at >= kGiveUp ? Outcome::kDead : Outcome::kAgain;
  }
  if (result.outcome == Outcome::kAgain) {
    lane->second.due = now.steady + PauseAfter(++lane->second.failures);
  } else {
    lane->second.due = now.steady;
    lane->second.failures = 0;
    lane->second.numbers.pop_front();
    entries_.erase(found);
  }
  if (lane->second.numbers.empty()) {
    lanes_.erase(lane);
  } else {
    due_.insert({lane->second.due, lane->first});
  }
  return result;
}

// Between half of it and the whole, so that rooms that failed together do not come together.
Duration WebhookQueue::PauseAfter(int failures) {
  Duration pause = kFirstPause;
  for (int i = 1; i < failures && pause < kLongestPause; ++i) pause = pause * 2;
  pause = std::min(pause, kLongestPause);
  const auto half = static_cast<uint32_t>(pause.us() / 2);
  return Duration::Micros(int64_t{half} + random_.Below(half + 1));
}

Timestamp WebhookQueue::NextTimeout() const {
  if (on_their_way_ >= kAtOnce || due_.empty()) return Timestamp::Never();
  return due_.begin()->first;
}

}  // namespace parley
