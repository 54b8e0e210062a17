#pragma once

// Somebody who was in the meeting, over all their comings and goings, and their JSON in the store.
// Values, any thread.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sfu/base/units.h"
#include "signaling/protocol/types.h"

namespace parley {

struct Attendee {
  uint64_t number = 0;      // in the order they first came, from 1
  std::string participant;  // the first id they had
  std::string person;       // Newcomer::person; empty: not known
  std::string name;         // the last one
  Role role = Role::kPanelist;
  ParticipantKind kind = ParticipantKind::kBrowser;
  WallTime joined_at;
  WallTime left_at;  // the last time; of nobody who is here
  Duration present;  // without the time since `since`
  int64_t joins = 0;
  std::set<std::string, std::less<>> here;  // the ids under which they are
  WallTime since;                           // when the first of those came

  void Enter(const std::string& id, WallTime now);
  void Leave(std::string_view id, WallTime now);
};

std::string WriteForStore(const Attendee& attendee);
// Nothing when it is not what WriteForStore wrote. Whoever was here is so still.
std::optional<Attendee> ReadAttendee(std::string_view json);

}  // namespace parley
