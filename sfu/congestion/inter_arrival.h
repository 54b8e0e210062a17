#pragma once

// Forms groups of packets and measures how much more time lies between the arrivals of two groups
// than between their departures (draft-ietf-rmcat-gcc-02 sections 5.1 and 5.2): what was sent
// within a burst of 5 ms, or arrived in one after waiting behind a busy medium, is one group.
// Value, nothing allocates.

#include <optional>

#include "sfu/base/units.h"

namespace parley {

class InterArrival {
 public:
  // Of a group and the one before.
  struct Deltas {
    Duration send;
    Duration arrival;
    Duration variation() const { return arrival - send; }
  };

  // Deltas when the packet begins a group and two are complete before it. A packet that was sent
  // before the group at hand is left out.
  std::optional<Deltas> Handle(Timestamp sent, Timestamp received);

 private:
  struct Group {
    Timestamp first_sent;
    Timestamp last_sent;
    Timestamp first_received;
    Timestamp last_received;
  };

  bool Belongs(Timestamp sent, Timestamp received) const;

  std::optional<Group> current_;
  std::optional<Group> previous_;
  int reordered_ = 0;  // groups in a row that arrived before their predecessors
};

}  // namespace parley
