#pragma once

// Who came and went, what they are called, who speaks, whom hosts show to all and what is said in a
// room, as records for the timeline (recorder/FORMAT.md): what differs from what was told before.
// Signaling thread.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "signaling/room/room.h"

namespace parley {

class RoomChronicle {
 public:
  using Tell = std::function<void(const std::string& record)>;

  // Whose connection is lost is not there any more, for a recording, after so long; back they are
  // again. The room keeps their seat for longer.
  static constexpr Duration kLost = Duration::Seconds(5);

  void Update(Room& room, Now now, const Tell& tell);
  bool IsThere(const std::string& participant) const { return people_.contains(participant); }
  // Since when nobody is there.
  std::optional<Timestamp> empty_since() const { return empty_since_; }
  // Another segment begins: who is there is told anew, what was said is not.
  void BeginSegment();

 private:
  struct Told {
    std::string name;
    std::optional<bool> consent;
  };
  void TellPeople(const Room& room, Now now, const Tell& tell);
  void TellSpotlight(Room& room, const Tell& tell);
  static void TellChat(Room& room, const Tell& tell);

  std::map<std::string, Told> people_;
  std::optional<Timestamp> empty_since_;
  std::string speaker_;  // empty: nobody
  std::vector<Spotlit> lit_;
};

}  // namespace parley
