#include "signaling/protocol/write_message.h"

#include <array>

#include "signaling/protocol/json_writer.h"

namespace parley {
namespace {

void Participant(JsonWriter& w, const ParticipantInfo& participant) {
  w.StartObject();
  WriteField(w, "id", participant.id);
  WriteField(w, "name", participant.name);
  WriteField(w, "role", ToString(participant.role));
  WriteField(w, "kind", ToString(participant.kind));
  WriteTime(w, "joined_at", participant.joined_at);
  w.Key("connected");
  w.Bool(participant.connected);
  if (participant.hand) {
    WriteFlag(w, "hand", true);
    WriteTime(w, "hand_at", participant.hand_at);
  }
  WriteField(w, "quality", int64_t{participant.quality});
  w.Key("sources");
  w.StartObject();
  for (const SourceKind kind : kAllSourceKinds) {
    const auto& source = participant.sources[IndexOf(kind)];
    if (!source) continue;
    WriteKey(w, ToString(kind));
    w.StartObject();
    WriteField(w, "id", source->id);
    WriteField(w, "state", source->live ? "live" : "off");
    w.EndObject();
  }
  w.EndObject();
  w.EndObject();
}

void MapFields(JsonWriter& w, const SlotMap& map) {
  WriteField(w, "epoch", int64_t{map.epoch});
  w.Key("audio");
  w.StartArray();
  for (const SourceId source : map.audio) w.Uint(source.value());
  w.EndArray();
  WriteField(w, "screen_audio", map.screen_audio);
  w.Key("video");
  w.StartArray();
  for (const auto& slot : map.video) {
    w.StartObject();
    WriteField(w, "slot", int64_t{slot.slot});
    WriteField(w, "source", slot.source);
    WriteField(w, "state", ToString(slot.state));
    if (slot.limited) {
      w.Key("limited");
      w.Bool(true);
    }
    w.EndObject();
  }
  w.EndArray();
}

void SlotsField(JsonWriter& w, const std::vector<SlotInfo>& slots) {
  w.Key("slots");
  w.StartArray();
  for (const auto& slot : slots) {
    w.StartObject();
    WriteField(w, "slot", int64_t{slot.slot});
    WriteField(w, "mid", slot.mid);
    WriteField(w, "kind", slot.video ? "video" : "audio");
    w.EndObject();
  }
  w.EndArray();
}

void RecordingField(JsonWriter& w, const std::optional<RecordingInfo>& recording) {
  w.Key("recording");
  if (!recording) {
    w.Null();
    return;
  }
  w.StartObject();
  WriteField(w, "id", recording->id);
  WriteField(w, "state", recording->paused ? "paused" : "recording");
  WriteTime(w, "started_at", recording->started_at);
  w.Key("consent");
  w.Bool(recording->asks_consent);
  if (recording->disk != DiskStep::kEnough) WriteField(w, "disk", ToString(recording->disk));
  w.EndObject();
}

void ParticipantsField(JsonWriter& w, const std::vector<ParticipantInfo>& participants) {
  w.Key("participants");
  w.StartArray();
  for (const auto& participant : participants) Participant(w, participant);
  w.EndArray();
}

void SnapshotMembers(JsonWriter& w, const Snapshot& room) {
  WriteField(w, "version", static_cast<int64_t>(room.version));
  WriteField(w, "name", room.name);
  WriteField(w, "title", room.title);
  ParticipantsField(w, room.participants);
  WriteField(w, "audience", static_cast<int64_t>(room.audience));
  for (const auto& member : room.members) WriteJson(w, member.name, member.json);
  w.Key("map");
  w.StartObject();
  MapFields(w, room.map);
  w.EndObject();
  WriteFieldOrNull(w, "dominant", room.dominant);
  if (room.dial_in) {
    w.Key("dial_in");
    w.StartObject();
    w.Key("numbers");
    w.StartArray();
    for (const std::string& number : room.dial_in->numbers) w.String(number);
    w.EndArray();
    WriteField(w, "pin", room.dial_in->pin);
    if (!room.dial_in->own_numbers.empty()) {
      w.Key("own_numbers");
      w.StartArray();
      for (const std::string& number : room.dial_in->own_numbers) w.String(number);
      w.EndArray();
    }
    w.EndObject();
  }
  if (!room.features.empty()) {
    WriteObject(w, "features", [&](JsonWriter& f) {
      for (const auto& feature : room.features) WriteJson(f, feature.name, feature.json);
    });
  }
  if (room.records) RecordingField(w, room.recording);
  if (room.debug) WriteFlag(w, "debug", true);
}

std::string ParticipantEvent(const char* type, uint64_t version,
                             const ParticipantInfo& participant) {
  return WriteEvent(type, version, [&](JsonWriter& w) {
    w.Key("participant");
    Participant(w, participant);
  });
}

void Entered(JsonWriter& w, const JoinResult& result) {
  constexpr std::array<std::string_view, 3> kOutcomes = {"none", "kept", "new"};
  WriteField(w, "participant", result.participant);
  WriteField(w, "resume", result.resume);
  WriteField(w, "role", ToString(result.role));
  if (result.answer) WriteField(w, "answer", *result.answer);
  w.Key("sources");
  w.StartObject();
  for (const SourceKind kind : kAllSourceKinds) {
    if (const auto& id = result.sources[IndexOf(kind)]) WriteField(w, ToString(kind), *id);
  }
  w.EndObject();
  SlotsField(w, result.slots);
  if (result.transport) {
    WriteField(w, "transport", kOutcomes[static_cast<size_t>(*result.transport)]);
  }
  WriteObject(w, "room", [&](JsonWriter& room) { SnapshotMembers(room, result.room); });
}

}  // namespace

std::string WriteEmptyResult(int32_t id) {
  return WriteResult(id, [](JsonWriter&) {});
}

std::string WriteJoinResult(int32_t id, const JoinResult& result) {
  return WriteResult(id, [&](JsonWriter& w) { Entered(w, result); });
}

std::string WriteWaitingResult(int32_t id, const WaitingResult& result) {
  return WriteResult(id, [&](JsonWriter& w) {
    WriteField(w, "resume", result.resume);
    WriteObject(w, "waiting", [&](JsonWriter& waiting) {
      WriteField(waiting, "title", result.title);
      if (result.place > 0) {
        WriteField(waiting, "place", static_cast<int64_t>(result.place));
      } else {
        WriteField(waiting, "until", "live");
      }
      for (const auto& member : result.members) WriteJson(waiting, member.name, member.json);
    });
  });
}

std::string WriteOfferResult(int32_t id, std::string_view answer,
                             const std::vector<SlotInfo>& slots) {
  return WriteResult(id, [&](JsonWriter& w) {
    WriteField(w, "answer", answer);
    SlotsField(w, slots);
  });
}

std::string WriteRenameResult(int32_t id, std::string_view resume) {
  return WriteResult(id, [&](JsonWriter& w) { WriteField(w, "resume", resume); });
}

std::string WriteSnapshot(const Snapshot& room) {
  return WriteObject([&](JsonWriter& w) { SnapshotMembers(w, room); });
}

std::string WriteError(int32_t id, const Error& error) {
  return WriteObject([&](JsonWriter& w) {
    if (id > 0) WriteField(w, "id", int64_t{id});
    WriteField(w, "type", "error");
    WriteObject(w, "error", [&](JsonWriter& e) {
      WriteField(e, "code", InfoOf(error.code).name);
      WriteField(e, "message", error.message);
      if (!error.field.empty()) WriteField(e, "field", error.field);
      if (error.retry_after_ms > 0) WriteField(e, "retry_after_ms", error.retry_after_ms);
    });
  });
}

std::string WriteParticipantJoined(uint64_t version, const ParticipantInfo& participant) {
  return ParticipantEvent("participant_joined", version, participant);
}

std::string WriteParticipantChanged(uint64_t version, const ParticipantInfo& participant) {
  return ParticipantEvent("participant_changed", version, participant);
}

std::string WriteParticipantLeft(uint64_t version, std::string_view participant,
                                 LeaveReason reason) {
  return WriteEvent("participant_left", version, [&](JsonWriter& w) {
    WriteField(w, "participant", participant);
    WriteField(w, "reason", ToString(reason));
  });
}

std::string WriteParticipants(uint64_t version, const std::vector<ParticipantInfo>& participants) {
  return WriteEvent("participants", version,
                    [&](JsonWriter& w) { ParticipantsField(w, participants); });
}

std::string WriteAudience(size_t count) {
  return WriteEvent("audience", 0,
                    [&](JsonWriter& w) { WriteField(w, "count", static_cast<int64_t>(count)); });
}

std::string WriteRecording(uint64_t version, const std::optional<RecordingInfo>& recording,
                           const std::optional<RecordingTrouble>& trouble) {
  return WriteEvent("recording", version, [&](JsonWriter& w) {
    RecordingField(w, recording);
    if (!trouble) return;
    WriteObject(w, "trouble", [&](JsonWriter& t) {
      WriteField(t, "code", trouble->code);
      WriteField(t, "message", trouble->message);
    });
  });
}

std::string WriteSlots(const SlotMap& map) {
  return WriteEvent("slots", 0, [&](JsonWriter& w) { MapFields(w, map); });
}

std::string WriteSpeakers(const std::optional<std::string>& dominant,
                          const std::vector<std::string>& active) {
  return WriteEvent("speakers", 0, [&](JsonWriter& w) {
    WriteFieldOrNull(w, "dominant", dominant);
    w.Key("active");
    w.StartArray();
    for (const auto& id : active) WriteText(w, id);
    w.EndArray();
  });
}

std::string WriteQuality(const std::map<std::string, int>& participants) {
  return WriteEvent("quality", 0, [&](JsonWriter& w) {
    w.Key("participants");
    w.StartObject();
    for (const auto& [id, quality] : participants) WriteField(w, id.c_str(), int64_t{quality});
    w.EndObject();
  });
}

std::string WriteMuted(SourceKind source, std::string_view by) {
  return WriteEvent("muted", 0, [&](JsonWriter& w) {
    WriteField(w, "source", ToString(source));
    WriteField(w, "by", by);
  });
}

std::string WriteMove() {
  return WriteEvent("move", 0, [](JsonWriter&) {});
}

std::string WriteDemand(SourceKind source, uint8_t encodings) {
  return WriteEvent("demand", 0, [&](JsonWriter& w) {
    WriteField(w, "source", ToString(source));
    WriteField(w, "encodings", int64_t{encodings});
  });
}

std::string WriteEnded(const std::optional<std::string>& by) {
  return WriteEvent("ended", 0, [&](JsonWriter& w) { WriteFieldOrNull(w, "by", by); });
}

std::string WriteRemoved(std::string_view by) {
  return WriteEvent("removed", 0, [&](JsonWriter& w) { WriteField(w, "by", by); });
}

std::string WriteClosing(Duration retry_after) {
  return WriteEvent("closing", 0,
                    [&](JsonWriter& w) { WriteField(w, "retry_after_ms", retry_after.ms()); });
}

std::string WriteLobbyPlace(size_t place) {
  return WriteEvent("lobby.place", 0,
                    [&](JsonWriter& w) { WriteField(w, "place", static_cast<int64_t>(place)); });
}

std::string WriteLobbyAdmitted(const JoinResult& result) {
  return WriteEvent("lobby.admitted", 0, [&](JsonWriter& w) { Entered(w, result); });
}

std::string WriteLobbyDenied(std::string_view message) {
  return WriteEvent("lobby.denied", 0, [&](JsonWriter& w) { WriteField(w, "message", message); });
}

}  // namespace parley
