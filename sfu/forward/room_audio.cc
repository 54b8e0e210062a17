#include "sfu/forward/room_audio.h"

#include <algorithm>

namespace parley {
namespace {

// The first stage only bounds what is relayed; the second decides what is heard and has the
// hysteresis for both, so that a new speaker does not wait twice.
SpeakerRankingConfig LocalStage() {
  SpeakerRankingConfig config;
  config.margin = 3;
  config.challenge_time = Duration::Millis(40);
  config.silent_challenge_time = Duration::Zero();
  config.minimum_hold = Duration::Millis(200);
  return config;
}

}  // namespace

RoomAudio::RoomAudio() : local_(LocalStage()) {}

void RoomAudio::AddConsumer(Consumer& consumer) {
  const SlotParams& params = consumer.slot.params();
  if (params.follows == SlotFollows::kSeat && params.seat < kSpeakerSeats) {
    seat_consumers_[params.seat].push_back(&consumer);
  } else if (params.follows == SlotFollows::kDominant) {
    dominant_consumers_.push_back(&consumer);
  }
}

void RoomAudio::RemoveConsumer(Consumer& consumer) {
  for (auto& list : seat_consumers_) std::erase(list, &consumer);
  std::erase(dominant_consumers_, &consumer);
}

bool RoomAudio::has_listeners() const {
  auto any = [](const std::vector<Consumer*>& list) { return !list.empty(); };
  return any(dominant_consumers_) ||
         std::any_of(seat_consumers_.begin(), seat_consumers_.end(), any);
}

bool RoomAudio::HandleLocalPacket(Source& source, const PacketMeta& meta, Timestamp now) {
  local_.HandlePacket(source.local_candidate, meta.audio_level, now);
  return IsChosen(source) && HandleRelayedPacket(source, meta, now);
}

bool RoomAudio::HandleRelayedPacket(Source& source, const PacketMeta& meta, Timestamp now) {
  return room_.HandlePacket(source.room_candidate, meta.audio_level, now) && Settle();
}

bool RoomAudio::Remove(Source& source) {
  local_.Remove(source.local_candidate);
  return room_.Remove(source.room_candidate) && Settle();
}

void RoomAudio::Interrupt(const Source& source) {
  for (const auto* list : {SeatConsumers(source), DominantConsumers(source)}) {
    if (!list) continue;
    for (Consumer* c : *list) c->slot.Interrupt();
  }
}

bool RoomAudio::Settle() {
  std::array<SourceId, kSpeakerSeats> seats = room_.seats();
  for (size_t i = 0; i < seats.size(); ++i) {
    if (seats[i] == settled_seats_[i]) continue;
    for (Consumer* c : seat_consumers_[i]) c->slot.Interrupt();
  }
  bool changed = seats != settled_seats_ || room_.dominant() != settled_dominant_;
  if (room_.dominant() != settled_dominant_ || room_.runner_up() != settled_runner_up_) {
    for (Consumer* c : dominant_consumers_) c->slot.Interrupt();
  }
  settled_seats_ = seats;
  settled_dominant_ = room_.dominant();
  settled_runner_up_ = room_.runner_up();
  return changed;
}

const std::vector<Consumer*>* RoomAudio::SeatConsumers(const Source& source) const {
  int seat = source.room_candidate.seat;
  return seat < 0 ? nullptr : &seat_consumers_[static_cast<size_t>(seat)];
}

const std::vector<Consumer*>* RoomAudio::DominantConsumers(const Source& source) const {
  bool heard = room_.dominant() == source.id || room_.runner_up() == source.id;
  return heard && !dominant_consumers_.empty() ? &dominant_consumers_ : nullptr;
}

bool RoomAudio::FollowsDominant(const Source& source, const Source* dominant,
                                TransportId listener) const {
  bool is_own_dominant = dominant && dominant->transport == listener;
  if (dominant && !is_own_dominant) return source.id == dominant->id;
  return source.id == room_.runner_up();
}

}  // namespace parley
