#include "signaling/api/stats_desk.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "signaling/api/later_response.h"
#include "signaling/api/responses.h"
#include "signaling/api/stats_json.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"

namespace parley {

HttpResponse StatsDesk::Ask(const Room& room, Now now) {
  const std::string& name = room.record().name;
  const bool asked =
      std::ranges::any_of(questions_, [&](const auto& q) { return q.second.room == name; });
  if (asked || questions_.size() >= kMostQuestions) {
    Error error = Error::Of(ErrorCode::kTooManyRequests,
                            "These figures are being gathered for somebody else: ask again.");
    error.retry_after_ms = 1000;
    return ErrorResponse(error);
  }
  const uint32_t number = ++last_number_;
  const int workers = rooms_.media().worker_count();
  Question question{.room = name,
                    .response = std::make_shared<LaterResponse>(),
                    .awaited = static_cast<size_t>(workers),
                    .deadline = now.steady + kPatience};
  HttpResponse response;
  response.later = question.response;
  questions_.emplace(number, std::move(question));
  for (int i = 0; i < workers; ++i) {
    rooms_.media().Send(WorkerIndex(static_cast<uint8_t>(i)), AskStats{room.id(), number});
  }
  return response;
}

void StatsDesk::HandleEvents(std::span<const Event> events, Now now) {
  for (const Event& event : events) {
    const auto* told = std::get_if<RoomStats>(&event);
    const auto found = told ? questions_.find(told->question) : questions_.end();
    if (found == questions_.end()) continue;
    Question& question = found->second;
    for (const PeerStats& peer : told->stats->peers) question.peers[peer.transport] = peer;
    if (--question.awaited != 0) continue;
    Answer(question, now);
    questions_.erase(found);
  }
}

void StatsDesk::HandleTimeout(Now now) {
  for (auto it = questions_.begin(); it != questions_.end();) {
    if (it->second.deadline > now.steady) {
      ++it;
      continue;
    }
    Answer(it->second, now);
    it = questions_.erase(it);
  }
}

void StatsDesk::Answer(Question& question, Now now) {
  const Room* room = rooms_.Find(question.room);
  question.response->Give(
      room ? JsonResponse(200, WriteRoomStats(*room, question.peers, question.awaited == 0, now))
           : ErrorResponse(Error::Of(ErrorCode::kRoomNotFound)));
  if (wake_) wake_();
}

}  // namespace parley
