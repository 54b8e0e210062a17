// parley-push as the server starts it, against RTMP servers that are ffmpeg's: what arrives there,
// connections that break, and addresses that it does not speak to.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "recorder/compose/live_composer.h"
#include "tests/client/closed_port.h"
#include "tests/recorder/compose/test_recording.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::ClosedPort;
using ::testing::HasSubstr;
using ::testing::Not;

// A program whose standard output and error can be read, killed with the test.
class Program {
 public:
  Program(std::vector<std::string> words, const std::string& input = {}) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    EXPECT_EQ(pipe2(in.data(), O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(out.data(), O_CLOEXEC | O_NONBLOCK), 0);
    EXPECT_EQ(write(in[1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
    close(in[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, out[1], 2);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    EXPECT_EQ(posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    output_ = out[0];
  }
  ~Program() {
    Kill();
    close(output_);
  }
  void Kill() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  // All that it said so far.
  const std::string& Said() {
    std::array<char, 4096> bytes;
    for (ssize_t size = 0; (size = read(output_, bytes.data(), bytes.size())) > 0;) {
      said_.append(bytes.data(), static_cast<size_t>(size));
    }
    return said_;
  }
  bool Says(const std::string& text, seconds within = seconds(60)) {
    const auto until = Clock::now() + within;
    while (Said().find(text) == std::string::npos) {
      if (Clock::now() > until) return false;
      std::this_thread::sleep_for(milliseconds(50));
    }
    return true;
  }
  // -1: killed; -2: it still runs.
  int Ends(seconds within = seconds(60)) {
    int status = 0;
    const auto until = Clock::now() + within;
    while (waitpid(pid_, &status, WNOHANG) != pid_) {
      if (Clock::now() > until) return -2;
      std::this_thread::sleep_for(milliseconds(50));
    }
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  int output_ = -1;
  std::string said_;
};

// A meeting that is composed while the test runs.
class PusherTest : public ::testing::Test {
 protected:
  static constexpr Duration kLength = Duration::Seconds(300);

  PusherTest() : recording_("push"), output_(recording_.Output("segments")) {
    fs::create_directory(output_);
    recording_.SetUnderWay(true);
    recording_.Join(Duration::Zero(), "p1", "Ada");
    recording_.AddPictures("p1", "camera", Duration::Zero(), kLength,
                           {.width = 320, .height = 180, .frame_rate = 10});
  }
  ~PusherTest() override { EndMeeting(); }

  void BeginMeeting() {
    meeting_ = std::thread([this] {
      const auto composer =
          LiveComposer::Open(recording_.directory(), output_,
                             {.layout = LayoutKind::kGallery, .height = 360, .frame_rate = 10},
                             WallTime::UnixMicros(1'700'000'000'000'000 + LiveComposer::kDelayUs));
      ASSERT_TRUE(composer) << composer.error();
      const auto began = Clock::now();
      while (!over_) {
        const auto passed =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
        ASSERT_TRUE((*composer)->Step(Duration::Micros(passed.count())));
        std::this_thread::sleep_for(milliseconds(20));
      }
      ASSERT_TRUE((*composer)->Finish());
    });
  }
  void EndMeeting() {
    over_ = true;
    if (meeting_.joinable()) meeting_.join();
  }
  static std::string Url(const ClosedPort& port, const std::string& key = "key") {
    return "rtmp://127.0.0.1:" + std::to_string(port.number()) + "/live/" + key;
  }
  Program Push(const std::string& url, bool may_be_private = true) {
    return Program(
        {PARLEY_PUSH, output_.string()},
        "{\"url\":\"" + url + "\",\"private\":" + (may_be_private ? "true" : "false") + "}\n");
  }
  // An RTMP server that writes what it is sent into a file.
  Program Listen(const ClosedPort& port, const std::string& file) {
    return Program({"ffmpeg", "-v", "error", "-y", "-listen", "1", "-i", Url(port), "-c", "copy",
                    "-flush_packets", "1", "-f", "flv", recording_.Output(file).string()});
  }
  void AwaitPictures(const std::string& name) {
    const auto until = Clock::now() + seconds(60);
    while (NumbersIn(recording_.Output(name), 0, 0, 640, 360).size() < 100) {
      ASSERT_LT(Clock::now(), until) << name << " does not grow";
      std::this_thread::sleep_for(milliseconds(200));
    }
  }
  // Pictures that follow one another, ten a second.
  void ExpectPictures(const std::string& name) {
    const auto numbers = NumbersIn(recording_.Output(name), 0, 0, 640, 360);
    ASSERT_GE(numbers.size(), 30u) << name;
    for (size_t i = 5; i < numbers.size() - 3; ++i) {
      ASSERT_GE(numbers[i], 0) << name << " " << i;
      EXPECT_NEAR(numbers[i] - numbers[5], static_cast<double>(i - 5) / 3, 2) << name << " " << i;
    }
  }

  TestRecording recording_;
  const fs::path output_;
  std::atomic<bool> over_ = false;
  std::thread meeting_;
};

TEST_F(PusherTest, WhatIsComposedArrivesAtEachServer) {
  BeginMeeting();
  const ClosedPort first_port;
  const ClosedPort second_port;
  Program first = Listen(first_port, "first.flv");
  Program second = Listen(second_port, "second.flv");
  Program to_first = Push(Url(first_port));
  Program to_second = Push(Url(second_port));
  EXPECT_TRUE(to_first.Says("{\"live\":true,\"trouble\":\"\"")) << to_first.Said();
  EXPECT_TRUE(to_second.Says("{\"live\":true,\"trouble\":\"\"")) << to_second.Said();
  AwaitPictures("first.flv");
  AwaitPictures("second.flv");
  EndMeeting();
  EXPECT_EQ(to_first.Ends(), 0);
  EXPECT_EQ(to_second.Ends(), 0);
  EXPECT_EQ(first.Ends(), 0) << first.Said();
  EXPECT_EQ(second.Ends(), 0) << second.Said();
  ExpectPictures("first.flv");
  ExpectPictures("second.flv");
}

TEST_F(PusherTest, AServerThatIsKilledAndStartedAgainIsSentToAgain) {
  BeginMeeting();
  const ClosedPort port;
  Program push = Push(Url(port));
  EXPECT_TRUE(push.Says("\"trouble\":\"unreachable\"")) << push.Said();
  {
    Program server = Listen(port, "before.flv");
    EXPECT_TRUE(push.Says("{\"live\":true")) << push.Said();
  }
  EXPECT_TRUE(push.Says("\"trouble\":\"lost\"")) << push.Said();
  Program server = Listen(port, "after.flv");
  EXPECT_TRUE(push.Says("{\"live\":true,\"trouble\":\"\",\"bytes\"")) << push.Said();
  AwaitPictures("after.flv");
  EndMeeting();
  EXPECT_EQ(push.Ends(), 0);
  EXPECT_EQ(server.Ends(), 0) << server.Said();
  EXPECT_THAT(push.Said(), HasSubstr("\"reconnects\":1}"));
  ExpectPictures("after.flv");
}

TEST_F(PusherTest, SpeaksToNoNeighbourUnlessItMay) {
  BeginMeeting();
  const ClosedPort port;
  Program server = Listen(port, "never.flv");
  for (const char* host : {"127.0.0.1", "localhost", "[::1]"}) {
    Program push = Push(
        "rtmp://" + std::string(host) + ":" + std::to_string(port.number()) + "/live/key", false);
    EXPECT_EQ(push.Ends(), 1) << host;
    EXPECT_THAT(push.Said(), HasSubstr("\"trouble\":\"address_refused\"")) << host;
  }
  EXPECT_FALSE(fs::exists(recording_.Output("never.flv")));
}

TEST_F(PusherTest, SaysWhatIsWrongWithoutTellingTheKey) {
  BeginMeeting();
  Program unknown = Push("rtmp://nowhere.invalid/live/secret");
  EXPECT_TRUE(unknown.Says("\"trouble\":\"name_unknown\"")) << unknown.Said();
  EXPECT_THAT(unknown.Said(), Not(HasSubstr("secret")));
  Program nonsense = Push("http://example.org/secret");
  EXPECT_EQ(nonsense.Ends(), 1);
  EXPECT_THAT(nonsense.Said(), HasSubstr("standard input names no RTMP address"));
  EXPECT_THAT(nonsense.Said(), Not(HasSubstr("secret")));
  Program nothing({PARLEY_PUSH, output_.string()}, "hello\n");
  EXPECT_EQ(nothing.Ends(), 1);
  Program usage({PARLEY_PUSH});
  EXPECT_EQ(usage.Ends(), 2);
}

}  // namespace
}  // namespace parley::testing
