#pragma once

// Reads the fields of one JSON object and remembers the first fault, so that a request is read
// straight down and judged once. After a fault every further read yields an empty value. Borrowed
// JSON; any thread.

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"

namespace parley {

class FieldReader {
 public:
  // `object` may be null or JSON's null: every field is missing then. `path` precedes the field's
  // name in errors.
  FieldReader(const rapidjson::Value* object, std::optional<Error>& fault, std::string path = {});
  FieldReader(const rapidjson::Value& object, std::optional<Error>& fault)
      : FieldReader(object.IsObject() ? &object : nullptr, fault) {}

  std::string String(const char* name);
  std::optional<std::string> OptionalString(const char* name);
  bool Bool(const char* name);
  bool OptionalBool(const char* name, bool otherwise);
  int64_t Integer(const char* name, int64_t low, int64_t high);
  int64_t OptionalInteger(const char* name, int64_t low, int64_t high, int64_t otherwise);
  SourceKind Source(const char* name);
  // Null when it is missing.
  const rapidjson::Value* OptionalArray(const char* name, size_t max_size);
  const rapidjson::Value* Array(const char* name, size_t max_size);
  const rapidjson::Value* OptionalObject(const char* name);

  void Fail(std::string_view name, std::string message);
  bool failed() const { return fault_.has_value(); }
  std::string PathOf(std::string_view name) const;

 private:
  // Null when missing or JSON's null, which says the same.
  const rapidjson::Value* Find(const char* name) const;

  const rapidjson::Value* object_;
  std::optional<Error>& fault_;
  const std::string path_;
};

}  // namespace parley
