#include "signaling/launch/recording_keys.h"

#include <openssl/crypto.h>

#include <map>
#include <system_error>
#include <utility>

#include "recorder/storage/operator_keys.h"
#include "recorder/storage/recording_key.h"
#include "recorder/storage/stored_file.h"

namespace parley {
namespace {

// Empty where none is configured.
OrSentence<OperatorKeys> LoadKeys(const RecordingSettings& settings) {
  const std::string& path = settings.encryption_key_file;
  if (!settings.encrypts()) return OperatorKeys();
  if (path.empty()) return OperatorKeys::Parse(settings.encryption_key);
  auto file = StoredFile::OpenPlain(path);
  if (!file) {
    return std::unexpected("recording.encryption_key_file: cannot read " + path + ": " +
                           file.error().message());
  }
  std::string text = file->ReadText();
  auto keys = OperatorKeys::Parse(text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!keys) return std::unexpected(path + ": " + keys.error());
  return keys;
}

}  // namespace

OrSentence<void> UseRecordingKeys(const RecordingSettings& settings) {
  auto keys = LoadKeys(settings);
  if (!keys) return std::unexpected(keys.error());
  UseKeys(*std::move(keys));
  return {};
}

std::string TellLockedRecordings(const std::filesystem::path& directory) {
  std::map<std::string, size_t> locked;  // by the sentence
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const RecordingKey key = RecordingKey::Of(entry.path());
    if (key.locked()) ++locked[LockedSentence(key)];
  }
  std::string told;
  for (const auto& [sentence, count] : locked) {
    told += std::to_string(count) + (count == 1 ? " recording is" : " recordings are") +
            " locked: " + sentence + ". ";
  }
  if (!told.empty()) told += "Nothing is lost: they open when their key is configured again.";
  return told;
}

}  // namespace parley
