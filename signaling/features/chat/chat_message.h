#pragma once

// One message of the chat: its JSON on the wire and in the store, which are the same. Values, any
// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sfu/base/units.h"
#include "signaling/protocol/json_writer.h"

namespace parley {

struct ChatMessage {
  uint64_t number = 0;  // of the room, from 1
  bool held = false;    // nobody was told but the hosts and its author
  std::string participant;
  std::string name;  // as it was when it was said
  std::string to;    // empty: everyone; "hosts"; or a participant's id
  std::string text;
  WallTime at;

  std::string id() const { return (held ? "h" : "m") + std::to_string(number); }
  // Keys stand in the order of their numbers.
  std::string row_key() const;
  bool is_public() const { return to.empty(); }
  bool is_for_hosts() const { return to == "hosts"; }
};

void WriteMembers(JsonWriter& w, const ChatMessage& message);
// Nothing when it is not what WriteMembers wrote.
std::optional<ChatMessage> ReadChatMessage(std::string_view json);

}  // namespace parley
