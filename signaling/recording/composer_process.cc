#include "signaling/recording/composer_process.h"

#include <rapidjson/document.h>
#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

#include "recorder/storage/key_handover.h"
#include "signaling/recording/child_process.h"

namespace parley {
namespace {

constexpr std::string_view kErrorPrefix = "parley-compose: ";

class ComposerProcess final : public ComposerLink {
 public:
  explicit ComposerProcess(std::unique_ptr<ChildProcess> child) : child_(std::move(child)) {}

  ComposerStatus Poll() override {
    // Asked first: what it said before it ended is in the pipe then.
    const std::optional<int> ended = child_->ExitStatus();
    while (const auto line = child_->ReadLine()) HandleLine(*line);
    if (!ended) return status_;
    using enum ComposerStatus::State;
    status_.state = kDied;
    if (*ended == 0) status_.state = kDone;
    if (*ended > 0 && !status_.error.empty()) status_.state = kFailed;
    return status_;
  }

 private:
  void HandleLine(std::string_view line) {
    if (line.starts_with(kErrorPrefix)) {
      status_.error = line.substr(kErrorPrefix.size());
      return;
    }
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
    if (document.HasParseError() || !document.IsObject()) return;
    const auto number = [&document](const char* name) -> std::optional<double> {
      const auto found = document.FindMember(name);
      if (found == document.MemberEnd() || !found->value.IsNumber()) return std::nullopt;
      return found->value.GetDouble();
    };
    if (const auto percent = number("percent")) status_.percent = *percent;
    if (const auto left = number("seconds_left")) {
      status_.seconds_left = static_cast<int64_t>(*left);
    }
    if (const auto rate = number("frame_rate")) status_.frame_rate = static_cast<int>(*rate);
    if (const auto down = number("steps_down")) status_.steps_down = static_cast<int>(*down);
  }

  const std::unique_ptr<ChildProcess> child_;
  ComposerStatus status_;
};

// What the program is told besides.
std::vector<std::string> OptionsFor(std::string_view file) {
  if (file == "720p.mp4") return {"--height", "720"};
  if (file == "1080p.mp4") return {"--height", "1080"};
  return {};
}

}  // namespace

std::expected<std::unique_ptr<ComposerLink>, std::string> ComposerProcesses::Launch(
    const std::filesystem::path& directory, std::string_view file) {
  std::vector<std::string> words = {directory.string(), (directory / file).string(), "--parent",
                                    std::to_string(getpid())};
  for (std::string& option : OptionsFor(file)) words.push_back(std::move(option));
  const auto key = RecordingKeyLine(directory);
  if (!key) return std::unexpected(key.error());
  auto child = ChildProcess::Start(program_, std::move(words), *key);
  if (!child) return std::unexpected(child.error());
  return std::make_unique<ComposerProcess>(*std::move(child));
}

}  // namespace parley
