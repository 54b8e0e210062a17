// The recorder as the server starts it: a process with sockets, killed in the middle of its work.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>
#include <thread>
#include <utility>

#include "recorder/library/manifest.h"
#include "recorder/library/repair.h"
#include "tests/recorder/write/meeting.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

Timestamp SteadyNow() {
  using namespace std::chrono;
  return Timestamp::Micros(
      duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count());
}

class Process {
 public:
  explicit Process(const fs::path& directory) {
    std::array<int, 2> control{};
    std::array<int, 2> feed{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control.data()), 0);
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, feed.data()), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // Above both targets first: dup2 onto itself would leave close-on-exec set.
    const int theirs = fcntl(control[1], F_DUPFD_CLOEXEC, 100);
    const int theirs_too = fcntl(feed[1], F_DUPFD_CLOEXEC, 100);
    posix_spawn_file_actions_adddup2(&actions, theirs, 3);
    posix_spawn_file_actions_adddup2(&actions, theirs_too, 4);
    std::string program = PARLEY_RECORDER;
    std::string where = directory.string();
    std::string feeds = "1";
    std::array<char*, 4> arguments = {program.data(), where.data(), feeds.data(), nullptr};
    EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    for (const int fd : {control[1], feed[1], theirs, theirs_too}) close(fd);
    control_ = control[0];
    feed_ = feed[0];
  }
  ~Process() {
    Leave();
    if (pid_ > 0) Kill();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void Send(const FeedPacket& packet) {
    const int socket = packet.ssrc == Ssrc() ? control_ : feed_;
    EXPECT_EQ(send(socket, packet.message.data(), packet.message.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(packet.message.size()));
  }
  // Waits until the process has read what it was sent, however busy the machine is.
  void WaitUntilRead() const {
    for (const int socket : {control_, feed_}) {
      int unread = 1;
      while (ioctl(socket, SIOCOUTQ, &unread) == 0 && unread > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
  }
  // Reads nothing meanwhile.
  void Stop() const { kill(pid_, SIGSTOP); }
  void Continue() const { kill(pid_, SIGCONT); }
  // As a server that is gone.
  void Leave() {
    for (int* socket : {&control_, &feed_}) {
      if (*socket >= 0) close(std::exchange(*socket, -1));
    }
  }
  void Kill() {
    kill(pid_, SIGKILL);
    Wait();
  }
  int Wait() {
    int status = -1;
    waitpid(std::exchange(pid_, 0), &status, 0);
    return status;
  }

 private:
  pid_t pid_ = 0;
  int control_ = -1;
  int feed_ = -1;
};

class ProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::temp_directory_path() / ("parley-recorder-" + std::to_string(getpid()));
    fs::remove_all(directory_);
    fs::create_directories(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }

  // In real time, until `stop`.
  static void Play(Process& process, const std::vector<FeedPacket>& packets, Timestamp stop) {
    for (const FeedPacket& packet : packets) {
      if (packet.at > stop) break;
      const Duration wait = packet.at - SteadyNow();
      if (wait > Duration::Zero())
        std::this_thread::sleep_for(std::chrono::microseconds(wait.us()));
      process.Send(packet);
    }
  }
  static MeetingOptions FromNow(Duration length) {
    return {.length = length, .start = SteadyNow() + Duration::Millis(20)};
  }

  fs::path directory_;
};

TEST_F(ProcessTest, EndsWhenToldAndLeavesAWholeRecording) {
  Process process(directory_);
  const auto options = FromNow(Duration::Seconds(2));
  Play(process, MakeMeeting(options), Timestamp::Never());
  process.WaitUntilRead();
  process.Send({MakeMessage(FeedMessage::kEnd, {}, SteadyNow()), {}, {}});
  EXPECT_EQ(process.Wait(), 0);
  EXPECT_THAT(VerifyRecording(directory_), IsEmpty());
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->tracks.size(), 2u);
}

// The end comes over another socket than sound and pictures.
TEST_F(ProcessTest, WhatCameBeforeTheEndIsStoredHoweverBusyItWas) {
  Process process(directory_);
  const auto options = FromNow(Duration::Seconds(2));
  const auto packets = MakeMeeting(options);
  const Timestamp late = options.start + Duration::Millis(1700);
  Play(process, packets, late);
  process.WaitUntilRead();
  process.Stop();
  for (const FeedPacket& packet : packets) {
    if (packet.at > late) process.Send(packet);
  }
  process.Send({MakeMessage(FeedMessage::kEnd, {}, options.start + options.length), {}, {}});
  process.Continue();
  EXPECT_EQ(process.Wait(), 0);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->tracks.size(), 2u);
  for (const RecordedTrack& track : manifest->tracks) {
    EXPECT_NEAR(static_cast<double>(track.end_us), 2e6, 5e4) << track.kind;
  }
}

TEST_F(ProcessTest, WithoutTheServerItCompletesWhatItHas) {
  Process process(directory_);
  const auto options = FromNow(Duration::Seconds(1));
  Play(process, MakeMeeting(options), Timestamp::Never());
  process.Leave();
  EXPECT_EQ(process.Wait(), 0);
  const auto manifest = ReadRecording(directory_);
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->tracks.size(), 2u);
  for (const RecordedTrack& track : manifest->tracks) {
    EXPECT_EQ(FileFaults((directory_ / track.file).string()), "");
    EXPECT_NEAR(static_cast<double>(track.end_us), 1e6, 1e5) << "all that it was sent";
  }
  ASSERT_TRUE(RepairRecording(directory_));
  EXPECT_THAT(VerifyRecording(directory_), IsEmpty());
}

// The moments come from a seed; what was lost is printed.
TEST_F(ProcessTest, KilledAtAnyMomentItLosesLittleAndPlays) {
  std::mt19937 random(11);
  double worst = 0;
  for (int round = 0; round < 8; ++round) {
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    const auto options = FromNow(Duration::Seconds(4));
    const auto packets = MakeMeeting(options);
    const Duration lived = Duration::Millis(900 + static_cast<int64_t>(random() % 1500));
    {
      Process process(directory_);
      Play(process, packets, options.start + lived);
      process.WaitUntilRead();
      process.Kill();
    }
    ASSERT_TRUE(RepairRecording(directory_));
    EXPECT_THAT(VerifyRecording(directory_), IsEmpty());
    const auto manifest = ReadRecording(directory_);
    ASSERT_TRUE(manifest);
    ASSERT_EQ(manifest->tracks.size(), 2u);
    for (const RecordedTrack& track : manifest->tracks) {
      EXPECT_EQ(FileFaults((directory_ / track.file).string()), "");
      worst = std::max(worst, lived.seconds() - static_cast<double>(track.end_us) / 1e6);
    }
  }
  std::printf("killed 8 times: at most %.3f s lost\n", worst);
}

}  // namespace
}  // namespace parley::testing
