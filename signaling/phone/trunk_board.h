#pragma once

// How the server stands with each of its telephone providers, as the phone thread last told.
// Signaling thread; owned by the PhoneDesk; as many as are configured.

#include <span>
#include <string>
#include <vector>

#include "mixer/port/phone_events.h"
#include "signaling/room/now.h"
#include "signaling/room/trunk_standing.h"

namespace parley {

class TrunkBoard {
 public:
  struct Trunk {
    std::string name;
    bool registers = true;
  };

  // In the order of the phone thread's.
  TrunkBoard(const std::vector<Trunk>& trunks, WallTime now);

  void Handle(const TrunkReported& event, Now now);
  std::span<const TrunkStanding> standings() const { return standings_; }

 private:
  std::vector<TrunkStanding> standings_;
};

}  // namespace parley
