#pragma once

// The calls that we make, until whoever was called is let in: which is whose, how long each may
// ring, and what its end means to the room. Phone thread; bounded by SwitchboardConfig::calls.

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "mixer/port/phone_events.h"
#include "mixer/sip/agent_event.h"
#include "sfu/base/units.h"

namespace parley {

class DialOuts {
 public:
  // About eight rings; mailboxes come sooner.
  static constexpr Duration kLongestRinging = Duration::Seconds(45);

  void Add(DialId dial, sip::CallId call, Timestamp now);
  // A call could not be begun.
  void HandleFailed(DialId dial);
  void HandleRinging(sip::CallId call);
  void HandleAnswered(sip::CallId call);
  // `declined`: by a key. Nothing for a call that is none of ours, or was let go.
  void HandleEnded(const sip::CallEnded& event, bool declined);
  // It is a caller like others from here on.
  void LetGo(sip::CallId call);

  // The call to hang up; nothing when it is over or was let go.
  std::optional<sip::CallId> Cancel(DialId dial);
  // Those that have rung too long, once.
  std::vector<sip::CallId> TakeOverdue(Timestamp now);

  // Appends what the signaling thread is to be told.
  void TakeEvents(std::deque<PhoneEvent>& out);

 private:
  struct Entry {
    DialId dial;
    Timestamp overdue_at;
    bool rang = false;
    bool answered = false;
    bool cancelled = false;
    bool overdue = false;
  };
  static DialProgress MeaningOf(const Entry& entry, const sip::CallEnded& event, bool declined);

  std::unordered_map<sip::CallId, Entry> calls_;
  std::deque<PhoneEvent> events_;
};

}  // namespace parley
