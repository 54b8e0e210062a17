#include "signaling/features/chat/chat_message.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/strict_json.h"

namespace parley {

std::string ChatMessage::row_key() const {
  const std::string digits = std::to_string(number);
  return (held ? "held-" : "") + std::string(12 - std::min<size_t>(digits.size(), 12), '0') +
         digits;
}

void WriteMembers(JsonWriter& w, const ChatMessage& message) {
  WriteField(w, "id", message.id());
  WriteField(w, "participant", message.participant);
  WriteField(w, "name", message.name);
  if (!message.is_public()) WriteField(w, "to", message.to);
  WriteField(w, "text", message.text);
  WriteTime(w, "at", message.at);
}

std::optional<ChatMessage> ReadChatMessage(std::string_view json) {
  constexpr int64_t kMaxMs = std::numeric_limits<int64_t>::max() / 1000;
  rapidjson::Document document;
  if (ParseStrictJson(json, {}, document) != JsonFault::kNone) return std::nullopt;
  std::optional<Error> fault;
  FieldReader fields(document, fault);
  ChatMessage message;
  const std::string id = fields.String("id");
  message.participant = fields.String("participant");
  message.name = fields.String("name");
  message.to = fields.OptionalString("to").value_or("");
  message.text = fields.String("text");
  message.at = WallTime::UnixMicros(fields.Integer("at", 0, kMaxMs) * 1000);
  message.held = id.starts_with('h');
  if (fault || !(message.held || id.starts_with('m'))) return std::nullopt;
  const auto* end = id.data() + id.size();
  const auto [rest, error] = std::from_chars(id.data() + 1, end, message.number);
  if (error != std::errc() || rest != end || message.number == 0) return std::nullopt;
  return message;
}

}  // namespace parley
