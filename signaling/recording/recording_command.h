#pragma once

// `parley recording`: what an operator does with recordings on the disk, beside a running server or
// without one. Blocks.

#include <cstdint>
#include <filesystem>
#include <string>

namespace parley {

struct RecordingCommand {
  enum class Verb : uint8_t { kList, kVerify, kRepair, kCompose } verb{};
  std::string id = {};      // empty: all, but of kCompose
  std::string output = {};  // of kCompose, a file; what is made follows from its name
  int height = 720;         // of kCompose
};

struct RecordingReport {
  std::string text;  // lines for a person
  bool ok = true;    // nothing is wrong, or is wrong any more
};

// `directory` holds a directory per recording. Not of kCompose.
RecordingReport RunRecordingCommand(const std::filesystem::path& directory,
                                    const RecordingCommand& command);

// kCompose: becomes `program` (parley-compose), which tells how far it is and answers with its exit
// status. Returns only when it cannot, with a sentence.
std::string ComposeInstead(const std::filesystem::path& directory,
                           const std::filesystem::path& program, const RecordingCommand& command);

}  // namespace parley
