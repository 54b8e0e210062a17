#include "mixer/phone/dial_outs.h"

#include <utility>

namespace parley {

void DialOuts::Add(const DialOut& command, sip::CallId call, Timestamp now, size_t server) {
  calls_[call] = {.command = command, .overdue_at = now + kLongestRinging, .server = server};
}

std::optional<DialOuts::Again> DialOuts::TakeAgain(const sip::CallEnded& event, size_t servers) {
  const auto found = calls_.find(event.call);
  if (found == calls_.end()) return std::nullopt;
  const Entry& entry = found->second;
  const bool silent = event.cause == sip::CallEnded::Cause::kTimeout ||
                      event.cause == sip::CallEnded::Cause::kTransport;
  const bool its_fault = silent || event.status == 503;
  if (!its_fault || entry.rang || entry.answered || entry.cancelled || entry.overdue ||
      entry.server >= servers) {
    return std::nullopt;
  }
  Again again{.command = entry.command, .server = entry.server + 1};
  calls_.erase(found);
  return again;
}

void DialOuts::HandleFailed(DialId dial) {
  events_.emplace_back(DialChanged{.dial = dial, .progress = DialProgress::kFailed});
}

void DialOuts::HandleRinging(sip::CallId call) {
  const auto found = calls_.find(call);
  if (found == calls_.end() || std::exchange(found->second.rang, true)) return;
  events_.emplace_back(
      DialChanged{.dial = found->second.command.dial, .progress = DialProgress::kRinging});
}

void DialOuts::HandleAnswered(sip::CallId call) {
  const auto found = calls_.find(call);
  if (found == calls_.end()) return;
  found->second.answered = true;
  found->second.overdue_at = Timestamp::Never();
  events_.emplace_back(
      DialChanged{.dial = found->second.command.dial, .progress = DialProgress::kAnswered});
}

void DialOuts::HandleEnded(const sip::CallEnded& event, bool declined) {
  const auto found = calls_.find(event.call);
  if (found == calls_.end()) return;
  events_.emplace_back(DialChanged{.dial = found->second.command.dial,
                                   .progress = MeaningOf(found->second, event, declined)});
  calls_.erase(found);
}

void DialOuts::LetGo(sip::CallId call) { calls_.erase(call); }

std::optional<sip::CallId> DialOuts::Cancel(DialId dial) {
  for (auto& [call, entry] : calls_) {
    if (entry.command.dial != dial) continue;
    entry.cancelled = true;
    return call;
  }
  return std::nullopt;
}

std::vector<sip::CallId> DialOuts::TakeOverdue(Timestamp now) {
  std::vector<sip::CallId> overdue;
  for (auto& [call, entry] : calls_) {
    if (now < entry.overdue_at) continue;
    entry.overdue_at = Timestamp::Never();
    entry.overdue = true;
    overdue.push_back(call);
  }
  return overdue;
}

void DialOuts::TakeEvents(std::deque<PhoneEvent>& out) {
  for (PhoneEvent& event : events_) out.push_back(std::move(event));
  events_.clear();
}

// RFC 3261 section 21 says what the codes mean; 480 and 487 are what networks say of a telephone
// that nobody picks up.
DialProgress DialOuts::MeaningOf(const Entry& entry, const sip::CallEnded& event, bool declined) {
  if (entry.cancelled) return DialProgress::kCancelled;
  if (declined) return DialProgress::kDeclined;
  if (entry.answered) return DialProgress::kNotConfirmed;
  if (entry.overdue) return DialProgress::kNoAnswer;
  switch (event.status) {
    case 486:
    case 600:
      return DialProgress::kBusy;
    case 480:
    case 487:
      return DialProgress::kNoAnswer;
    case 603:
    case 607:
      return DialProgress::kDeclined;
    case 404:
    case 410:
    case 484:
    case 604:
      return DialProgress::kUnknownNumber;
    case 408:
      return entry.rang ? DialProgress::kNoAnswer : DialProgress::kFailed;
    default:
      return DialProgress::kFailed;
  }
}

}  // namespace parley
