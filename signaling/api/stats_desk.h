#pragma once

// Answers what a room's media is like: asks every worker, waits for their answers, and makes one
// JSON object of them and of what the room knows (PROTOCOL.md, "Stats"). One question a room at a
// time and kMostQuestions in all; what a worker has not told by the deadline is missing from the
// answer. Signaling thread.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sfu/port/events.h"
#include "sfu/port/room_stats.h"
#include "signaling/api/http_message.h"
#include "signaling/room/now.h"

namespace parley {

class LaterResponse;
class Room;
class RoomRegistry;

class StatsDesk {
 public:
  static constexpr size_t kMostQuestions = 32;
  static constexpr Duration kPatience = Duration::Seconds(2);

  // `wake` is called after an answer was given, where it is set; it outlives the desk.
  StatsDesk(RoomRegistry& rooms, const std::function<void()>& wake) : rooms_(rooms), wake_(wake) {}

  // A response that is there later, or a refusal.
  HttpResponse Ask(const Room& room, Now now);
  void HandleEvents(std::span<const Event> events, Now now);
  // Answers what has waited for long enough.
  void HandleTimeout(Now now);

 private:
  struct Question {
    std::string room;
    std::shared_ptr<LaterResponse> response;
    size_t awaited = 0;  // workers that have not told
    Timestamp deadline;
    std::unordered_map<TransportId, PeerStats> peers = {};
  };

  void Answer(Question& question, Now now);

  RoomRegistry& rooms_;
  const std::function<void()>& wake_;
  uint32_t last_number_ = 0;
  std::map<uint32_t, Question> questions_;
};

}  // namespace parley
