#include "recorder/library/recording_state.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

#include "recorder/library/json_fields.h"
#include "recorder/library/whole_file.h"

namespace parley {
namespace {

constexpr const char* kName = "recording.json";
constexpr size_t kMostBytes = 64 * 1024;

}  // namespace

std::optional<RecordingState> RecordingState::Load(const std::filesystem::path& directory) {
  const std::string text = ReadWholeFile(directory / kName, kMostBytes);
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  RecordingState state;
  state.id = TextField(document, "id");
  state.room = TextField(document, "room");
  state.title = TextField(document, "title");
  state.started_at_us = NumberField(document, "started_at_us");
  state.state = TextField(document, "state");
  state.keep_days = std::max<int64_t>(NumberField(document, "keep_days"), 0);
  const int64_t segments = NumberField(document, "segments");
  if (state.id.empty() || state.started_at_us <= 0 || segments < 1 || segments > 100'000) {
    return std::nullopt;
  }
  state.segments = static_cast<uint32_t>(segments);
  return state;
}

std::error_code RecordingState::Save(const std::filesystem::path& directory) const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer writer(buffer);
  writer.StartObject();
  writer.Key("id");
  writer.String(id);
  writer.Key("room");
  writer.String(room);
  writer.Key("title");
  writer.String(title);
  writer.Key("started_at_us");
  writer.Int64(started_at_us);
  writer.Key("state");
  writer.String(state);
  writer.Key("segments");
  writer.Uint(segments);
  writer.Key("keep_days");
  writer.Int64(keep_days);
  writer.EndObject();
  return ReplaceFile(directory / kName, {buffer.GetString(), buffer.GetSize()});
}

std::filesystem::path TimelinePath(const std::filesystem::path& directory, uint32_t segment) {
  return directory / ("timeline-" + std::to_string(segment) + ".jsonl");
}

}  // namespace parley
