#pragma once

// The operator's keys for recordings, and what they do not open. At start.

#include <filesystem>
#include <string>

#include "recorder/storage/operator_keys.h"
#include "signaling/launch/or_sentence.h"
#include "signaling/recording/recording_settings.h"

namespace parley {

// Empty where none is configured.
OrSentence<OperatorKeys> LoadRecordingKeys(const RecordingSettings& settings);

// Which recordings below `directory` nobody can read now, and why; empty when there are none.
std::string TellLockedRecordings(const std::filesystem::path& directory);

}  // namespace parley
