#include "signaling/features/chat/chat_feature.h"

#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/display_name.h"
#include "signaling/room/limits.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

void WriteMembers(JsonWriter& w, const ChatMessage& message) {
  WriteField(w, "id", message.id);
  WriteField(w, "participant", message.participant);
  WriteField(w, "name", message.name);
  WriteField(w, "text", message.text);
  WriteTime(w, "at", message.at);
}

std::expected<void, Error> CheckText(std::string_view text, size_t limit) {
  const size_t size = CountCodePoints(text).value_or(0);
  if (size == 0) return std::unexpected(Error::BadField("text", "There is nothing to send."));
  if (size <= limit) return {};
  Error error = Error::Of(ErrorCode::kTooLarge, "The text is too long.");
  error.field = "text";
  return std::unexpected(std::move(error));
}

}  // namespace

FeatureEntry ChatFeature::Entry() {
  return {.name = "chat", .requests = {"chat"}, .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<ChatFeature>(room);
          }};
}

std::expected<std::string, Error> ChatFeature::Handle(Participant& from,
                                                      const FeatureRequest& request, Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  std::string text = fields.String("text");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kChat)) return std::unexpected(Error::Of(ErrorCode::kForbidden));
  const Limits& limits = room_.limits();
  if (auto good = CheckText(text, limits.chat_characters); !good) {
    return std::unexpected(std::move(good.error()));
  }

  messages_.push_back({.id = "m" + std::to_string(++count_),
                       .participant = from.id,
                       .name = from.name,
                       .text = std::move(text),
                       .at = now.wall});
  if (messages_.size() > limits.chat_history) messages_.pop_front();
  room_.Broadcast(WriteEvent("chat", room_.NextVersion(), [&](JsonWriter& w) {
    WriteObject(w, "message", [&](JsonWriter& m) { WriteMembers(m, messages_.back()); });
  }));
  return WriteObject([&](JsonWriter& w) { WriteField(w, "message", messages_.back().id); });
}

void ChatFeature::AddTo(Snapshot& snapshot, const Participant&) const {
  rapidjson::StringBuffer buffer;
  JsonWriter w(buffer);
  w.StartArray();
  for (const ChatMessage& message : messages_) {
    w.StartObject();
    WriteMembers(w, message);
    w.EndObject();
  }
  w.EndArray();
  snapshot.members.push_back({.name = "chat", .json = {buffer.GetString(), buffer.GetSize()}});
}

}  // namespace parley
