#include "signaling/recording/composer_process.h"

#include <fcntl.h>
#include <rapidjson/document.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace parley {
namespace {

constexpr std::string_view kErrorPrefix = "parley-compose: ";
// Of one line; a longer one is nothing that it says.
constexpr size_t kMostLine = 4096;
constexpr int kFirstFree = 3;

class ComposerProcess final : public ComposerLink {
 public:
  ComposerProcess(pid_t pid, int output) : pid_(pid), output_(output) {}
  ~ComposerProcess() override {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(output_);
  }
  ComposerProcess(const ComposerProcess&) = delete;
  ComposerProcess& operator=(const ComposerProcess&) = delete;

  ComposerStatus Poll() override {
    int status = 0;
    // Asked first: what it said before it ended is in the pipe then.
    const bool ended = pid_ > 0 && waitpid(pid_, &status, WNOHANG) == pid_;
    ReadOutput();
    if (!ended) return status_;
    pid_ = 0;
    using enum ComposerStatus::State;
    status_.state = kDied;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) status_.state = kDone;
    if (WIFEXITED(status) && !status_.error.empty()) status_.state = kFailed;
    return status_;
  }

 private:
  void ReadOutput() {
    std::array<char, 4096> bytes;
    for (ssize_t size = 0; (size = read(output_, bytes.data(), bytes.size())) > 0;) {
      line_.append(bytes.data(), static_cast<size_t>(size));
      size_t end = 0;
      while ((end = line_.find('\n')) != std::string::npos) {
        HandleLine(std::string_view(line_).substr(0, end));
        line_.erase(0, end + 1);
      }
      if (line_.size() > kMostLine) line_.clear();
    }
  }

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
  }

  pid_t pid_;  // 0: it has ended
  const int output_;
  std::string line_;  // that is not whole yet
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
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(std::string("no pipe: ") + std::strerror(errno));
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, kFirstFree);
  // The server blocks the signals that end it; a composer shall hear them.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);

  std::vector<std::string> words = {program_.string(), directory.string(),
                                    (directory / file).string(), "--parent",
                                    std::to_string(getpid())};
  for (std::string& option : OptionsFor(file)) words.push_back(std::move(option));
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, program_.c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return std::unexpected(program_.string() + ": " + std::strerror(error));
  }
  return std::make_unique<ComposerProcess>(pid, ends[0]);
}

}  // namespace parley
