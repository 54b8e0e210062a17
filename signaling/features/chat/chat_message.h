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
  std::string participant;
  std::string name;  // as it was when it was said
  std::string to;    // empty: everyone; "hosts"; or a participant's id
  std::string text;
  WallTime at;

  std::string id() const { return "m" + std::to_string(number); }
  bool is_public() const { return to.empty(); }
  bool is_for_hosts() const { return to == "hosts"; }
};

void WriteMembers(JsonWriter& w, const ChatMessage& message);
// Nothing when it is not what WriteMembers wrote.
std::optional<ChatMessage> ReadChatMessage(std::string_view json);

}  // namespace parley
