#pragma once

// Who knocked at a room and waits to be let in, in the order in which the server saw them. Somebody
// who waits is no participant: the workers know nothing of them, and they learn nothing of the room
// but their place. What they negotiated waits with them, so that they come in at once. A room has
// two: the lobby, out of which hosts let people in, and the foyer, where the attendees of a webinar
// wait for it to go live. Owned by its Room; signaling thread; bounded by
// Limits::participants_per_room.

#include <array>
#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"
#include "signaling/room/newcomer.h"
#include "signaling/room/now.h"
#include "signaling/room/participant.h"
#include "signaling/room/room_environment.h"
#include "signaling/room/room_media.h"

namespace parley {

class Room;

// The way to the client of somebody who waits; a Session implements it.
class LobbySink {
 public:
  virtual ~LobbySink() = default;
  // An event that is for those who wait, too.
  virtual void Deliver(std::string_view message) = 0;
  // 1: the next. Only when it has changed, a few times a second at most.
  virtual void OnPlace(size_t place) = 0;
  // Somebody is there who could let them in, and nobody was before.
  virtual void OnHostArrived() {}
  // A host announced something to all; the message about it was delivered.
  virtual void OnAnnouncement() {}
  // In the room now, without a sink yet; `answer` is to the offer of the knock.
  virtual void OnAdmitted(Room& room, Participant& participant, std::optional<std::string> answer,
                          Now now) = 0;
  // Not let in, or another socket took the place; the lobby has let go of the sink. `message` is a
  // host's, perhaps empty.
  virtual void OnTurnedAway(CloseCode code, std::string_view message) = 0;
};

struct Knock {
  Newcomer newcomer;    // with the id that the participant will have, without a sink
  uint64_t number = 0;  // grows along the queue, and over restarts of the server
  std::array<SourceId, kSourceKinds> sources;
  std::unique_ptr<PeerState> peer;  // null after a restart, until they are back; of callers always
  std::optional<MediaPlan> media;
  std::optional<std::string> answer;
  WallTime since;

  LobbySink* sink = nullptr;  // null while the socket is lost
  Timestamp expires = Timestamp::Never();
  size_t told_place = 0;
};

// kEnded: with the meeting.
enum class WaitEnd : uint8_t { kAdmitted, kDenied, kLeft, kLost, kEnded };
std::string_view ToString(WaitEnd end);

// Whoever tells the hosts.
class LobbyListener {
 public:
  virtual ~LobbyListener() = default;
  virtual void OnKnock(const Knock& knock) = 0;
  virtual void OnWaitEnded(const Knock& knock, WaitEnd end) = 0;
  // Whether there is a lobby, whom it lets in by itself, or the passcode.
  virtual void OnSettings() = 0;
  // Who comes in as `role` by a link comes by another one from now on.
  virtual void OnInvitation(Role role) = 0;
  // Lobby::Knows of this person from now on, or no longer.
  virtual void OnKnown(std::string_view person, bool known) = 0;
};

class Lobby {
 public:
  static constexpr size_t kMostKnown = 10'000;

  // Without places everybody comes in at once, and nobody is told of any.
  Lobby(RoomEnvironment& environment, bool has_places)
      : environment_(environment), has_places_(has_places) {}
  ~Lobby() { Clear(); }
  Lobby(const Lobby&) = delete;
  Lobby& operator=(const Lobby&) = delete;

  void set_listener(LobbyListener& listener) { listener_ = &listener; }
  // Nobody comes in, not even to the lobby, but hosts and those who were in before.
  bool locked() const { return locked_; }
  void set_locked(bool locked) { locked_ = locked; }

  // For the Room, which keeps the settings.
  void TellSettings() {
    if (listener_) listener_->OnSettings();
  }
  void TellInvitation(Role role) {
    if (listener_) listener_->OnInvitation(role);
  }

  // Whether a host has let this Newcomer::person in before, in this meeting.
  bool Knows(std::string_view person) const { return known_.contains(person); }
  // Of no more than kMostKnown.
  void SetKnown(const std::string& person, bool known);
  // Without telling the listener.
  void RestoreKnown(std::string_view person) { known_.emplace(person); }
  void ForgetKnown();

  // Errors: room_full when too many wait.
  std::expected<void, Error> HasSpace() const;
  const Knock& Add(Knock knock);
  // Who waited before the server started again, behind whoever was restored already, without
  // telling the listener: they have Limits::resume_grace to be back.
  void Restore(Knock knock);
  // In the order of the queue; valid until something changes.
  const std::vector<std::unique_ptr<Knock>>& queue() const { return queue_; }
  // Null when nobody of that id waits.
  Knock* Find(std::string_view id);
  bool has_places() const { return has_places_; }
  // From 1; 0 when nobody of that id waits.
  size_t PlaceOf(std::string_view id) const;

  // The socket is lost: waits for Limits::resume_grace.
  void Disconnect(std::string_view id, Now now);
  // A socket is back; an earlier one is turned away with 4001.
  void Reconnect(Knock& knock, LobbySink& sink);

  // Into the room. Errors: participant_not_found, room_full, server_full.
  std::expected<void, Error> Admit(Room& room, std::string_view id, Now now);
  // To the end of another one; its owner is told the place there. Check its HasSpace() first.
  void Move(std::string_view id, Lobby& other);
  // Errors: participant_not_found.
  std::expected<void, Error> Deny(std::string_view id, std::string_view message);
  void Leave(std::string_view id) { (void)Take(id, WaitEnd::kLeft); }
  void Broadcast(std::string_view message);
  // The meeting is over for those who wait, too.
  void End();
  // The server stops: without a word.
  void Clear();

  // Who is overdue is gone; places that changed are told.
  void HandleTimeout(Now now);

 private:
  Knock& Append(Knock knock);
  std::unique_ptr<Knock> Take(std::string_view id, WaitEnd end);

  RoomEnvironment& environment_;
  const bool has_places_;
  LobbyListener* listener_ = nullptr;
  bool locked_ = false;
  std::vector<std::unique_ptr<Knock>> queue_;
  uint64_t last_number_ = 0;
  std::set<std::string, std::less<>> known_;
};

}  // namespace parley
