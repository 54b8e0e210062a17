#pragma once

// The operator's keys for recordings, and what they do not open. At start.

#include <filesystem>
#include <string>

#include "signaling/launch/or_sentence.h"
#include "signaling/recording/recording_settings.h"

namespace parley {

// Recordings are made and opened with these from now on; none where none is configured.
OrSentence<void> UseRecordingKeys(const RecordingSettings& settings);

// Which recordings below `directory` nobody can read now, and why; empty when there are none.
std::string TellLockedRecordings(const std::filesystem::path& directory);

}  // namespace parley
