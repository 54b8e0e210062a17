#include "recorder/library/recording_state.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "recorder/library/json_fields.h"
#include "recorder/storage/aes_gcm.h"
#include "recorder/storage/recording_key.h"
#include "recorder/storage/whole_file.h"

namespace parley {
namespace {

constexpr const char* kName = "recording.json";
constexpr size_t kMostBytes = 64 * 1024;

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void ReadNames(const rapidjson::Value& object, RecordingState& state) {
  state.room = TextField(object, "room");
  state.title = TextField(object, "title");
}

void WriteNames(Writer& writer, const RecordingState& state) {
  writer.Key("room");
  writer.String(state.room);
  writer.Key("title");
  writer.String(state.title);
}

// False when they are not what was sealed.
bool OpenNames(const SecretKey& key, const std::string& sealed, RecordingState& state) {
  const auto json = OpenText(key, kName, sealed);
  if (!json) return false;
  rapidjson::Document names;
  names.Parse<rapidjson::kParseIterativeFlag>(reinterpret_cast<const char*>(json->data()),
                                              json->size());
  if (names.HasParseError() || !names.IsObject()) return false;
  ReadNames(names, state);
  return true;
}

std::string SealNames(const SecretKey& key, const RecordingState& state) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  WriteNames(writer, state);
  writer.EndObject();
  const std::string_view json(buffer.GetString(), buffer.GetSize());
  return SealText(key, kName, {reinterpret_cast<const uint8_t*>(json.data()), json.size()});
}

}  // namespace

std::optional<RecordingState> RecordingState::Load(const std::filesystem::path& directory) {
  const std::string text = ReadWholeFile(directory / kName, kMostBytes);
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  RecordingState state;
  state.id = TextField(document, "id");
  state.started_at_us = NumberField(document, "started_at_us");
  state.state = TextField(document, "state");
  state.paused = FlagField(document, "paused");
  state.keep_days = std::max<int64_t>(NumberField(document, "keep_days"), 0);
  const int64_t segments = NumberField(document, "segments");
  if (state.id.empty() || state.started_at_us <= 0 || segments < 1 || segments > 100'000) {
    return std::nullopt;
  }
  state.segments = static_cast<uint32_t>(segments);
  const RecordingKey key = RecordingKey::Of(directory);
  state.locked = key.locked();
  if (!key.sealed) {
    ReadNames(document, state);
  } else if (key.key && !OpenNames(*key.key, TextField(document, "names"), state)) {
    return std::nullopt;
  }
  return state;
}

std::error_code RecordingState::Save(const std::filesystem::path& directory) const {
  const RecordingKey key = RecordingKey::Of(directory);
  if (key.locked()) return {ENOKEY, std::generic_category()};
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  writer.Key("id");
  writer.String(id);
  if (key.sealed) {
    writer.Key("names");
    writer.String(SealNames(*key.key, *this));
  } else {
    WriteNames(writer, *this);
  }
  writer.Key("started_at_us");
  writer.Int64(started_at_us);
  writer.Key("state");
  writer.String(state);
  if (paused) {
    writer.Key("paused");
    writer.Bool(true);
  }
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
