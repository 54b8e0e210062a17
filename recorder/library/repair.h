#pragma once

// Mends what a crash left of a recording: cuts half-written tails, completes the files, and says
// that it did. Nothing that was written whole is lost, and repairing twice changes nothing. Any
// thread, but not while the recording is written; blocks for as long as the disk does.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace parley {

struct RepairReport {
  size_t files_completed = 0;
  uint64_t bytes_cut = 0;
  std::vector<std::string> files_unreadable;
};

// A sentence when there is no recording, it is being written or locked, or the disk refuses.
std::expected<RepairReport, std::string> RepairRecording(const std::filesystem::path& directory);

// What is wrong, a sentence each; empty when all is well. Changes nothing.
std::vector<std::string> VerifyRecording(const std::filesystem::path& directory);

}  // namespace parley
