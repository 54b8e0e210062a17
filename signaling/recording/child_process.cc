#include "signaling/recording/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace parley {
namespace {

// Of one line; a longer one is nothing that it says.
constexpr size_t kMostLine = 4096;
constexpr int kFirstFree = 3;

class Pipe {
 public:
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    CloseReader();
    CloseWriter();
  }
  bool Open() { return pipe2(ends_.data(), O_CLOEXEC) == 0; }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  int ReleaseReader() { return std::exchange(ends_[0], -1); }
  void CloseReader() { Close(ends_[0]); }
  void CloseWriter() { Close(ends_[1]); }

 private:
  static void Close(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
  std::array<int, 2> ends_ = {-1, -1};
};

}  // namespace

std::expected<std::unique_ptr<ChildProcess>, std::string> ChildProcess::Start(
    const std::filesystem::path& program, std::vector<std::string> arguments,
    std::string_view input) {
  Pipe told;
  Pipe says;
  if (!told.Open() || !says.Open()) {
    return std::unexpected(std::string("no pipe: ") + std::strerror(errno));
  }
  fcntl(says.reader(), F_SETFL, O_NONBLOCK);
  if (write(told.writer(), input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    return std::unexpected(std::string("no pipe: ") + std::strerror(errno));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, told.reader(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, says.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, kFirstFree);
  // The server blocks the signals that end it; a child shall hear them.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);

  arguments.insert(arguments.begin(), program.string());
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, program.c_str(), &actions, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return std::unexpected(program.string() + ": " + std::strerror(error));
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, says.ReleaseReader()));
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(output_);
}

std::optional<int> ChildProcess::ExitStatus() {
  int status = 0;
  if (pid_ > 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = 0;
    exit_status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  return exit_status_;
}

std::optional<std::string> ChildProcess::ReadLine() {
  std::array<char, 4096> bytes;
  size_t end = 0;
  while ((end = read_.find('\n')) == std::string::npos) {
    if (read_.size() > kMostLine) read_.clear();
    const ssize_t size = read(output_, bytes.data(), bytes.size());
    if (size <= 0) return std::nullopt;
    read_.append(bytes.data(), static_cast<size_t>(size));
  }
  std::string line = read_.substr(0, end);
  read_.erase(0, end + 1);
  return line;
}

void ChildProcess::Terminate() {
  if (pid_ > 0) kill(pid_, SIGTERM);
}

}  // namespace parley
