// What a newcomer is told when the program cannot start, and how it ends.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "sfu/worker/sockaddr.h"
#include "tests/client/json_text.h"
#include "tests/integration/server_process.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  int code = -1;
  std::string output;  // both streams
};

// Arguments as a shell takes them. A program that starts after all is ended, with code 124.
Outcome Parley(const std::string& arguments) {
  const std::string command =
      "RES_OPTIONS='timeout:1 attempts:1' timeout 30 " PARLEY_BINARY " " + arguments + " 2>&1";
  Outcome run;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return run;
  std::array<char, 512> buffer;
  while (const size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) {
    run.output.append(buffer.data(), n);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) run.code = WEXITSTATUS(status);
  return run;
}

// A TCP port of loopback that somebody else has.
class TakenPort {
 public:
  TakenPort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in6 raw;
    socklen_t size = ToSockaddr(SocketAddress::V4({127, 0, 0, 1}, 0), raw);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&raw), size) != 0 || listen(fd_, 1) != 0) return;
    size = sizeof raw;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&raw), &size);
    port_ = FromSockaddr(raw).port();
  }
  ~TakenPort() { close(fd_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  std::string port() const { return std::to_string(port_); }

 private:
  int fd_;
  uint16_t port_ = 0;
};

class StartUpTest : public ::testing::Test {
 protected:
  StartUpTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~StartUpTest() override { std::filesystem::remove_all(directory_); }

  // With every port chosen by the system but those named in `arguments`.
  Outcome Start(const std::string& arguments) {
    std::string all = "--data " + (directory_ / "data").string() + " --workers 1 " + arguments;
    for (const char* flag : {"--port ", "--local-port ", "--media-port "}) {
      if ((" " + arguments).find(std::string(" ") + flag) == std::string::npos) {
        all += std::string(" ") + flag + "0";
      }
    }
    return Parley(all);
  }

  std::filesystem::path directory_;
};

TEST_F(StartUpTest, AKeyOfRecordingsThatIsMissingOrNoneIsSaidAndNotShown) {
  const auto key = directory_ / "recording.key";
  std::ofstream(directory_ / "parley.toml")
      << "[recording]\nencryption_key_file = \"" << key.string() << "\"\n";
  const std::string config = "--config " + (directory_ / "parley.toml").string();
  auto run = Start(config);
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("parley: recording.encryption_key_file: cannot read " +
                                    key.string() + ": No such file or directory\n"));
  std::ofstream(key) << "hunter2\n";
  run = Start(config);
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("recording.key: line 1 is no key: a key is 32 bytes, as 64"));
  EXPECT_EQ(run.output.find("hunter2"), std::string::npos);
}

TEST_F(StartUpTest, APortInUseIsNamedWithTheFlagThatChoosesAnother) {
  const TakenPort taken;
  for (const std::string flag : {"--port", "--local-port", "--media-port"}) {
    const Outcome run = Start(flag + " " + taken.port());
    EXPECT_EQ(run.code, 1) << flag;
    EXPECT_THAT(run.output, HasSubstr(taken.port()));
    EXPECT_THAT(run.output, HasSubstr("in use"));
    EXPECT_THAT(run.output, HasSubstr("another port with " + flag));
  }
}

TEST_F(StartUpTest, AnUnusableDataDirectoryIsNamed) {
  const std::filesystem::path file = directory_ / "file";
  std::ofstream(file) << "not a directory";
  const Outcome run = Parley("--data " + (file / "data").string());
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("cannot make " + (file / "data").string()));
  EXPECT_THAT(run.output, HasSubstr("with --data"));
  // A database that cannot be opened: a directory stands in its place.
  std::filesystem::create_directories(directory_ / "data" / "parley.db");
  const Outcome blocked = Start("");
  EXPECT_EQ(blocked.code, 1);
  EXPECT_THAT(blocked.output, HasSubstr("cannot open"));
  EXPECT_THAT(blocked.output, HasSubstr("with --data"));
}

TEST_F(StartUpTest, ABadConfigurationNamesFileLineKeyAndWhatIsAllowed) {
  const std::string file = (directory_ / "parley.toml").string();
  std::ofstream(file) << "[limits]\nrooms = 5\njson_depth = 1000\n";
  const Outcome run = Start("--config " + file);
  EXPECT_EQ(run.code, 2);
  EXPECT_EQ(run.output, "parley: " + file +
                            ":3: limits.json_depth is 1000; allowed is an integer from 8 to 64\n");
}

TEST_F(StartUpTest, AnUnknownPublicAddressIsRefused) {
  const Outcome run = Start("--public-address 'not a name'");
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("--public-address 192.0.2.1"));
}

TEST_F(StartUpTest, ATokenNeedsARoomsName) {
  const std::string data = " --data " + (directory_ / "data").string();
  EXPECT_EQ(Parley("token" + data).code, 2);
  const Outcome bad = Parley("token --room 'Weekly Meeting'" + data);
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.output, HasSubstr("3 to 64 of a-z"));
  const Outcome good = Parley("token --room weekly" + data);
  EXPECT_EQ(good.code, 0);
  EXPECT_THAT(good.output, StartsWith("eyJ"));
}

TEST_F(StartUpTest, CtrlCEndsItCleanlyAndTheNextStartFindsTheRooms) {
  ServerProcess server;
  ASSERT_TRUE(server.Start());
  const std::string token = server.HostToken();
  const std::string name =
      JsonText(server.Post("/api/v1/rooms", R"({"title":"Weekly"})", token).body, "name");
  ASSERT_FALSE(name.empty());
  EXPECT_EQ(server.End(SIGINT), 0);
  ASSERT_TRUE(server.Start());
  const auto rooms = [&] {
    return Fetch(server.port(),
                 {.target = "/api/v1/rooms", .headers = {{"Authorization", "Bearer " + token}}})
        .body;
  };
  EXPECT_THAT(rooms(), HasSubstr(name));
  EXPECT_EQ(server.End(SIGKILL), -SIGKILL);
  ASSERT_TRUE(server.Start());
  EXPECT_THAT(rooms(), HasSubstr(name));
}

}  // namespace
}  // namespace parley::test
