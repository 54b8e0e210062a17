#include "recorder/storage/recording_key.h"

#include <rapidjson/document.h>

#include <utility>

#include "recorder/storage/aes_gcm.h"
#include "recorder/storage/whole_file.h"

namespace parley {
namespace {

constexpr size_t kMostBytes = 4096;

struct Known {
  OperatorKeys operators;
  std::optional<SecretKey> recordings;
};

Known& KnownKeys() {
  static Known known;
  return known;
}

// Keys and files of one recording are nothing in another's directory.
std::string Purpose(const std::filesystem::path& directory) {
  const auto whole = std::filesystem::absolute(directory).lexically_normal();
  const auto own = whole.has_filename() ? whole : whole.parent_path();
  return "key of " + own.filename().string();
}

std::string Text(const rapidjson::Document& document, const char* name) {
  if (document.HasParseError() || !document.IsObject()) return {};
  const auto found = document.FindMember(name);
  if (found == document.MemberEnd() || !found->value.IsString()) return {};
  return {found->value.GetString(), found->value.GetStringLength()};
}

}  // namespace

void UseKeys(OperatorKeys keys) { KnownKeys().operators = std::move(keys); }

void UseRecordingKey(SecretKey key) { KnownKeys().recordings = std::move(key); }

RecordingKey RecordingKey::Of(const std::filesystem::path& directory) {
  RecordingKey found;
  std::error_code error;
  found.sealed = std::filesystem::exists(directory / kRecordingKeyFile, error) || error;
  if (!found.sealed) return found;
  const std::string json = ReadWholeFile(directory / kRecordingKeyFile, kMostBytes);
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  found.operators_id = Text(document, "id");
  found.key = KnownKeys().recordings;
  const SecretKey* const wraps = KnownKeys().operators.Find(found.operators_id);
  if (found.key || wraps == nullptr) return found;
  if (auto bytes = OpenText(*wraps, Purpose(directory), Text(document, "wrapped"))) {
    found.key = SecretKey::FromBytes(*bytes);
  }
  return found;
}

std::error_code RecordingKey::Make(const std::filesystem::path& directory) {
  const OperatorKeys& operators = KnownKeys().operators;
  if (operators.empty()) return {};
  const SecretKey key = SecretKey::Random();
  const std::string json = R"({"id":")" + operators.current().Id() + R"(","wrapped":")" +
                           SealText(operators.current(), Purpose(directory), key.bytes()) + "\"}";
  return ReplaceFile(directory / kRecordingKeyFile, json);
}

std::string LockedSentence(const RecordingKey& key) {
  if (key.operators_id.empty()) return "it is encrypted, and its key.json is damaged";
  return "it is encrypted, and its key " + key.operators_id + " is not among the configured ones";
}

}  // namespace parley
