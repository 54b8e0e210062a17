#include "signaling/room/lobby.h"

#include <algorithm>
#include <utility>

#include "signaling/room/room.h"

namespace parley {

std::string_view ToString(WaitEnd end) {
  constexpr std::array<std::string_view, 5> kWords = {"admitted", "denied", "left", "lost",
                                                      "ended"};
  return kWords[static_cast<size_t>(end)];
}

std::expected<void, Error> Lobby::HasSpace() const {
  if (queue_.size() < environment_.limits.participants_per_room) return {};
  return std::unexpected(Error::Of(ErrorCode::kRoomFull, "Too many people wait to be let in."));
}

void Lobby::SetKnown(const std::string& person, bool known) {
  if (person.empty() || known_.contains(person) == known) return;
  if (known && known_.size() >= kMostKnown) return;
  if (known) {
    known_.insert(person);
  } else {
    known_.erase(person);
  }
  if (listener_) listener_->OnKnown(person, known);
}

void Lobby::ForgetKnown() {
  for (const std::string& person : std::exchange(known_, {})) {
    if (listener_) listener_->OnKnown(person, false);
  }
}

const Knock& Lobby::Add(Knock knock) {
  knock.number = last_number_ + 1;
  const Knock& added = Append(std::move(knock));
  if (listener_) listener_->OnKnock(added);
  return added;
}

void Lobby::Restore(Knock knock) { Append(std::move(knock)); }

Knock& Lobby::Append(Knock knock) {
  queue_.push_back(std::make_unique<Knock>(std::move(knock)));
  ++environment_.waiting;
  Knock& added = *queue_.back();
  added.told_place = queue_.size();
  last_number_ = added.number;
  return added;
}

Knock* Lobby::Find(std::string_view id) {
  for (const auto& knock : queue_) {
    if (knock->newcomer.id == id) return knock.get();
  }
  return nullptr;
}

size_t Lobby::PlaceOf(std::string_view id) const {
  for (size_t i = 0; i < queue_.size(); ++i) {
    if (queue_[i]->newcomer.id == id) return i + 1;
  }
  return 0;
}

void Lobby::Disconnect(std::string_view id, Now now) {
  Knock* knock = Find(id);
  if (!knock) return;
  knock->sink = nullptr;
  knock->expires = now.steady + environment_.limits.resume_grace;
}

void Lobby::Reconnect(Knock& knock, LobbySink& sink) {
  if (LobbySink* earlier = std::exchange(knock.sink, &sink)) {
    earlier->OnTurnedAway(CloseCode::kReplaced, {});
  }
  knock.expires = Timestamp::Never();
  knock.told_place = PlaceOf(knock.newcomer.id);
}

std::unique_ptr<Knock> Lobby::Take(std::string_view id, WaitEnd end) {
  const size_t place = PlaceOf(id);
  if (place == 0) return nullptr;
  const auto at = queue_.begin() + static_cast<std::ptrdiff_t>(place - 1);
  std::unique_ptr<Knock> knock = std::move(*at);
  queue_.erase(at);
  --environment_.waiting;
  if (listener_) listener_->OnWaitEnded(*knock, end);
  return knock;
}

std::expected<void, Error> Lobby::Admit(Room& room, std::string_view id, Now now) {
  if (auto space = room.HasSpace(); !space) return space;
  const auto knock = Take(id, WaitEnd::kAdmitted);
  if (!knock) return std::unexpected(Error::Of(ErrorCode::kParticipantNotFound));
  SetKnown(knock->newcomer.person, true);
  Participant& participant = room.Join(std::move(knock->newcomer), knock->sources,
                                       std::move(knock->peer), std::move(knock->media), now);
  if (knock->sink) {
    knock->sink->OnAdmitted(room, participant, std::move(knock->answer), now);
  } else {
    room.Disconnect(participant, now);
  }
  return {};
}

void Lobby::Move(std::string_view id, Lobby& other) {
  auto knock = Take(id, WaitEnd::kAdmitted);
  if (!knock) return;
  const Knock& moved = other.Add(std::move(*knock));
  if (moved.sink) moved.sink->OnPlace(moved.told_place);
}

std::expected<void, Error> Lobby::Deny(std::string_view id, std::string_view message) {
  const auto knock = Take(id, WaitEnd::kDenied);
  if (!knock) return std::unexpected(Error::Of(ErrorCode::kParticipantNotFound));
  if (knock->sink) knock->sink->OnTurnedAway(CloseCode::kDenied, message);
  return {};
}

void Lobby::Broadcast(std::string_view message) {
  for (const auto& knock : queue_) {
    if (knock->sink) knock->sink->Deliver(message);
  }
}

void Lobby::End() {
  environment_.waiting -= queue_.size();
  for (const auto& knock : std::exchange(queue_, {})) {
    if (listener_) listener_->OnWaitEnded(*knock, WaitEnd::kEnded);
    if (knock->sink) knock->sink->OnTurnedAway(CloseCode::kEnded, {});
  }
}

void Lobby::Clear() {
  environment_.waiting -= queue_.size();
  queue_.clear();
}

void Lobby::HandleTimeout(Now now) {
  std::vector<std::string> overdue;
  for (const auto& knock : queue_) {
    // Restored: their time begins now.
    if (!knock->sink && knock->expires == Timestamp::Never()) {
      knock->expires = now.steady + environment_.limits.resume_grace;
    }
    if (knock->expires <= now.steady) overdue.push_back(knock->newcomer.id);
  }
  for (const std::string& id : overdue) (void)Take(id, WaitEnd::kLost);
  if (!has_places_) return;
  for (size_t i = 0; i < queue_.size(); ++i) {
    Knock& knock = *queue_[i];
    if (std::exchange(knock.told_place, i + 1) == i + 1) continue;
    if (knock.sink) knock.sink->OnPlace(i + 1);
  }
}

}  // namespace parley
