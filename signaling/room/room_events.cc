// What of a room is told outside of the server (PROTOCOL.md, "Webhooks").

#include <string>

#include "signaling/protocol/json_writer.h"
#include "signaling/room/event_port.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

void WriteParticipant(JsonWriter& w, const Participant& participant) {
  WriteField(w, "participant", participant.id);
  WriteField(w, "name", participant.name);
  WriteField(w, "role", ToString(participant.role));
  WriteField(w, "kind", ToString(participant.kind));
}

}  // namespace

void Room::TellOutside(std::string_view type, std::string data) {
  if (environment_.events) environment_.events->Tell(type, record_.name, std::move(data));
}

void Room::TellMeetingOutside(std::string_view type, WallTime started_at) {
  TellOutside(type, WriteObject([&](JsonWriter& w) {
                // As reports name it.
                WriteField(w, "meeting", std::to_string(started_at.unix_us()));
              }));
}

void Room::TellJoinedOutside(const Participant& participant, Now now) {
  if (!environment_.events) return;
  if (participants_.size() == 1) {
    if (const auto report = Report(now)) TellMeetingOutside("meeting.started", report->started_at);
  }
  TellOutside("participant.joined",
              WriteObject([&](JsonWriter& w) { WriteParticipant(w, participant); }));
}

void Room::TellLeftOutside(const Participant& participant, std::string_view reason) {
  TellOutside("participant.left", WriteObject([&](JsonWriter& w) {
                WriteParticipant(w, participant);
                WriteField(w, "reason", reason);
              }));
}

void Room::TellChangedOutside(std::string_view type, const Participant& participant) {
  TellOutside(type, WriteObject([&](JsonWriter& w) { WriteParticipant(w, participant); }));
}

void Room::TellRecordingOutside(const std::optional<RecordingInfo>& before,
                                const std::optional<RecordingTrouble>& trouble) {
  const bool ended = before && (!recording_ || recording_->id != before->id);
  const bool started = recording_ && (!before || recording_->id != before->id);
  if (ended) {
    TellOutside("recording.ended", WriteObject([&](JsonWriter& w) {
                  WriteField(w, "recording", before->id);
                  if (trouble) WriteField(w, "trouble", trouble->code);
                }));
  }
  if (before && recording_ && !started && before->paused != recording_->paused) {
    TellOutside(recording_->paused ? "recording.paused" : "recording.resumed",
                WriteObject([&](JsonWriter& w) { WriteField(w, "recording", recording_->id); }));
  }
  if (started) {
    TellOutside("recording.started",
                WriteObject([&](JsonWriter& w) { WriteField(w, "recording", recording_->id); }));
  }
}

}  // namespace parley
