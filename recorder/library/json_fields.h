#pragma once

// Reading members of a JSON object that may be anything: what is missing or of another type is
// empty, 0 or false. Pure.

#include <rapidjson/document.h>

#include <cstdint>
#include <string>

namespace parley {

inline std::string TextField(const rapidjson::Value& object, const char* name) {
  const auto it = object.FindMember(name);
  if (it == object.MemberEnd() || !it->value.IsString()) return {};
  return {it->value.GetString(), it->value.GetStringLength()};
}

inline int64_t NumberField(const rapidjson::Value& object, const char* name) {
  const auto it = object.FindMember(name);
  return it != object.MemberEnd() && it->value.IsInt64() ? it->value.GetInt64() : 0;
}

inline bool FlagField(const rapidjson::Value& object, const char* name) {
  const auto it = object.FindMember(name);
  return it != object.MemberEnd() && it->value.IsTrue();
}

}  // namespace parley
