#include "signaling/protocol/write_message.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>

namespace parley {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void String(Writer& w, std::string_view text) {
  w.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void Key(Writer& w, std::string_view key) {
  w.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
}

void Field(Writer& w, std::string_view key, std::string_view value) {
  Key(w, key);
  String(w, value);
}

void FieldOrNull(Writer& w, const char* key, const std::optional<std::string>& value) {
  w.Key(key);
  if (value) {
    String(w, *value);
  } else {
    w.Null();
  }
}

void Field(Writer& w, const char* key, int64_t value) {
  w.Key(key);
  w.Int64(value);
}

void Field(Writer& w, std::string_view key, SourceId value) {
  Key(w, key);
  w.Uint(value.value());
}

void Milliseconds(Writer& w, const char* key, WallTime at) { Field(w, key, at.unix_us() / 1000); }

template <class WriteData>
std::string Result(int32_t id, WriteData write_data) {
  rapidjson::StringBuffer buffer;
  Writer w(buffer);
  w.StartObject();
  Field(w, "id", int64_t{id});
  Field(w, "type", "result");
  w.Key("data");
  w.StartObject();
  write_data(w);
  w.EndObject();
  w.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

// A version of 0 is not written: the event leaves the room's state as it is.
template <class WriteData>
std::string Event(const char* type, uint64_t version, WriteData write_data) {
  rapidjson::StringBuffer buffer;
  Writer w(buffer);
  w.StartObject();
  Field(w, "type", type);
  if (version > 0) Field(w, "version", static_cast<int64_t>(version));
  w.Key("data");
  w.StartObject();
  write_data(w);
  w.EndObject();
  w.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

void Participant(Writer& w, const ParticipantInfo& participant) {
  w.StartObject();
  Field(w, "id", participant.id);
  Field(w, "name", participant.name);
  Field(w, "role", ToString(participant.role));
  Field(w, "kind", ToString(participant.kind));
  Milliseconds(w, "joined_at", participant.joined_at);
  w.Key("connected");
  w.Bool(participant.connected);
  if (participant.hand) {
    w.Key("hand");
    w.Bool(true);
  }
  Field(w, "quality", int64_t{participant.quality});
  w.Key("sources");
  w.StartObject();
  for (const SourceKind kind : kAllSourceKinds) {
    const auto& source = participant.sources[IndexOf(kind)];
    if (!source) continue;
    Key(w, ToString(kind));
    w.StartObject();
    Field(w, "id", source->id);
    Field(w, "state", source->live ? "live" : "off");
    w.EndObject();
  }
  w.EndObject();
  w.EndObject();
}

void Chat(Writer& w, const ChatMessage& message) {
  w.StartObject();
  Field(w, "id", message.id);
  Field(w, "participant", message.participant);
  Field(w, "name", message.name);
  Field(w, "text", message.text);
  Milliseconds(w, "at", message.at);
  w.EndObject();
}

void MapFields(Writer& w, const SlotMap& map) {
  Field(w, "epoch", int64_t{map.epoch});
  w.Key("audio");
  w.StartArray();
  for (const SourceId source : map.audio) w.Uint(source.value());
  w.EndArray();
  Field(w, "screen_audio", map.screen_audio);
  w.Key("video");
  w.StartArray();
  for (const auto& slot : map.video) {
    w.StartObject();
    Field(w, "slot", int64_t{slot.slot});
    Field(w, "source", slot.source);
    Field(w, "state", ToString(slot.state));
    if (slot.limited) {
      w.Key("limited");
      w.Bool(true);
    }
    w.EndObject();
  }
  w.EndArray();
}

void SlotsField(Writer& w, const std::vector<SlotInfo>& slots) {
  w.Key("slots");
  w.StartArray();
  for (const auto& slot : slots) {
    w.StartObject();
    Field(w, "slot", int64_t{slot.slot});
    Field(w, "mid", slot.mid);
    Field(w, "kind", slot.video ? "video" : "audio");
    w.EndObject();
  }
  w.EndArray();
}

void SnapshotField(Writer& w, const Snapshot& room) {
  w.Key("room");
  w.StartObject();
  Field(w, "version", static_cast<int64_t>(room.version));
  Field(w, "name", room.name);
  Field(w, "title", room.title);
  w.Key("participants");
  w.StartArray();
  for (const auto& participant : room.participants) Participant(w, participant);
  w.EndArray();
  w.Key("chat");
  w.StartArray();
  for (const auto& message : room.chat) Chat(w, message);
  w.EndArray();
  w.Key("map");
  w.StartObject();
  MapFields(w, room.map);
  w.EndObject();
  FieldOrNull(w, "dominant", room.dominant);
  if (room.dial_in) {
    w.Key("dial_in");
    w.StartObject();
    w.Key("numbers");
    w.StartArray();
    for (const std::string& number : room.dial_in->numbers) w.String(number);
    w.EndArray();
    Field(w, "pin", room.dial_in->pin);
    w.EndObject();
  }
  w.EndObject();
}

std::string ParticipantEvent(const char* type, uint64_t version,
                             const ParticipantInfo& participant) {
  return Event(type, version, [&](Writer& w) {
    w.Key("participant");
    Participant(w, participant);
  });
}

}  // namespace

std::string WriteEmptyResult(int32_t id) {
  return Result(id, [](Writer&) {});
}

std::string WriteJoinResult(int32_t id, const JoinResult& result) {
  constexpr std::array<std::string_view, 3> kOutcomes = {"none", "kept", "new"};
  return Result(id, [&](Writer& w) {
    Field(w, "participant", result.participant);
    Field(w, "resume", result.resume);
    Field(w, "role", ToString(result.role));
    if (result.answer) Field(w, "answer", *result.answer);
    w.Key("sources");
    w.StartObject();
    for (const SourceKind kind : kAllSourceKinds) {
      if (const auto& id = result.sources[IndexOf(kind)]) Field(w, ToString(kind), *id);
    }
    w.EndObject();
    SlotsField(w, result.slots);
    if (result.transport) {
      Field(w, "transport", kOutcomes[static_cast<size_t>(*result.transport)]);
    }
    SnapshotField(w, result.room);
  });
}

std::string WriteOfferResult(int32_t id, std::string_view answer,
                             const std::vector<SlotInfo>& slots) {
  return Result(id, [&](Writer& w) {
    Field(w, "answer", answer);
    SlotsField(w, slots);
  });
}

std::string WriteChatResult(int32_t id, std::string_view message) {
  return Result(id, [&](Writer& w) { Field(w, "message", message); });
}

std::string WriteRenameResult(int32_t id, std::string_view resume) {
  return Result(id, [&](Writer& w) { Field(w, "resume", resume); });
}

std::string WriteError(int32_t id, const Error& error) {
  rapidjson::StringBuffer buffer;
  Writer w(buffer);
  w.StartObject();
  if (id > 0) Field(w, "id", int64_t{id});
  Field(w, "type", "error");
  w.Key("error");
  w.StartObject();
  Field(w, "code", InfoOf(error.code).name);
  Field(w, "message", error.message);
  if (!error.field.empty()) Field(w, "field", error.field);
  if (error.retry_after_ms > 0) Field(w, "retry_after_ms", error.retry_after_ms);
  w.EndObject();
  w.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string WriteParticipantJoined(uint64_t version, const ParticipantInfo& participant) {
  return ParticipantEvent("participant_joined", version, participant);
}

std::string WriteParticipantChanged(uint64_t version, const ParticipantInfo& participant) {
  return ParticipantEvent("participant_changed", version, participant);
}

std::string WriteParticipantLeft(uint64_t version, std::string_view participant,
                                 LeaveReason reason) {
  return Event("participant_left", version, [&](Writer& w) {
    Field(w, "participant", participant);
    Field(w, "reason", ToString(reason));
  });
}

std::string WriteChat(uint64_t version, const ChatMessage& message) {
  return Event("chat", version, [&](Writer& w) {
    w.Key("message");
    Chat(w, message);
  });
}

std::string WriteSlots(const SlotMap& map) {
  return Event("slots", 0, [&](Writer& w) { MapFields(w, map); });
}

std::string WriteSpeakers(const std::optional<std::string>& dominant,
                          const std::vector<std::string>& active) {
  return Event("speakers", 0, [&](Writer& w) {
    FieldOrNull(w, "dominant", dominant);
    w.Key("active");
    w.StartArray();
    for (const auto& id : active) String(w, id);
    w.EndArray();
  });
}

std::string WriteQuality(const std::map<std::string, int>& participants) {
  return Event("quality", 0, [&](Writer& w) {
    w.Key("participants");
    w.StartObject();
    for (const auto& [id, quality] : participants) Field(w, id.c_str(), int64_t{quality});
    w.EndObject();
  });
}

std::string WriteMuted(SourceKind source, std::string_view by) {
  return Event("muted", 0, [&](Writer& w) {
    Field(w, "source", ToString(source));
    Field(w, "by", by);
  });
}

std::string WriteDemand(SourceKind source, uint8_t encodings) {
  return Event("demand", 0, [&](Writer& w) {
    Field(w, "source", ToString(source));
    Field(w, "encodings", int64_t{encodings});
  });
}

std::string WriteEnded(const std::optional<std::string>& by) {
  return Event("ended", 0, [&](Writer& w) { FieldOrNull(w, "by", by); });
}

std::string WriteRemoved(std::string_view by) {
  return Event("removed", 0, [&](Writer& w) { Field(w, "by", by); });
}

std::string WriteClosing(Duration retry_after) {
  return Event("closing", 0, [&](Writer& w) { Field(w, "retry_after_ms", retry_after.ms()); });
}

}  // namespace parley
