#include "signaling/net/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace parley {
namespace {

using ::testing::HasSubstr;

CommandLine Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "parley");
  return ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

class CommandLineTest : public ::testing::Test {
 protected:
  CommandLineTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    file_ = directory_ / "parley.toml";
  }
  ~CommandLineTest() override { std::filesystem::remove_all(directory_); }
  void Write(std::string_view text) { std::ofstream(file_) << text; }

  std::filesystem::path directory_;
  std::string file_;
};

TEST_F(CommandLineTest, FlagsGoBeforeTheFile) {
  Write("[http]\nport = 443\nlocal_port = 81\n[log]\nlevel = \"error\"\n");
  const CommandLine line =
      Parse({"--config", file_.c_str(), "--port", "444", "--workers", "3", "--data", "/tmp/x",
             "--public-address", "192.0.2.1", "--media-port", "5000", "--web", "/web"});
  ASSERT_FALSE(line.exit_code) << line.output;
  EXPECT_EQ(line.config.http.port, 444);
  EXPECT_EQ(line.config.http.local_port, 81);
  EXPECT_EQ(line.config.media.workers, 3);
  EXPECT_EQ(line.config.media.port, 5000);
  EXPECT_EQ(line.config.data_directory, "/tmp/x");
  EXPECT_EQ(line.config.http.public_address, "192.0.2.1");
  EXPECT_EQ(line.config.http.web, "/web");
  EXPECT_EQ(line.config.log_level, "error");
  EXPECT_FALSE(line.token);
}

TEST_F(CommandLineTest, AKeyHasANameAndScopes) {
  const CommandLine line =
      Parse({"key", "add", "crm-1", "--scope", "rooms", "--scope", "reports", "--data", "/tmp/x"});
  ASSERT_FALSE(line.exit_code) << line.output;
  ASSERT_TRUE(line.key);
  EXPECT_EQ(line.key->verb, KeyCommand::Verb::kAdd);
  EXPECT_EQ(line.key->name, "crm-1");
  EXPECT_EQ(line.key->scopes, (std::vector<std::string>{"rooms", "reports"}));
  EXPECT_EQ(line.config.data_directory, "/tmp/x");
  EXPECT_TRUE(Parse({"key", "list"}).key);
  EXPECT_TRUE(Parse({"key", "remove", "crm-1"}).key);

  EXPECT_THAT(Parse({"key", "add", "crm-1"}).output, HasSubstr("needs --scope"));
  EXPECT_THAT(Parse({"key", "add", "--scope", "rooms"}).output, HasSubstr("NAME is \"\""));
  EXPECT_THAT(Parse({"key", "remove", "A B"}).output, HasSubstr("NAME is \"A B\""));
  EXPECT_THAT(Parse({"key", "list", "crm-1"}).output, HasSubstr("has no NAME"));
  EXPECT_THAT(Parse({"key", "remove", "crm-1", "--scope", "rooms"}).output,
              HasSubstr("only key add"));
  EXPECT_THAT(Parse({"key", "add", "crm-1", "--scope", "all"}).output, HasSubstr("all"));
  EXPECT_EQ(Parse({"key", "make", "crm-1"}).exit_code, 2);
}

TEST_F(CommandLineTest, ACaptureIsBoundedAndOfARoom) {
  const CommandLine line = Parse({"debug", "pcap", "swift-otter-42", "--seconds", "5",
                                  "--local-port", "81", "--data", "/tmp/x"});
  ASSERT_FALSE(line.exit_code) << line.output;
  ASSERT_TRUE(line.debug);
  EXPECT_EQ(line.debug->room, "swift-otter-42");
  EXPECT_EQ(line.debug->time, Duration::Seconds(5));
  EXPECT_EQ(line.debug->megabytes, 64);
  EXPECT_EQ(line.config.http.local_port, 81);
  EXPECT_EQ(line.config.data_directory, "/tmp/x");
  EXPECT_EQ(Parse({"debug"}).exit_code, 2);
  EXPECT_EQ(Parse({"debug", "dump", "swift-otter-42"}).exit_code, 2);
  EXPECT_EQ(Parse({"debug", "pcap", "swift-otter-42", "--seconds", "601"}).exit_code, 2);
  EXPECT_EQ(Parse({"debug", "pcap", "swift-otter-42", "--megabytes", "0"}).exit_code, 2);
  const CommandLine odd = Parse({"debug", "pcap", "../etc"});
  EXPECT_EQ(odd.exit_code, 2);
  EXPECT_THAT(odd.output, HasSubstr("allowed is a room's name"));
}

TEST_F(CommandLineTest, DataHasAPlaceOfItsOwn) {
  setenv("XDG_DATA_HOME", "/srv/data", 1);
  EXPECT_EQ(Parse({}).config.data_directory, "/srv/data/parley");
  unsetenv("XDG_DATA_HOME");
  setenv("HOME", "/home/ada", 1);
  EXPECT_EQ(Parse({}).config.data_directory, "/home/ada/.local/share/parley");
  EXPECT_EQ(Parse({"--data", "d"}).config.data_directory, "d");
}

TEST_F(CommandLineTest, HelpAndVersionExplain) {
  const CommandLine help = Parse({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* flag : {"--port", "--local-port", "--media-port", "--workers", "--data",
                           "--config", "--public-address", "--web", "--log-level", "token"}) {
    EXPECT_THAT(help.output, HasSubstr(flag));
  }
  EXPECT_EQ(Parse({"--version"}).exit_code, 0);
  EXPECT_THAT(Parse({"--version"}).output, HasSubstr("parley 0."));
}

TEST_F(CommandLineTest, MistakesEndWithTwo) {
  for (const std::vector<const char*>& arguments :
       {std::vector<const char*>{"--bogus"},
        {"--port", "70000"},
        {"--port", "x"},
        {"--workers", "65"},
        {"--log-level", "loud"},
        {"token"},
        {"token", "--room"},
        {"token", "--room", "Weekly Meeting"},
        {"token", "--room", "weekly", "--role", "king"},
        {"token", "--room", "weekly", "--ttl", "1y"},
        {"token", "--room", "weekly", "--ttl", "0s"},
        {"token", "--room", "weekly", "--ttl", "9999999999d"},
        {"--config", "/does/not/exist"}}) {
    const CommandLine line = Parse(arguments);
    EXPECT_EQ(line.exit_code, 2) << arguments.back();
    EXPECT_FALSE(line.output.empty());
  }
}

TEST_F(CommandLineTest, AMistakeIsAnsweredWithWhatIsAllowed) {
  EXPECT_THAT(Parse({"--port", "x"}).output, HasSubstr("range 0 to 65535"));
  EXPECT_THAT(Parse({"--media-port", "70000"}).output, HasSubstr("range 0 to 65535"));
  EXPECT_THAT(Parse({"--workers", "many"}).output, HasSubstr("range 0 to 64"));
  EXPECT_THAT(Parse({"token", "--room", "Weekly Meeting"}).output, HasSubstr("3 to 64 of a-z"));
  EXPECT_THAT(Parse({"token", "--room", "r", "--role", "king"}).output, HasSubstr("panelist"));
  EXPECT_EQ(Parse({"token", "--room", "*"}).token->room, "*");
}

TEST_F(CommandLineTest, ABadFileIsNamedWithItsLine) {
  Write("[http]\nprot = 443\n");
  const CommandLine line = Parse({"--config", file_.c_str()});
  EXPECT_EQ(line.exit_code, 2);
  EXPECT_EQ(line.output,
            "parley: " + file_ + ":2: unknown key \"http.prot\"; did you mean \"http.port\"?\n");
}

TEST_F(CommandLineTest, RecordingsAreListedVerifiedAndRepaired) {
  const CommandLine line = Parse({"recording", "verify", "rabc", "--data", "/tmp/x"});
  ASSERT_FALSE(line.exit_code) << line.output;
  ASSERT_TRUE(line.recording);
  EXPECT_EQ(line.recording->verb, RecordingCommand::Verb::kVerify);
  EXPECT_EQ(line.recording->id, "rabc");
  EXPECT_EQ(line.config.data_directory, "/tmp/x");
  EXPECT_EQ(Parse({"recording", "list"}).recording->id, "");
  EXPECT_EQ(Parse({"recording", "erase"}).exit_code, 2);
  EXPECT_EQ(Parse({"recording"}).exit_code, 2);
  EXPECT_THAT(Parse({"recording", "verify", "rabc", "x.mp4"}).output,
              HasSubstr("\"x.mp4\" is one word too many"));
}

TEST_F(CommandLineTest, ARecordingIsComposed) {
  const auto composed = Parse({"recording", "compose", "rabc", "x.mp4", "--height", "1080"});
  ASSERT_TRUE(composed.recording) << composed.output;
  EXPECT_EQ(composed.recording->verb, RecordingCommand::Verb::kCompose);
  EXPECT_EQ(composed.recording->id, "rabc");
  EXPECT_EQ(composed.recording->output, "x.mp4");
  EXPECT_EQ(composed.recording->height, 1080);
  EXPECT_THAT(Parse({"recording", "compose", "rabc"}).output, HasSubstr("needs ID and OUTPUT"));
  EXPECT_EQ(Parse({"recording", "compose", "rabc", "x.mp4", "--height", "721"}).exit_code, 2);
}

TEST_F(CommandLineTest, ABackupHasAName) {
  const auto backup = Parse({"backup", "parley-1.db", "--data", "/tmp/x"});
  ASSERT_TRUE(backup.backup) << backup.output;
  EXPECT_EQ(*backup.backup, "parley-1.db");
  EXPECT_EQ(backup.config.data_directory, "/tmp/x");
  EXPECT_EQ(Parse({"backup"}).exit_code, 2);
  EXPECT_FALSE(Parse({"token", "--room", "weekly"}).backup);
}

TEST_F(CommandLineTest, ATokenIsDescribed) {
  const CommandLine line = Parse({"token", "--room", "weekly", "--role", "host", "--name", "Ada",
                                  "--ttl", "7d", "--data", "d"});
  ASSERT_TRUE(line.token) << line.output;
  EXPECT_EQ(line.token->room, "weekly");
  EXPECT_EQ(line.token->role, Role::kHost);
  EXPECT_EQ(line.token->name, "Ada");
  EXPECT_EQ(line.token->life, Duration::Seconds(7 * 86'400));
  EXPECT_EQ(line.config.data_directory, "d");
  EXPECT_EQ(Parse({"token", "--room", "weekly"}).token->life, Duration::Seconds(86'400));
  EXPECT_FALSE(line.token->recordings);
  EXPECT_TRUE(Parse({"token", "--room", "weekly", "--recordings"}).token->recordings);
}

}  // namespace
}  // namespace parley
