#include "recorder/library/manifest.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

#include "recorder/library/recording_state.h"
#include "recorder/library/timeline_reader.h"
#include "recorder/storage/recording_key.h"

namespace parley {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void WriteText(Writer& writer, const char* key, const std::string& value) {
  writer.Key(key);
  writer.String(value);
}

void WriteNumber(Writer& writer, const char* key, int64_t value) {
  writer.Key(key);
  writer.Int64(value);
}

void WriteSpan(Writer& writer, const TimeSpan& span) {
  WriteNumber(writer, "start_us", span.start_us);
  WriteNumber(writer, "end_us", span.end_us);
}

void WriteSpans(Writer& writer, const char* key, const std::vector<TimeSpan>& spans) {
  writer.Key(key);
  writer.StartArray();
  for (const TimeSpan& span : spans) {
    writer.StartObject();
    WriteSpan(writer, span);
    writer.EndObject();
  }
  writer.EndArray();
}

template <class T, class Write>
void WriteList(Writer& writer, const char* key, const std::vector<T>& list, Write write) {
  writer.Key(key);
  writer.StartArray();
  for (const T& element : list) {
    writer.StartObject();
    write(element);
    writer.EndObject();
  }
  writer.EndArray();
}

}  // namespace

std::expected<Manifest, std::string> ReadRecording(const std::filesystem::path& directory) {
  const auto state = RecordingState::Load(directory);
  if (!state) return std::unexpected("there is no recording in " + directory.string());
  if (state->locked) return std::unexpected(LockedSentence(RecordingKey::Of(directory)));
  TimelineReader reader(directory);
  for (uint32_t segment = 1; segment <= state->segments; ++segment) {
    reader.ReadSegment(TimelinePath(directory, segment));
  }
  Manifest manifest = reader.Finish();
  manifest.id = state->id;
  manifest.room = state->room;
  manifest.title = state->title;
  manifest.state = state->state;
  manifest.started_at_us = state->started_at_us;
  return manifest;
}

std::string Manifest::ToJson() const {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  WriteText(writer, "id", id);
  WriteText(writer, "room", room);
  WriteText(writer, "title", title);
  WriteText(writer, "state", state);
  WriteNumber(writer, "started_at_us", started_at_us);
  WriteNumber(writer, "duration_us", duration_us);
  WriteNumber(writer, "size", static_cast<int64_t>(size));
  WriteList(writer, "participants", participants, [&](const RecordedPerson& person) {
    WriteText(writer, "id", person.id);
    WriteText(writer, "name", person.name);
    WriteText(writer, "role", person.role);
    WriteSpans(writer, "present", person.present);
  });
  WriteList(writer, "tracks", tracks, [&](const RecordedTrack& track) {
    WriteText(writer, "file", track.file);
    WriteNumber(writer, "source", track.source);
    WriteText(writer, "participant", track.participant);
    WriteText(writer, "kind", track.kind);
    WriteText(writer, "codec", track.codec);
    WriteNumber(writer, "width", track.width);
    WriteNumber(writer, "height", track.height);
    WriteNumber(writer, "size", static_cast<int64_t>(track.size));
    WriteSpan(writer, track);
    WriteSpans(writer, "gaps", track.gaps);
  });
  WriteList(writer, "speakers", speakers, [&](const RecordedSpeech& speech) {
    WriteText(writer, "participant", speech.participant);
    WriteSpan(writer, speech);
  });
  WriteList(writer, "chat", chat, [&](const RecordedChat& line) {
    WriteNumber(writer, "at_us", line.at_us);
    WriteText(writer, "participant", line.participant);
    WriteText(writer, "name", line.name);
    WriteText(writer, "text", line.text);
  });
  WriteList(writer, "marks", marks, [&](const RecordedMark& mark) {
    WriteText(writer, "kind", mark.kind);
    WriteSpan(writer, mark);
  });
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace parley
