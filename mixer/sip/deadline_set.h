#pragma once

// At most one deadline per id, ordered: the earliest is at hand. For ids without a dense range,
// where TimerWheel does not fit. Owned by one thread; as many entries as its user sets.

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "sfu/base/units.h"

namespace parley::sip {

template <class Id>
class DeadlineSet {
 public:
  // Replaces the id's deadline; Never removes it.
  void Set(Id id, Timestamp deadline) {
    auto found = deadlines_.find(id);
    if (found != deadlines_.end()) {
      if (found->second == deadline) return;
      order_.erase({found->second, id});
      deadlines_.erase(found);
    }
    if (deadline.IsNever()) return;
    deadlines_.emplace(id, deadline);
    order_.emplace(deadline, id);
  }

  Timestamp Next() const { return order_.empty() ? Timestamp::Never() : order_.begin()->first; }

  // One id whose deadline has come; its entry is removed.
  std::optional<Id> TakeDue(Timestamp now) {
    if (order_.empty() || order_.begin()->first > now) return std::nullopt;
    const Id id = order_.begin()->second;
    Set(id, Timestamp::Never());
    return id;
  }

 private:
  std::map<Id, Timestamp> deadlines_;
  std::set<std::pair<Timestamp, Id>> order_;
};

}  // namespace parley::sip
