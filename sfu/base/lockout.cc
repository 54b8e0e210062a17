#include "sfu/base/lockout.h"

#include <algorithm>

namespace parley {

std::string Lockout::Key(const std::string& who, const std::string& room) {
  // The length keeps ("1", "23") apart from ("12", "3").
  return std::to_string(who.size()) + ":" + who + room;
}

Duration Lockout::LockedFor(const std::string& key, Timestamp now) const {
  const auto found = pairs_.find(key);
  if (found == pairs_.end() || found->second.until <= now) return Duration::Zero();
  return found->second.until - now;
}

void Lockout::HandleWrong(const std::string& key, Timestamp now, int free_tries) {
  if (!pairs_.contains(key)) MakeRoom(now);
  Pair& pair = pairs_[key];
  if (pair.wrong > 0 && now - pair.last > kForgotten) pair.wrong = 0;
  ++pair.wrong;
  pair.last = now;
  if (pair.wrong < free_tries) return;
  const int doublings = std::min(pair.wrong - free_tries, 6);
  pair.until = now + std::min(kFirstLock * (int64_t{1} << doublings), kLongestLock);
}

void Lockout::HandleRight(const std::string& key) {
  const auto found = pairs_.find(key);
  if (found != pairs_.end() && --found->second.wrong <= 0) pairs_.erase(found);
}

void Lockout::MakeRoom(Timestamp now) {
  if (pairs_.size() < kMostPairs) return;
  std::erase_if(pairs_, [now](const auto& entry) { return now - entry.second.last > kForgotten; });
  if (pairs_.size() < kMostPairs) return;
  pairs_.erase(
      std::ranges::min_element(pairs_, {}, [](const auto& entry) { return entry.second.last; }));
}

}  // namespace parley
