// The real recorder, as the server starts it.

#include "signaling/recording/recorder_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "recorder/library/recording_state.h"

namespace parley::test {
namespace {

std::string Message(FeedMessage type, std::string_view json) {
  const FeedHeader header = WriteFeedHeader(type, {}, Timestamp::Seconds(1));
  return std::string(header.begin(), header.end()) + std::string(json);
}

class RecorderProcessTest : public ::testing::Test {
 protected:
  RecorderProcessTest() {
    directory_ =
        std::filesystem::temp_directory_path() / ("parley-process-" + std::to_string(getpid()));
    std::filesystem::create_directories(directory_);
  }
  ~RecorderProcessTest() override { std::filesystem::remove_all(directory_); }

  static bool Ends(RecorderLink& link) {
    for (int i = 0; i < 3000; ++i) {
      if (link.HasEnded()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  std::string State() const {
    const auto state = RecordingState::Load(directory_);
    return state ? state->state : "";
  }

  RecorderProcesses recorders_{PARLEY_RECORDER};
  std::filesystem::path directory_;
};

constexpr const char* kBegin =
    R"({"type":"begin","id":"rx","room":"weekly","title":"","wall_us":1763885000000000})";

TEST_F(RecorderProcessTest, WritesAndEndsWhenItIsTold) {
  auto link = recorders_.Launch(directory_, 2);
  ASSERT_TRUE(link) << link.error();
  const auto feeds = (*link)->TakeFeeds();
  ASSERT_EQ(feeds.size(), 2u);
  EXPECT_TRUE((*link)->Send(Message(FeedMessage::kEvent, kBegin)));
  EXPECT_TRUE((*link)->Send(Message(FeedMessage::kEnd, {})));
  EXPECT_TRUE(Ends(**link));
  EXPECT_EQ(State(), "finished");
  for (const int feed : feeds) close(feed);
}

TEST_F(RecorderProcessTest, EndsWithItsServerAndLeavesTheRecordingOpen) {
  auto link = recorders_.Launch(directory_, 1);
  ASSERT_TRUE(link) << link.error();
  const int feed = (*link)->TakeFeeds()[0];
  EXPECT_TRUE((*link)->Send(Message(FeedMessage::kEvent, kBegin)));
  link->reset();
  // The recorder's end of it is closed when the recorder is gone.
  char byte = 0;
  EXPECT_EQ(recv(feed, &byte, 1, 0), 0);
  EXPECT_EQ(State(), "recording");
  close(feed);
}

TEST_F(RecorderProcessTest, KilledItHasEnded) {
  auto link = recorders_.Launch(directory_, 1);
  ASSERT_TRUE(link) << link.error();
  EXPECT_FALSE((*link)->HasEnded());
  (*link)->Kill();
  EXPECT_TRUE(Ends(**link));
  EXPECT_FALSE((*link)->Send(Message(FeedMessage::kEnd, {})));
  for (const int feed : (*link)->TakeFeeds()) close(feed);
}

// A port that another library left open in a recorder would stay taken after the server's end.
TEST_F(RecorderProcessTest, InheritsNothingElse) {
  const int leak = open("/dev/zero", O_RDONLY);  // not close-on-exec
  auto link = recorders_.Launch(directory_, 1);
  ASSERT_TRUE(link) << link.error();
  EXPECT_TRUE((*link)->Send(Message(FeedMessage::kEvent, kBegin)));
  for (int i = 0; i < 3000 && State().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_EQ(State(), "recording");
  bool seen = false;
  bool inherited = false;
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    std::error_code error;
    const auto program = std::filesystem::read_symlink(process.path() / "exe", error);
    if (error || program != std::filesystem::path(PARLEY_RECORDER)) continue;
    for (const auto& descriptor :
         std::filesystem::directory_iterator(process.path() / "fd", error)) {
      seen = true;
      inherited |= std::filesystem::read_symlink(descriptor.path(), error) == "/dev/zero";
    }
  }
  EXPECT_TRUE(seen);
  EXPECT_FALSE(inherited);
  close(leak);
  // One that still writes would take part in the end of its directory.
  (*link)->Kill();
  EXPECT_TRUE(Ends(**link));
  for (const int feed : (*link)->TakeFeeds()) close(feed);
}

TEST_F(RecorderProcessTest, AProgramThatIsMissingIsSaid) {
  RecorderProcesses none("/nowhere/parley-recorder");
  const auto link = none.Launch(directory_, 1);
  ASSERT_FALSE(link);
  EXPECT_NE(link.error().find("/nowhere/parley-recorder"), std::string::npos);
}

}  // namespace
}  // namespace parley::test
