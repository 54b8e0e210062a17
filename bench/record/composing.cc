#include "bench/record/composing.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "sfu/base/check.h"

namespace parley::bench {
namespace {

namespace fs = std::filesystem;

// Ends with this process.
pid_t Start(const fs::path& recording, const fs::path& output) {
  const std::string parent = std::to_string(getpid());
  const pid_t child = fork();
  PARLEY_CHECK(child >= 0);
  if (child != 0) return child;
  const int nothing = open("/dev/null", O_WRONLY);
  dup2(nothing, STDOUT_FILENO);
  execl(PARLEY_COMPOSE, PARLEY_COMPOSE, recording.c_str(), output.c_str(), "--parent",
        parent.c_str(), nullptr);
  _exit(127);
}

}  // namespace

Composing::Composing(const fs::path& recording, const fs::path& output) {
  const pid_t parent = getpid();
  loop_ = fork();
  PARLEY_CHECK(loop_ >= 0);
  if (loop_ == 0) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(0);
    while (true) {
      int status = 0;
      const pid_t composer = Start(recording, output);
      if (waitpid(composer, &status, 0) != composer || status != 0) _exit(1);
    }
  }
  const fs::path part = output.string() + ".part";
  while (!fs::exists(part)) {
    PARLEY_CHECK(waitpid(loop_, nullptr, WNOHANG) == 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Composing::~Composing() {
  kill(loop_, SIGKILL);
  waitpid(loop_, nullptr, 0);
}

}  // namespace parley::bench
