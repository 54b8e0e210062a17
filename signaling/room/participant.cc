#include "signaling/room/participant.h"

namespace parley {

ParticipantInfo Participant::Info() const {
  ParticipantInfo info{.id = id,
                       .name = name,
                       .role = role,
                       .kind = kind,
                       .joined_at = joined_at,
                       .connected = connected,
                       .hand = hand,
                       .quality = quality,
                       .sources = {}};
  for (size_t i = 0; i < kSourceKinds; ++i) {
    if (sources[i].offered)
      info.sources[i] = SourceInfo{.id = sources[i].id, .live = sources[i].on};
  }
  return info;
}

}  // namespace parley
