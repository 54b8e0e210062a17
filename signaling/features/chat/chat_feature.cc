#include "signaling/features/chat/chat_feature.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/refuse.h"
#include "signaling/room/display_name.h"
#include "signaling/room/limits.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

constexpr int64_t kMaxSlowSeconds = 3600;
constexpr std::string_view kSettings = "settings";

bool Sees(const Participant& viewer, const ChatMessage& message) {
  if (message.participant == viewer.id) return true;
  if (message.held || message.is_for_hosts()) return Hosts(viewer.role);
  return message.is_public() || message.to == viewer.id;
}

std::unexpected<Error> NoSuchMessage() {
  return std::unexpected(Error::BadField("message", "There is no such message."));
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
  return {.name = "chat",
          .requests = {"chat", "chat.delete", "chat.slow", "chat.moderate", "chat.approve"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<ChatFeature>(room);
          }};
}

ChatFeature::ChatFeature(Room& room) : room_(room), rows_(room, "chat") {}

ChatFeature::Result ChatFeature::Handle(Participant& from, const FeatureRequest& request, Now now) {
  if (request.verb == "delete") return Delete(from, request);
  if (request.verb == "slow") return SetSlowMode(from, request);
  if (request.verb == "moderate") return SetModerated(from, request);
  if (request.verb == "approve") return Approve(from, request, now);
  return Say(from, request, now);
}

ChatFeature::Result ChatFeature::Say(Participant& from, const FeatureRequest& request, Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  std::string text = fields.String("text");
  std::string wanted = fields.OptionalString("to").value_or("everyone");
  if (fault) return std::unexpected(*std::move(fault));
  auto to = ReadRecipient(from, std::move(wanted));
  if (!to) return to;
  if (auto good = CheckText(text, room_.limits().chat_characters); !good) {
    return std::unexpected(std::move(good.error()));
  }
  const bool holds = moderated_ && to->empty() && !MayDo(from.role, Action::kChatModerate);
  if (holds) {
    if (auto space = held_.HasSpaceFor(from.id); !space) {
      return std::unexpected(std::move(space.error()));
    }
  }
  if (auto paced = KeepPace(from, now); !paced) return std::unexpected(std::move(paced.error()));

  ChatMessage message{.number = ++count_,
                      .held = holds,
                      .participant = from.id,
                      .name = from.name,
                      .to = *std::move(to),
                      .text = std::move(text),
                      .at = now.wall};
  if (holds) return Hold(std::move(message));
  Publish(std::move(message));
  return WriteObject([&](JsonWriter& w) { WriteField(w, "message", messages_.back().id()); });
}

void ChatFeature::Publish(ChatMessage said) {
  Add(std::move(said));
  const ChatMessage& message = messages_.back();
  const auto write = [&](JsonWriter& w) { WriteMembers(w, message); };
  rows_.Save(message.row_key(), WriteObject(write));
  Tell(message, "chat", [&](JsonWriter& w) { WriteObject(w, "message", write); });
  // What is said to one is theirs.
  if (message.is_public() || message.is_for_hosts()) {
    room_.TellOutside("chat.message",
                      WriteObject([&](JsonWriter& w) { WriteObject(w, "message", write); }));
  }
  if (message.is_public()) {
    room_.Note({.participant = message.participant, .name = message.name, .text = message.text});
  }
}

ChatFeature::Result ChatFeature::Hold(ChatMessage said) {
  const ChatMessage& message = held_.Add(std::move(said));
  const auto write = [&](JsonWriter& w) {
    WriteObject(w, "message", [&](JsonWriter& members) { WriteMembers(members, message); });
  };
  Tell(message, "chat.held", write);
  room_.TellOutside("chat.held", WriteObject(write));
  return WriteObject([&](JsonWriter& w) { WriteField(w, "message", message.id()); });
}

ChatFeature::Result ChatFeature::Approve(const Participant& from, const FeatureRequest& request,
                                         Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("message");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kChatModerate)) return Refuse(ErrorCode::kForbidden);
  auto message = held_.Take(id);
  if (!message) return NoSuchMessage();
  TellDecided(*message, from, true);
  message->held = false;
  message->number = ++count_;
  message->at = now.wall;
  Publish(*std::move(message));
  return WriteObject([&](JsonWriter& w) { WriteField(w, "message", messages_.back().id()); });
}

void ChatFeature::TellDecided(const ChatMessage& held, const Participant& by, bool approved) {
  const auto write = [&](JsonWriter& w) {
    WriteField(w, "message", held.id());
    WriteFlag(w, "approved", approved);
    WriteField(w, "by", by.id);
  };
  Tell(held, "chat.decided", write);
  room_.TellOutside("chat.decided", WriteObject(write));
}

ChatFeature::Result ChatFeature::ReadRecipient(const Participant& from, std::string wanted) const {
  if (wanted == "everyone") {
    if (!MayDo(from.role, Action::kChat)) return Refuse(ErrorCode::kForbidden);
    return std::string();
  }
  if (wanted == "hosts") {
    if (!MayDo(from.role, Action::kChatHosts)) return Refuse(ErrorCode::kForbidden);
    return wanted;
  }
  if (!MayDo(from.role, Action::kChatPrivate)) return Refuse(ErrorCode::kForbidden);
  const Participant* target = room_.Find(wanted);
  if (!target) return Refuse(ErrorCode::kParticipantNotFound);
  if (target == &from) {
    return std::unexpected(Error::BadField("to", "Nobody else would read it."));
  }
  if (target->kind != ParticipantKind::kBrowser) {
    return std::unexpected(Error::BadField("to", "This participant has no page to read it on."));
  }
  return wanted;
}

std::expected<void, Error> ChatFeature::KeepPace(const Participant& from, Now now) {
  if (slow_ == Duration::Zero() || Hosts(from.role)) return {};
  Timestamp& next = next_message_[from.id];
  if (now.steady < next) {
    Error error = Error::Of(ErrorCode::kTooManyRequests, "Slow mode: wait before you write again.");
    error.retry_after_ms = (next - now.steady).ms() + 1;
    return std::unexpected(std::move(error));
  }
  next = now.steady + slow_;
  return {};
}

ChatFeature::Result ChatFeature::Delete(const Participant& from, const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("message");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kChatModerate)) return Refuse(ErrorCode::kForbidden);
  if (const auto held = held_.Take(id)) {
    TellDecided(*held, from, false);
    return "{}";
  }
  const auto found = std::ranges::find(messages_, id, &ChatMessage::id);
  if (found == messages_.end() || !Sees(from, *found)) return NoSuchMessage();
  const auto write = [&](JsonWriter& w) {
    WriteField(w, "message", id);
    WriteField(w, "by", from.id);
  };
  Tell(*found, "chat.deleted", write);
  if (found->is_public() || found->is_for_hosts()) {
    room_.TellOutside("chat.deleted", WriteObject(write));
  }
  Drop(found);
  return "{}";
}

ChatFeature::Result ChatFeature::SetSlowMode(const Participant& from,
                                             const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const int64_t seconds = fields.Integer("seconds", 0, kMaxSlowSeconds);
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kChatModerate)) return Refuse(ErrorCode::kForbidden);
  if (slow_ == Duration::Seconds(seconds)) return "{}";
  slow_ = Duration::Seconds(seconds);
  next_message_.clear();
  SaveSettings();
  return "{}";
}

ChatFeature::Result ChatFeature::SetModerated(const Participant& from,
                                              const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const bool on = fields.Bool("on");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kChatModerate)) return Refuse(ErrorCode::kForbidden);
  if (std::exchange(moderated_, on) != on) SaveSettings();
  return "{}";
}

void ChatFeature::SaveSettings() {
  const auto write = [&](JsonWriter& w) { WriteSettings(w); };
  rows_.Save(kSettings, WriteObject(write));
  room_.Broadcast(WriteEvent("chat.settings", room_.NextVersion(), write));
  room_.TellOutside("chat.settings", WriteObject(write));
}

void ChatFeature::WriteSettings(JsonWriter& w) const {
  WriteField(w, "slow_seconds", slow_.ms() / 1000);
  WriteFlag(w, "moderated", moderated_);
}

template <class WriteData>
void ChatFeature::Tell(const ChatMessage& message, std::string_view type, WriteData write_data) {
  if (message.is_public() && !message.held) {
    room_.Broadcast(WriteEvent(type, room_.NextVersion(), write_data));
    return;
  }
  const std::string event = WriteEvent(type, 0, write_data);
  for (const Participant* participant : room_.participants()) {
    if (participant->sink && Sees(*participant, message)) participant->sink->Deliver(event);
  }
}

void ChatFeature::Add(ChatMessage message) {
  bytes_ += message.text.size();
  messages_.push_back(std::move(message));
  if (messages_.size() - hidden_ > room_.limits().chat_history) ++hidden_;
  while (hidden_ > 0 && (messages_.size() > kChatLog || bytes_ > kChatLogBytes)) {
    Drop(messages_.begin());
  }
}

void ChatFeature::Drop(std::deque<ChatMessage>::iterator message) {
  if (static_cast<size_t>(message - messages_.begin()) < hidden_) --hidden_;
  bytes_ -= message->text.size();
  rows_.Forget(message->row_key());
  messages_.erase(message);
}

// A host who was none knows nothing yet of what waits, but for their own.
void ChatFeature::OnRoleChanged(const Participant& participant) {
  if (!participant.sink || !Hosts(participant.role)) return;
  for (const ChatMessage& message : held_.all()) {
    if (message.participant == participant.id) continue;
    participant.sink->Deliver(WriteEvent("chat.held", 0, [&](JsonWriter& w) {
      WriteObject(w, "message", [&](JsonWriter& members) { WriteMembers(members, message); });
    }));
  }
}

void ChatFeature::OnLeft(const Participant& participant, Now) {
  next_message_.erase(participant.id);
}

void ChatFeature::OnEmpty() {
  while (!messages_.empty()) Drop(messages_.begin());
  held_.Clear();
  if (slow_ == Duration::Zero() && !moderated_) return;
  slow_ = Duration::Zero();
  moderated_ = false;
  rows_.Forget(kSettings);
}

void ChatFeature::AddTo(Snapshot& snapshot, const Participant& viewer) const {
  const auto write_if_seen = [&](JsonWriter& w, const ChatMessage& message) {
    if (!Sees(viewer, message)) return;
    w.StartObject();
    WriteMembers(w, message);
    w.EndObject();
  };
  rapidjson::StringBuffer buffer;
  JsonWriter chat(buffer);
  chat.StartArray();
  for (size_t i = hidden_; i < messages_.size(); ++i) write_if_seen(chat, messages_[i]);
  chat.EndArray();
  snapshot.members.push_back({.name = "chat", .json = {buffer.GetString(), buffer.GetSize()}});
  snapshot.features.push_back({.name = "chat", .json = WriteObject([&](JsonWriter& w) {
                                                 WriteSettings(w);
                                                 w.Key("held");
                                                 w.StartArray();
                                                 for (const ChatMessage& message : held_.all()) {
                                                   write_if_seen(w, message);
                                                 }
                                                 w.EndArray();
                                               })});
}

void ChatFeature::Restore(std::string_view key, std::string_view value) {
  if (key == kSettings) {
    rapidjson::Document document;
    document.Parse(value.data(), value.size());
    std::optional<Error> fault;
    FieldReader fields(document, fault);
    slow_ = Duration::Seconds(fields.Integer("slow_seconds", 0, kMaxSlowSeconds));
    moderated_ = fields.OptionalBool("moderated", false);
  } else if (auto message = ReadChatMessage(value)) {
    count_ = std::max(count_, message->number);
    if (message->held) {
      held_.Restore(*std::move(message));
    } else {
      Add(*std::move(message));
    }
  }
}

// What was said to one is theirs.
void ChatFeature::ReportTo(MeetingReport& report, Now) const {
  ReportTable table{.name = "chat",
                    .columns = {{"at", ReportKind::kTime},
                                {"name", ReportKind::kText},
                                {"to", ReportKind::kText},
                                {"text", ReportKind::kText},
                                {"participant", ReportKind::kText}},
                    .rows = {}};
  for (const ChatMessage& message : messages_) {
    if (!message.is_public() && !message.is_for_hosts()) continue;
    table.rows.push_back({message.at, message.name,
                          message.is_public() ? std::string("everyone") : message.to, message.text,
                          message.participant});
  }
  report.tables.push_back(std::move(table));
}

}  // namespace parley
