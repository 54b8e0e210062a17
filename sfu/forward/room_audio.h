#pragma once

// Who is heard in a room, as one core decides it: ranks the local microphones, chooses whom other
// cores hear of, ranks what all cores chose, and knows which slots follow which seat. One per
// Router. Per packet O(1) and nothing allocates.

#include <array>
#include <cstdint>
#include <vector>

#include "sfu/base/units.h"
#include "sfu/forward/downlink.h"
#include "sfu/forward/source.h"
#include "sfu/forward/speaker_ranking.h"

namespace parley {

class RoomAudio {
 public:
  RoomAudio();

  void AddConsumer(Consumer& consumer);
  void RemoveConsumer(Consumer& consumer);
  bool has_listeners() const;

  // A packet of a local microphone arrived. True when the room's seats or dominant speaker changed.
  bool HandleLocalPacket(Source& source, const PacketMeta& meta, Timestamp now);
  // A packet that another core chose arrived. True as above.
  bool HandleRelayedPacket(Source& source, const PacketMeta& meta, Timestamp now);
  // The source left or was muted. True as above.
  bool Remove(Source& source);
  // What comes of the source does not continue what came before.
  void Interrupt(const Source& source);
  // The source lives on another core now; its seat in the room stays.
  void RemoveLocal(Source& source) { local_.Remove(source.local_candidate); }

  // Whether the local source is heard, here and by other cores: one of this core's loudest, or
  // still in one of the room's seats.
  bool IsChosen(const Source& source) const {
    return source.local_candidate.seat >= 0 || source.room_candidate.seat >= 0;
  }
  // The slots that hear the source now through a seat, and those that follow the dominant speaker.
  // A speaker's own slots are among them: the caller leaves them out.
  const std::vector<Consumer*>* SeatConsumers(const Source& source) const;
  const std::vector<Consumer*>* DominantConsumers(const Source& source) const;
  // Of those that follow the dominant speaker: everybody hears the dominant one but itself, which
  // hears the next.
  bool FollowsDominant(const Source& source, const Source* dominant, TransportId listener) const;

  std::array<SourceId, kSpeakerSeats> seats() const { return room_.seats(); }
  SourceId dominant() const { return room_.dominant(); }

 private:
  // Interrupts the slots whose seat changed hands, so that whoever comes back begins anew.
  bool Settle();

  SpeakerRanking local_;
  SpeakerRanking room_;
  std::array<SourceId, kSpeakerSeats> settled_seats_{};
  SourceId settled_dominant_;
  SourceId settled_runner_up_;
  std::array<std::vector<Consumer*>, kSpeakerSeats> seat_consumers_;
  std::vector<Consumer*> dominant_consumers_;
};

}  // namespace parley
