#pragma once

// One poll: what is asked, who chose what, and its JSON on the wire and in the store. Values, any
// thread. Bounded by kPollOptions and, as to its votes, by the people of the meeting.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/units.h"
#include "signaling/protocol/json_writer.h"

namespace parley {

inline constexpr size_t kPollOptions = 10;

// Only forward.
enum class PollState : uint8_t { kDraft, kOpen, kEnded };
std::string_view ToString(PollState state);

class Poll {
 public:
  using Choice = std::vector<uint8_t>;  // options by their place, ascending, each once

  uint64_t number = 0;  // of the room, from 1
  std::string question;
  std::vector<std::string> options;
  bool multiple = false;  // one may choose several
  PollState state = PollState::kDraft;
  bool shared = false;  // everybody sees the results
  WallTime opened_at;

  bool changed = false;      // not written to the store yet
  bool results_due = false;  // not told yet

  std::string id() const { return "v" + std::to_string(number); }

  // In place of what `person` chose before; false when that is the same.
  bool Choose(std::string_view person, Choice choice);
  // Null when they have not voted.
  const Choice* ChoiceOf(std::string_view person) const;
  const std::map<std::string, Choice, std::less<>>& choices() const { return choices_; }
  // By option: how many chose it.
  std::vector<uint32_t> votes() const { return votes_; }

 private:
  std::map<std::string, Choice, std::less<>> choices_;  // by person
  std::vector<uint32_t> votes_ = std::vector<uint32_t>(kPollOptions);
};

// Without its results.
void WriteMembers(JsonWriter& w, const Poll& poll);
// How many voted, and what.
void WriteResults(JsonWriter& w, const Poll& poll);

std::string WriteForStore(const Poll& poll);
// Nothing when it is not what WriteForStore wrote.
std::optional<Poll> ReadPollFromStore(std::string_view json);

}  // namespace parley
