#include "signaling/recording/broadcast_processes.h"

#include <unistd.h>

#include <utility>

#include "recorder/library/json_object.h"
#include "recorder/storage/key_handover.h"
#include "signaling/recording/child_process.h"

namespace parley {
namespace {

class Child final : public BroadcastProcess {
 public:
  explicit Child(std::unique_ptr<ChildProcess> child) : child_(std::move(child)) {}
  std::optional<int> ExitStatus() override { return child_->ExitStatus(); }
  std::optional<std::string> ReadLine() override { return child_->ReadLine(); }
  void Terminate() override { child_->Terminate(); }

 private:
  const std::unique_ptr<ChildProcess> child_;
};

BroadcastLauncher::Started Wrap(std::expected<std::unique_ptr<ChildProcess>, std::string> child) {
  if (!child) return std::unexpected(child.error());
  return std::make_unique<Child>(*std::move(child));
}

}  // namespace

BroadcastLauncher::Started BroadcastPrograms::Compose(const std::filesystem::path& recording,
                                                      const std::filesystem::path& output) {
  const auto key = RecordingKeyLine(recording);
  if (!key) return std::unexpected(key.error());
  return Wrap(ChildProcess::Start(
      directory_ / "parley-compose",
      {recording.string(), output.string(), "--live", "--priority", "low", "--layout", "speaker",
       "--height", std::to_string(height_), "--parent", std::to_string(getpid())},
      *key));
}

BroadcastLauncher::Started BroadcastPrograms::Push(const std::filesystem::path& output,
                                                   const std::string& url) {
  const std::string where =
      JsonObject().Text("url", url).Flag("private", private_addresses_).Finish() + '\n';
  return Wrap(ChildProcess::Start(directory_ / "parley-push",
                                  {output.string(), "--parent", std::to_string(getpid())}, where));
}

}  // namespace parley
