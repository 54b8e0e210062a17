#pragma once

// A program of ours that runs beside the server and tells how far it is by lines on its standard
// output and error. It inherits those and what it is told on standard input, nothing else, and ends
// with the thread that started it, when it is told --parent. Nothing here blocks but its end. One
// thread.

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

class ChildProcess {
 public:
  // Of what it is told, in bytes; a pipe holds it.
  static constexpr size_t kMostInput = 4096;

  // `arguments` without the program's name. A sentence when it cannot start.
  static std::expected<std::unique_ptr<ChildProcess>, std::string> Start(
      const std::filesystem::path& program, std::vector<std::string> arguments,
      std::string_view input = {});
  // Ends it when it still runs, and waits for that.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // What it said before it ended can be read when this says that it has. Its exit status, or
  // nothing while it runs; -1 when it was killed.
  std::optional<int> ExitStatus();
  // The next whole line; nothing when there is none yet.
  std::optional<std::string> ReadLine();
  void Terminate();
  pid_t pid() const { return pid_; }

 private:
  ChildProcess(pid_t pid, int output) : pid_(pid), output_(output) {}

  pid_t pid_;  // 0: it has ended
  const int output_;
  std::optional<int> exit_status_;
  std::string read_;  // and not taken yet
};

}  // namespace parley
