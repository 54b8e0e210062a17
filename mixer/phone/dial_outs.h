#pragma once

// The calls that we make, until whoever was called is let in: which is whose, how long each may
// ring, and what its end means to the room. Phone thread; bounded by SwitchboardConfig::calls.

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "mixer/port/phone_commands.h"
#include "mixer/port/phone_events.h"
#include "mixer/sip/agent_event.h"
#include "sfu/base/units.h"

namespace parley {

class DialOuts {
 public:
  // About eight rings; mailboxes come sooner.
  static constexpr Duration kLongestRinging = Duration::Seconds(45);

  // By the provider's `server`th server, from 1.
  void Add(const DialOut& command, sip::CallId call, Timestamp now, size_t server = 1);
  // A call could not be begun.
  void HandleFailed(DialId dial);
  void HandleRinging(sip::CallId call);
  void HandleAnswered(sip::CallId call);
  // `declined`: by a key. Nothing for a call that is none of ours, or was let go.
  void HandleEnded(const sip::CallEnded& event, bool declined);
  // To be called by the next of so many servers, for the last did not answer or said that it
  // cannot; HandleEnded() is then not for this end. Nothing when the end stands.
  struct Again {
    DialOut command;
    size_t server = 0;
  };
  std::optional<Again> TakeAgain(const sip::CallEnded& event, size_t servers);
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
    DialOut command;
    Timestamp overdue_at;
    size_t server = 1;
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
