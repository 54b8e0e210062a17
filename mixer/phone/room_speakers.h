#pragma once

// The room's loudest speakers as its phones hear them: the forwarded Opus of each speaker seat,
// decoded once for all phones of the room. Phones that sit in a seat are passed over, for the mixer
// has their sound already. One per room, on the phone thread.

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "mixer/audio/audio_receiver.h"
#include "mixer/audio/mix_room.h"
#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/port/events.h"

namespace parley {

class RoomSpeakers {
 public:
  explicit RoomSpeakers(const std::array<Ssrc, kSpeakerSeats>& seats);

  // An RTP packet of a seat that left its worker at `at`. `phones` are the sources of our callers.
  void HandleRtp(std::span<const uint8_t> packet, std::span<const SourceId> phones, Timestamp at);
  // Every 20 ms: what is heard goes into the room; borrowed until the next call.
  void Tick(MixRoom& room, Timestamp now);

  const AudioReceiver& receiver(size_t seat) const { return *receivers_[seat]; }

 private:
  std::array<Ssrc, kSpeakerSeats> seats_;
  std::array<std::unique_ptr<AudioReceiver>, kSpeakerSeats> receivers_;
};

}  // namespace parley
