#include "signaling/protocol/json_writer.h"

namespace parley {

void WriteText(JsonWriter& w, std::string_view text) {
  w.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void WriteKey(JsonWriter& w, std::string_view key) {
  w.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
}

void WriteField(JsonWriter& w, std::string_view key, std::string_view value) {
  WriteKey(w, key);
  WriteText(w, value);
}

void WriteField(JsonWriter& w, std::string_view key, int64_t value) {
  WriteKey(w, key);
  w.Int64(value);
}

void WriteField(JsonWriter& w, std::string_view key, SourceId value) {
  WriteKey(w, key);
  w.Uint(value.value());
}

void WriteFlag(JsonWriter& w, std::string_view key, bool value) {
  WriteKey(w, key);
  w.Bool(value);
}

void WriteFieldOrNull(JsonWriter& w, std::string_view key,
                      const std::optional<std::string>& value) {
  WriteKey(w, key);
  if (value) {
    WriteText(w, *value);
  } else {
    w.Null();
  }
}

void WriteTime(JsonWriter& w, std::string_view key, WallTime at) {
  WriteField(w, key, at.unix_us() / 1000);
}

void WriteJson(JsonWriter& w, std::string_view key, std::string_view json) {
  WriteKey(w, key);
  w.RawValue(json.data(), json.size(), rapidjson::kObjectType);
}

std::string WriteResultOf(int32_t id, std::string_view data) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "id", int64_t{id});
    WriteField(w, "type", "result");
    WriteJson(w, "data", data);
  });
}

}  // namespace parley
