#include "signaling/phone/dial_desk.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "signaling/phone/masked_number.h"
#include "signaling/room/display_name.h"

namespace parley {
namespace {

constexpr Duration kHour = Duration::Seconds(3600);
constexpr size_t kNameCharacters = 64;

Error Refused(DialRefusal refusal) {
  const bool emergency = refusal == DialRefusal::kEmergency;
  return Error::Of(emergency ? ErrorCode::kEmergencyNumber : ErrorCode::kNumberRefused,
                   std::string(SentenceOf(refusal)));
}

Error TooMany(Duration wait) {
  Error error = Error::Of(ErrorCode::kTooManyRequests, "Too many calls were made from here.");
  error.retry_after_ms = wait.ms();
  return error;
}

DialState StateOf(DialProgress progress) {
  switch (progress) {
    case DialProgress::kRinging:
      return DialState::kRinging;
    case DialProgress::kAnswered:
      return DialState::kAnswered;
    case DialProgress::kBusy:
      return DialState::kBusy;
    case DialProgress::kNoAnswer:
      return DialState::kNoAnswer;
    case DialProgress::kDeclined:
      return DialState::kDeclined;
    case DialProgress::kUnknownNumber:
      return DialState::kUnknownNumber;
    case DialProgress::kNotConfirmed:
      return DialState::kNotConfirmed;
    case DialProgress::kCancelled:
      return DialState::kCancelled;
    case DialProgress::kFailed:
      break;
  }
  return DialState::kFailed;
}

}  // namespace

DialDesk::DialDesk(RoomRegistry& rooms, PhonePort& phones, DialConfig config)
    : rooms_(rooms), phones_(phones), config_(std::move(config)), rules_(config_.rules) {
  if (rules_.allows_any()) rooms_.SetDialling(this);
}

DialDesk::~DialDesk() { rooms_.SetDialling(nullptr); }

std::expected<DialBegun, Error> DialDesk::Dial(Room& room, DialWish wish, DialListener& listener,
                                               Now now) {
  if (rooms_.closing()) return std::unexpected(Error::Of(ErrorCode::kClosing));
  const auto number = rules_.Check(wish.number);
  if (!number) {
    if (number.error() == DialRefusal::kEmergency) ++emergencies_refused_;
    return std::unexpected(Refused(number.error()));
  }
  if (auto space = room.HasSpace(); !space) return std::unexpected(std::move(space.error()));
  auto name =
      NormalizeDisplayName(wish.name.empty() ? MaskedNumber(*number) : wish.name, kNameCharacters);
  if (!name) return std::unexpected(Error::Of(ErrorCode::kNameInvalid));
  const auto under_way = std::ranges::count_if(
      dials_, [&](const auto& entry) { return entry.second.room == room.id(); });
  if (static_cast<size_t>(under_way) >= kAtOnce) {
    return std::unexpected(TooMany(Duration::Seconds(60)));
  }
  if (const Duration wait = Count(room.id(), wish.by, now.steady); wait > Duration::Zero()) {
    return std::unexpected(TooMany(wait));
  }
  const DialId dial(++last_);
  dials_[dial] = {.room = room.id(), .name = *name, .listener = &listener};
  phones_.Send(DialOut{.dial = dial, .number = *number, .language = wish.chinese ? "zh" : "en"});
  return DialBegun{.call = NameOf(dial), .name = *std::move(name)};
}

Duration DialDesk::Count(RoomId room, const std::string& by, Timestamp now) {
  while (!past_.empty() && past_.front().at + kHour <= now) past_.pop_front();
  const auto per_host = static_cast<size_t>(config_.per_hour);
  std::vector<Timestamp> of_room;
  std::vector<Timestamp> of_host;
  for (const Past& past : past_) {
    if (past.room != room) continue;
    of_room.push_back(past.at);
    if (past.by == by) of_host.push_back(past.at);
  }
  // When the oldest that stands in the way is an hour old.
  if (of_host.size() >= per_host) return of_host.front() + kHour - now;
  if (of_room.size() >= kRoomFactor * per_host) return of_room.front() + kHour - now;
  if (past_.size() >= kMostRemembered) return past_.front().at + kHour - now;
  past_.push_back({.at = now, .room = room, .by = by});
  return Duration::Zero();
}

bool DialDesk::HangUp(const Room& room, std::string_view call) {
  const auto found = std::ranges::find_if(dials_, [&](const auto& entry) {
    return entry.second.room == room.id() && NameOf(entry.first) == call;
  });
  if (found == dials_.end()) return false;
  DialListener& listener = *found->second.listener;
  phones_.Send(CancelDial{.dial = found->first});
  dials_.erase(found);
  listener.OnDial(call, DialState::kCancelled, {});
  return true;
}

void DialDesk::HangUpAll(const Room& room) {
  std::erase_if(dials_, [&](const auto& entry) {
    if (entry.second.room != room.id()) return false;
    phones_.Send(CancelDial{.dial = entry.first});
    return true;
  });
}

void DialDesk::Handle(const DialChanged& event) {
  const auto found = dials_.find(event.dial);
  if (found == dials_.end()) return;  // cancelled
  const DialState state = StateOf(event.progress);
  DialListener& listener = *found->second.listener;
  if (IsOver(state)) dials_.erase(found);
  listener.OnDial(NameOf(event.dial), state, {});
}

std::optional<DialDesk::Invited> DialDesk::Take(DialId dial) {
  const auto found = dials_.find(dial);
  if (found == dials_.end()) return std::nullopt;
  Entry entry = std::move(found->second);
  dials_.erase(found);
  Room* room = rooms_.FindById(entry.room);
  if (room == nullptr) return std::nullopt;
  return Invited{.room = *room,
                 .call = NameOf(dial),
                 .name = std::move(entry.name),
                 .listener = *entry.listener};
}

}  // namespace parley
