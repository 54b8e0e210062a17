#pragma once

// One question of the audience, and its JSON on the wire and in the store. Values, any thread.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sfu/base/units.h"
#include "signaling/protocol/json_writer.h"

namespace parley {

struct Question {
  uint64_t number = 0;  // of the room, from 1
  std::string participant;
  std::string name;  // as it was when it was asked
  bool anonymous = false;
  std::string text;
  WallTime at;
  bool answered = false;
  std::string answer;  // empty: in speech
  std::set<std::string, std::less<>> voters;

  bool changed = false;    // not written to the store yet
  bool votes_due = false;  // not told yet

  std::string id() const { return "q" + std::to_string(number); }
};

// For everyone: of an anonymous one not whose it is.
void WriteMembers(JsonWriter& w, const Question& question);

std::string WriteForStore(const Question& question);
// Nothing when it is not what WriteForStore wrote.
std::optional<Question> ReadFromStore(std::string_view json);

}  // namespace parley
