#pragma once

// All rooms of the server and what they share: source, transport and room ids, the placement on
// workers, the limits in all. Routes the workers' events to the room they are about. Signaling
// thread; bounded by Limits::rooms and Limits::participants_in_all.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sfu/port/events.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/parse_request.h"
#include "signaling/room/feature.h"
#include "signaling/room/limits.h"
#include "signaling/room/now.h"
#include "signaling/room/room.h"
#include "signaling/room/room_environment.h"
#include "signaling/room/room_store.h"
#include "signaling/room/worker_balancer.h"

namespace parley {

// Whose PIN it is.
struct PinHolder {
  Room* room = nullptr;  // null: nobody's
  bool host = false;     // it is the one of hosts
};

// What a room is made with besides its name and title; see RoomRecord.
struct RoomOptions {
  RecordingPolicy recording = {};
  bool debug = false;
  bool webinar = false;
  uint32_t most_active = 0;
  bool lobby = false;
  LobbyRules lobby_admits = {};
  std::string passcode = {};  // empty: none
};

class RoomRegistry {
 public:
  // All outlive it.
  RoomRegistry(MediaPort& media, RoomStore& store, RandomSource& random, const Limits& limits,
               FeatureList features);
  ~RoomRegistry();
  RoomRegistry(const RoomRegistry&) = delete;
  RoomRegistry& operator=(const RoomRegistry&) = delete;

  // Rooms of an earlier run and what their features kept of meetings that are still on, in the
  // order of the keys, from the store; once, before anything else.
  void Restore(std::vector<RoomRecord> records, const std::vector<FeatureRow>& rows = {});

  // The server has phones, which these numbers reach (perhaps none of its own); and those of single
  // rooms.
  void SetPhoneNumbers(std::vector<std::string> numbers, OwnNumbers own = {}) {
    environment_.phone_numbers = std::move(numbers);
    environment_.own_numbers = std::move(own);
  }
  // RoomEnvironment::DialInOf().
  std::optional<DialIn> DialInOf(const RoomRecord& record) const {
    return environment_.DialInOf(record);
  }
  const std::optional<std::vector<std::string>>& phone_numbers() const {
    return environment_.phone_numbers;
  }

  // Null: nobody is called. It outlives the rooms, or is taken away before.
  void SetDialling(DialPort* dial) { environment_.dial = dial; }

  // Null: nothing is shown live. It outlives the rooms, or is taken away before.
  void SetBroadcasting(BroadcastPort* broadcasting) { environment_.broadcasting = broadcasting; }
  BroadcastPort* broadcasting() const { return environment_.broadcasting; }

  // Null: nobody outside is told. It outlives the rooms, or is taken away before.
  void SetEvents(EventPort* events) { environment_.events = events; }

  // Null: nothing is recorded. It outlives the rooms, or is taken away before.
  void SetRecording(RecordingPort* recording) { environment_.recording = recording; }
  RecordingPort* recording() const { return environment_.recording; }

  // An empty name is generated. Errors: bad_request (field "name") when it breaks the rule or is
  // taken, bad_request or too_large (field "title"), as Passcode::Keep(), server_full, closing.
  std::expected<Room*, Error> Create(std::string_view name, std::string_view title, Now now,
                                     const RoomOptions& options = {});
  // Null when there is none; valid until Forget.
  Room* Find(std::string_view name);
  Room* FindById(RoomId id);
  // By the PIN that callers type.
  PinHolder FindByPin(std::string_view pin);
  // In the order of their names.
  std::vector<Room*> rooms();
  // Ends the meeting and forgets the room; false when there is none.
  bool Forget(std::string_view name, Now now);

  // Room::OpenListener's; does nothing when the room or the listener is gone.
  void CloseListener(RoomId room, TransportId listener);

  // Whatever the workers reported since the last call; ends with Flush().
  void HandleEvents(std::span<const Event> events, Now now);
  // Sends the slot maps that changed. Sessions call it after each message.
  void Flush();
  // Deadlines are kept to a quarter of a second. Never while nobody is in a room or waits for one.
  void HandleTimeout(Now now);
  Timestamp NextTimeout() const;

  // In registry_moves.cc. A worker that is drained takes nobody, and whoever can be moved leaves
  // it.
  void SetDraining(WorkerIndex worker, bool on);
  std::vector<WorkerLoad> WorkerLoads() const;

  // Tells every client that the server stops; nobody joins afterwards. The sockets are closed by
  // their owner, with 1001.
  void Close(Duration retry_after);
  bool closing() const { return closing_; }

  MediaPort& media() { return environment_.media; }
  RoomStore& store() { return environment_.store; }
  // The types of requests that the rooms' features answer.
  const FeatureTypes& feature_types() const { return feature_types_; }
  // Peer connections and listeners, since the start.
  uint32_t transports_made() const { return environment_.next_transport - 1; }
  size_t room_count() const { return rooms_.size(); }
  size_t participant_count() const { return environment_.participants; }
  // As the clients told, since the start.
  const PlaybackTotals& playback() const { return environment_.playback; }

 private:
  Room& Add(RoomRecord record);
  std::string NewPin(size_t digits);
  Room* RoomOf(TransportId transport);
  std::expected<std::string, Error> NameFor(std::string_view wanted);
  void Handle(const Event& event, Now now);
  void MoveParticipants(Now now);
  void AskToMove(WorkerIndex from, WorkerIndex to, size_t most, Now now);

  RoomEnvironment environment_;
  WorkerBalancer balancer_;
  FeatureTypes feature_types_;
  bool closing_ = false;
  uint32_t next_room_ = 1;
  Timestamp next_tick_;
  std::unordered_map<std::string, std::unique_ptr<Room>> rooms_;
  std::unordered_map<RoomId, Room*> by_id_;
  std::unordered_map<std::string, PinHolder> by_pin_;
};

}  // namespace parley
