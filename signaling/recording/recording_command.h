#pragma once

// `parley recording`: what an operator does with recordings on the disk, beside a running server or
// without one. Blocks.

#include <cstdint>
#include <filesystem>
#include <string>

namespace parley {

struct RecordingCommand {
  enum class Verb : uint8_t { kList, kVerify, kRepair } verb{};
  std::string id;  // empty: all
};

struct RecordingReport {
  std::string text;  // lines for a person
  bool ok = true;    // nothing is wrong, or is wrong any more
};

// `directory` holds a directory per recording.
RecordingReport RunRecordingCommand(const std::filesystem::path& directory,
                                    const RecordingCommand& command);

}  // namespace parley
