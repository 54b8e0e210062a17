#include "signaling/protocol/field_reader.h"

#include <utility>

namespace parley {

FieldReader::FieldReader(const rapidjson::Value* object, std::optional<Error>& fault,
                         std::string path)
    : object_(object), fault_(fault), path_(std::move(path)) {}

std::string FieldReader::String(const char* name) {
  auto value = OptionalString(name);
  if (!value) {
    Fail(name, "is missing");
    return {};
  }
  return *std::move(value);
}

std::optional<std::string> FieldReader::OptionalString(const char* name) {
  const auto* value = Find(name);
  if (!value) return std::nullopt;
  if (!value->IsString()) {
    Fail(name, "must be a string");
    return std::nullopt;
  }
  return std::string(value->GetString(), value->GetStringLength());
}

bool FieldReader::Bool(const char* name) {
  if (!Find(name)) Fail(name, "is missing");
  return OptionalBool(name, false);
}

bool FieldReader::OptionalBool(const char* name, bool otherwise) {
  const auto* value = Find(name);
  if (!value) return otherwise;
  if (!value->IsBool()) {
    Fail(name, "must be true or false");
    return otherwise;
  }
  return value->GetBool();
}

int64_t FieldReader::Integer(const char* name, int64_t low, int64_t high) {
  const auto* value = Find(name);
  if (!value) {
    Fail(name, "is missing");
    return low;
  }
  if (!value->IsInt64() || value->GetInt64() < low || value->GetInt64() > high) {
    Fail(name, "must be an integer from " + std::to_string(low) + " to " + std::to_string(high));
    return low;
  }
  return value->GetInt64();
}

int64_t FieldReader::OptionalInteger(const char* name, int64_t low, int64_t high,
                                     int64_t otherwise) {
  return Find(name) ? Integer(name, low, high) : otherwise;
}

SourceKind FieldReader::Source(const char* name) {
  const auto kind = ParseSourceKind(String(name));
  if (!kind) Fail(name, "must be microphone, camera, screen or screen_audio");
  return kind.value_or(SourceKind::kMicrophone);
}

const rapidjson::Value* FieldReader::OptionalArray(const char* name, size_t max_size) {
  const auto* value = Find(name);
  if (!value) return nullptr;
  if (!value->IsArray() || value->Size() > max_size) {
    Fail(name, "must be an array of at most " + std::to_string(max_size));
    return nullptr;
  }
  return value;
}

const rapidjson::Value* FieldReader::Array(const char* name, size_t max_size) {
  if (!Find(name)) Fail(name, "is missing");
  return OptionalArray(name, max_size);
}

const rapidjson::Value* FieldReader::OptionalObject(const char* name) {
  const auto* value = Find(name);
  if (value && !value->IsObject()) {
    Fail(name, "must be an object");
    return nullptr;
  }
  return value;
}

void FieldReader::Fail(std::string_view name, std::string message) {
  if (fault_) return;
  std::string field = PathOf(name);
  std::string sentence = "The field " + field + " " + std::move(message) + ".";
  fault_ = Error::BadField(std::move(field), std::move(sentence));
}

std::string FieldReader::PathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

const rapidjson::Value* FieldReader::Find(const char* name) const {
  if (!object_) return nullptr;
  const auto member = object_->FindMember(name);
  if (member == object_->MemberEnd() || member->value.IsNull()) return nullptr;
  return &member->value;
}

}  // namespace parley
