#include "tests/integration/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/client/json_text.h"

namespace parley::test {
namespace {

// The number after `before` in a text; 0 when it is not there.
uint16_t PortAfter(const std::string& text, const std::string& before) {
  const size_t at = text.find(before);
  return at == std::string::npos
             ? uint16_t{0}
             : static_cast<uint16_t>(std::strtoul(text.c_str() + at + before.size(), nullptr, 10));
}

}  // namespace

ServerProcess::ServerProcess() {
  std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
  data_ = mkdtemp(pattern.data());
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) End(SIGKILL);
  std::filesystem::remove_all(data_);
}

bool ServerProcess::Start(const std::string& config) {
  const std::string file = (data_ / "parley.toml").string();
  std::ofstream(file) << config;
  const std::string data = data_.string();
  const char* other = std::getenv("PARLEY_BINARY");
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) return false;
  pid_ = fork();
  if (pid_ == 0) {
    // The test may have threads: nothing is allocated here.
    dup2(out[1], STDOUT_FILENO);
    execl(other ? other : PARLEY_BINARY, "parley", "--port", "0", "--local-port", "0",
          "--media-port", "0", "--workers", "2", "--log-level", "warning", "--data", data.c_str(),
          "--config", file.c_str(), nullptr);
    _exit(127);
  }
  close(out[1]);
  std::string text;
  for (pollfd wait{out[0], POLLIN, 0}; text.find("Ctrl-C") == std::string::npos;) {
    char buffer[1024];
    if (poll(&wait, 1, 60'000) <= 0) break;
    const ssize_t n = read(out[0], buffer, sizeof buffer);
    if (n <= 0) break;
    text.append(buffer, static_cast<size_t>(n));
  }
  // The pipe's reading end stays open in this process until it ends: the server may print.
  port_ = PortAfter(text, "http://localhost:");
  https_port_ = PortAfter(text, "https://localhost:");
  const size_t secret = text.find("#host=");
  if (secret == std::string::npos) return false;
  host_secret_ = text.substr(secret + 6, text.find('\n', secret) - secret - 6);
  return true;
}

int ServerProcess::End(int signal) {
  kill(pid_, signal);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

size_t ServerProcess::resident_bytes() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  size_t all = 0, resident = 0;
  statm >> all >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

double ServerProcess::Metric(const std::string& name) const {
  std::istringstream lines(Fetch(port_, {.target = "/metrics"}).body);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name) || line.find_first_of(" {") != name.size()) continue;
    sum += std::strtod(line.c_str() + line.rfind(' '), nullptr);
  }
  return sum;
}

HttpReply ServerProcess::Post(const std::string& target, const std::string& body,
                              const std::string& token) const {
  HttpCall call{.method = "POST", .target = target, .body = body};
  if (!token.empty()) call.headers = {{"Authorization", "Bearer " + token}};
  return Fetch(port_, call);
}

std::string ServerProcess::Command(const std::string& arguments) const {
  FILE* pipe =
      popen((PARLEY_BINARY " " + arguments + " --data '" + data_.string() + "'").c_str(), "r");
  if (!pipe) return {};
  std::array<char, 2048> line;
  const char* text = std::fgets(line.data(), line.size(), pipe);
  pclose(pipe);
  std::string first(text ? text : "");
  if (first.ends_with('\n')) first.pop_back();
  return first;
}

std::string ServerProcess::HostToken() const {
  return JsonText(Post("/api/v1/host-links/redeem", R"({"link":")" + host_secret_ + R"("})").body,
                  "token");
}

}  // namespace parley::test
