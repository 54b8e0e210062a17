#include "signaling/room/participant.h"

#include "signaling/room/permissions.h"

namespace parley {

void Participant::SetRole(Role new_role) {
  role = new_role;
  may_publish = PublishAs(role, granted_role, granted_publish);
}

SourceKindSet Participant::offered() const {
  SourceKindSet kinds;
  for (size_t i = 0; i < kSourceKinds; ++i) kinds.set(i, sources[i].offered);
  return kinds;
}

ParticipantInfo Participant::Info() const {
  ParticipantInfo info{.id = id,
                       .name = name,
                       .role = role,
                       .kind = kind,
                       .joined_at = joined_at,
                       .connected = connected,
                       .hand = hand,
                       .hand_at = hand_at,
                       .quality = quality,
                       .sources = {}};
  for (size_t i = 0; i < kSourceKinds; ++i) {
    if (sources[i].offered)
      info.sources[i] = SourceInfo{.id = sources[i].id, .live = sources[i].on};
  }
  return info;
}

}  // namespace parley
