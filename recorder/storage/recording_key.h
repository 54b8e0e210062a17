#pragma once

// The key of one recording, which everything in its directory is sealed with: key.json beside the
// files (FORMAT.md), wrapped by one of the operator's keys. A directory without it is plain. What a
// process may open is told once, before it has threads; the rest is for any thread, and blocks for
// as long as the disk does.

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "recorder/storage/operator_keys.h"
#include "recorder/storage/secret_key.h"

namespace parley {

inline constexpr const char* kRecordingKeyFile = "key.json";

// Of a server: the operator's keys; empty: new recordings are plain.
void UseKeys(OperatorKeys keys);
// Of a program that was started for one recording: that one's.
void UseRecordingKey(SecretKey key);

struct RecordingKey {
  bool sealed = false;           // whether the directory has a key at all
  std::string operators_id;      // of the key that it is wrapped by; empty: key.json is damaged
  std::optional<SecretKey> key;  // nothing: this process cannot open it

  bool locked() const { return sealed && !key; }
  static RecordingKey Of(const std::filesystem::path& directory);
  // Of a new recording; nothing is made where the operator has no key.
  static std::error_code Make(const std::filesystem::path& directory);
};

// Why nothing can be read there: a sentence.
std::string LockedSentence(const RecordingKey& key);

}  // namespace parley
