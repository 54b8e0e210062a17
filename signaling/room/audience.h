#pragma once

// The audience of a webinar: attendees who may send nothing. Attendees are told how many of them
// there are and not who; everybody else sees each of them. So somebody who comes to watch costs
// those on stage a message each, and the thousands beside them one number a second. Pure.

#include "signaling/room/participant.h"

namespace parley {

inline bool InAudience(const Participant& participant) {
  return participant.role == Role::kAttendee && participant.may_publish.none();
}

// Whether this role is shown the audience.
inline bool SeesAudience(Role role) { return role != Role::kAttendee; }

inline bool Sees(const Participant& viewer, const Participant& other) {
  return SeesAudience(viewer.role) || !InAudience(other) || viewer.id == other.id;
}

}  // namespace parley
