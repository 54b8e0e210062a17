#pragma once

// Starts parley-recorder with its sockets (recorder/FORMAT.md, "The feed") and watches it. The
// child inherits those sockets, a pipe with the recording's key as its standard input, and the
// streams to tell on, nothing else. Signaling thread.

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "signaling/recording/recorder_link.h"

namespace parley {

class RecorderProcesses final : public RecorderLauncher {
 public:
  explicit RecorderProcesses(std::filesystem::path program) : program_(std::move(program)) {}
  std::expected<std::unique_ptr<RecorderLink>, std::string> Launch(
      const std::filesystem::path& directory, int feeds) override;

 private:
  const std::filesystem::path program_;
};

}  // namespace parley
