#pragma once

// The real program on ports that the system chose, with a data directory that outlives it.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/client/web_client.h"

namespace parley::test {

class ServerProcess {
 public:
  ServerProcess();
  // Kills what still runs; removes the data directory.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Starts it with the text of a configuration file, and waits for what it prints; false when it
  // ended first.
  bool Start(const std::string& config = {});
  // Sends a signal and waits for the end; the exit code, or minus the signal that ended it.
  int End(int signal);

  uint16_t port() const { return port_; }
  uint16_t https_port() const { return https_port_; }
  const std::string& host_secret() const { return host_secret_; }
  pid_t pid() const { return pid_; }
  const std::filesystem::path& data() const { return data_; }

  // Memory that it holds now, in bytes; 0 when that cannot be read.
  size_t resident_bytes() const;
  // A counter of /metrics, over all its labels; 0 when there is none.
  double Metric(const std::string& name) const;

  // POST with a JSON body.
  HttpReply Post(const std::string& target, const std::string& body,
                 const std::string& token = {}) const;
  // The first line of what `parley ARGUMENTS` prints, on the same data.
  std::string Command(const std::string& arguments) const;
  // Redeems the host link.
  std::string HostToken() const;

 private:
  std::filesystem::path data_;
  pid_t pid_ = -1;
  uint16_t port_ = 0;
  uint16_t https_port_ = 0;
  std::string host_secret_;
};

}  // namespace parley::test
