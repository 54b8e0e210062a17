#include "signaling/phone/room_listeners.h"

#include <array>
#include <utility>

#include "signaling/phone/local_opus.h"

namespace parley {

void RoomListeners::Listen(Room& room, WorkerIndex worker) {
  Listening& listening = listening_[room.id()];
  if (listening.callers++ > 0) return;
  std::array<Ssrc, kSpeakerSeats> seats;
  TransportParams params;
  params.local = true;
  for (uint8_t seat = 0; seat < kSpeakerSeats; ++seat) {
    seats[seat] = Ssrc(random_.U32());
    SlotParams slot;
    slot.index = seat;
    slot.kind = MediaKind::kAudio;
    slot.follows = SlotFollows::kSeat;
    slot.seat = seat;
    slot.ssrc = seats[seat];
    slot.codecs = {LocalOpusParams()};
    params.slots.push_back(std::move(slot));
  }
  listening.listener = room.OpenListener(worker, std::move(params));
  phones_.Send(OpenPhoneRoom{.room = room.id(), .listener = listening.listener, .seats = seats});
}

void RoomListeners::StopListening(RoomId room) {
  const auto found = listening_.find(room);
  if (found == listening_.end() || --found->second.callers > 0) return;
  rooms_.CloseListener(room, found->second.listener);
  phones_.Send(ClosePhoneRoom{.room = room});
  listening_.erase(found);
}

}  // namespace parley
