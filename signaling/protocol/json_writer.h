#pragma once

// The frame of what the server says (PROTOCOL.md, "Framing") and the small fields that every
// message has. Strings handed in are valid UTF-8. Any thread.

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"

namespace parley {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void WriteText(JsonWriter& w, std::string_view text);
void WriteKey(JsonWriter& w, std::string_view key);
void WriteField(JsonWriter& w, std::string_view key, std::string_view value);
void WriteField(JsonWriter& w, std::string_view key, int64_t value);
void WriteField(JsonWriter& w, std::string_view key, SourceId value);
void WriteFlag(JsonWriter& w, std::string_view key, bool value);
void WriteFieldOrNull(JsonWriter& w, std::string_view key, const std::optional<std::string>& value);
// In whole milliseconds since 1970.
void WriteTime(JsonWriter& w, std::string_view key, WallTime at);
// `json` is one value, written already.
void WriteJson(JsonWriter& w, std::string_view key, std::string_view json);

// The text of one object whose members `write_members(JsonWriter&)` writes.
template <class WriteMembers>
std::string WriteObject(WriteMembers write_members) {
  rapidjson::StringBuffer buffer;
  JsonWriter w(buffer);
  w.StartObject();
  write_members(w);
  w.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

template <class WriteMembers>
void WriteObject(JsonWriter& w, std::string_view key, WriteMembers write_members) {
  WriteKey(w, key);
  w.StartObject();
  write_members(w);
  w.EndObject();
}

// The answer to the request `id`.
template <class WriteData>
std::string WriteResult(int32_t id, WriteData write_data) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "id", int64_t{id});
    WriteField(w, "type", "result");
    WriteObject(w, "data", write_data);
  });
}
// `data` is an object.
std::string WriteResultOf(int32_t id, std::string_view data);

// A version of 0 is not written: the event leaves the room's state as it is, or is not for all.
template <class WriteData>
std::string WriteEvent(std::string_view type, uint64_t version, WriteData write_data) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "type", type);
    if (version > 0) WriteField(w, "version", static_cast<int64_t>(version));
    WriteObject(w, "data", write_data);
  });
}

}  // namespace parley
