#pragma once

// Starts parley-compose and reads how far it is (recorder/README.md). The child inherits a pipe as
// its standard output and error, and one with the recording's key as its input, nothing else, and
// ends with the thread that started it. The disk thread.

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "signaling/recording/composer_link.h"

namespace parley {

class ComposerProcesses final : public ComposerLauncher {
 public:
  explicit ComposerProcesses(std::filesystem::path program) : program_(std::move(program)) {}
  std::expected<std::unique_ptr<ComposerLink>, std::string> Launch(
      const std::filesystem::path& directory, std::string_view file) override;

 private:
  const std::filesystem::path program_;
};

}  // namespace parley
