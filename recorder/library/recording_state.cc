#include "recorder/library/recording_state.h"

#include <fcntl.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string_view>

namespace parley {
namespace {

constexpr const char* kName = "recording.json";
constexpr size_t kMostBytes = 64 * 1024;

std::string Text(const rapidjson::Value& object, const char* name) {
  const auto it = object.FindMember(name);
  if (it == object.MemberEnd() || !it->value.IsString()) return {};
  return {it->value.GetString(), it->value.GetStringLength()};
}

int64_t Number(const rapidjson::Value& object, const char* name) {
  const auto it = object.FindMember(name);
  return it != object.MemberEnd() && it->value.IsInt64() ? it->value.GetInt64() : 0;
}

std::error_code LastError() { return {errno, std::generic_category()}; }

std::error_code WriteWhole(const std::filesystem::path& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return LastError();
  std::error_code error;
  if (write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()) || fsync(fd) != 0) {
    error = errno != 0 ? LastError() : std::make_error_code(std::errc::io_error);
  }
  close(fd);
  return error;
}

}  // namespace

std::optional<RecordingState> RecordingState::Load(const std::filesystem::path& directory) {
  std::ifstream in(directory / kName, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  rapidjson::Document document;
  if (text.size() > kMostBytes) return std::nullopt;
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  RecordingState state;
  state.id = Text(document, "id");
  state.room = Text(document, "room");
  state.title = Text(document, "title");
  state.started_at_us = Number(document, "started_at_us");
  state.state = Text(document, "state");
  const int64_t segments = Number(document, "segments");
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
  writer.EndObject();
  const std::filesystem::path next = directory / "recording.json.next";
  if (auto error = WriteWhole(next, {buffer.GetString(), buffer.GetSize()})) return error;
  std::error_code error;
  std::filesystem::rename(next, directory / kName, error);
  return error;
}

std::filesystem::path TimelinePath(const std::filesystem::path& directory, uint32_t segment) {
  return directory / ("timeline-" + std::to_string(segment) + ".jsonl");
}

}  // namespace parley
