#pragma once

// The programs behind a meeting that is shown live, as the desk sees them; BroadcastPrograms starts
// the real ones. Nothing here blocks but their end. Signaling thread.

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace parley {

class BroadcastProcess {
 public:
  // Ends it.
  virtual ~BroadcastProcess() = default;
  // Nothing while it runs; -1 when it was killed.
  virtual std::optional<int> ExitStatus() = 0;
  // What it told, line by line.
  virtual std::optional<std::string> ReadLine() = 0;
  // Asks it to end.
  virtual void Terminate() = 0;
};

class BroadcastLauncher {
 public:
  using Started = std::expected<std::unique_ptr<BroadcastProcess>, std::string>;
  virtual ~BroadcastLauncher() = default;
  // parley-compose --live of the recording, into `output`.
  virtual Started Compose(const std::filesystem::path& recording,
                          const std::filesystem::path& output) = 0;
  // parley-push of what is there to the RTMP address.
  virtual Started Push(const std::filesystem::path& output, const std::string& url) = 0;
};

class BroadcastPrograms final : public BroadcastLauncher {
 public:
  // Both programs are in `directory`.
  BroadcastPrograms(std::filesystem::path directory, int height, bool private_addresses)
      : directory_(std::move(directory)), height_(height), private_addresses_(private_addresses) {}
  Started Compose(const std::filesystem::path& recording,
                  const std::filesystem::path& output) override;
  Started Push(const std::filesystem::path& output, const std::string& url) override;

 private:
  const std::filesystem::path directory_;
  const int height_;
  const bool private_addresses_;
};

}  // namespace parley
