// The real composer, as the server starts it.

#include "signaling/recording/composer_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "signaling/recording/composition_queue.h"
#include "signaling/recording/recorder_process.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using State = ComposerStatus::State;

class ComposerProcessTest : public ::testing::Test {
 protected:
  ComposerProcessTest() {
    directory_ = fs::temp_directory_path() / ("parley-composer-" + std::to_string(getpid()));
    fs::create_directories(directory_ / kId);
    Record();
  }
  ~ComposerProcessTest() override { fs::remove_all(directory_); }

  // Ten minutes in which nobody comes, written by the real recorder.
  void Record() const {
    RecorderProcesses recorders(PARLEY_RECORDER);
    auto link = recorders.Launch(directory_ / kId, 1);
    ASSERT_TRUE(link) << link.error();
    const auto feeds = (*link)->TakeFeeds();
    const auto send = [&](FeedMessage type, Timestamp at, std::string_view json) {
      const FeedHeader header = WriteFeedHeader(type, {}, at);
      ASSERT_TRUE((*link)->Send(std::string(header.begin(), header.end()) + std::string(json)));
    };
    send(
        FeedMessage::kEvent, Timestamp::Seconds(1),
        R"({"type":"begin","id":"raaaaaaaaaaaaaaaa","room":"weekly","title":"","wall_us":1763885000000000})");
    send(FeedMessage::kEvent, Timestamp::Seconds(601), R"({"type":"speaker"})");
    send(FeedMessage::kEnd, Timestamp::Seconds(601), {});
    for (int i = 0; i < 3000 && !(*link)->HasEnded(); ++i) Sleep();
    for (const int feed : feeds) close(feed);
  }
  static void Sleep() { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }
  static ComposerStatus Follow(ComposerLink& link) {
    ComposerStatus status;
    for (int i = 0; i < 24'000; ++i) {
      status = link.Poll();
      if (status.state != State::kRunning) break;
      Sleep();
    }
    return status;
  }
  // Our children that compose.
  static std::vector<pid_t> Composers() {
    std::vector<pid_t> found;
    for (const auto& process : fs::directory_iterator("/proc")) {
      int pid = 0;
      int parent = 0;
      char state = 0;
      std::ifstream in(process.path() / "stat");
      std::string line;
      std::getline(in, line);
      if (sscanf(line.c_str(), "%d (parley-compose) %c %d", &pid, &state, &parent) == 3 &&
          parent == getpid() && state != 'Z') {
        found.push_back(pid);
      }
    }
    return found;
  }
  fs::path Output(const std::string& file) const { return directory_ / kId / file; }

  static constexpr const char* kId = "raaaaaaaaaaaaaaaa";
  ComposerProcesses composers_{PARLEY_COMPOSE};
  fs::path directory_;
};

TEST_F(ComposerProcessTest, MakesAFileAndTellsHowFarItIs) {
  auto link = composers_.Launch(directory_ / kId, "720p.mp4");
  ASSERT_TRUE(link) << link.error();
  const ComposerStatus status = Follow(**link);
  EXPECT_EQ(status.state, State::kDone) << status.error;
  EXPECT_EQ(status.percent, 100);
  EXPECT_EQ(status.seconds_left, 0);
  EXPECT_TRUE(fs::exists(Output("720p.mp4")));
}

TEST_F(ComposerProcessTest, SaysWhatIsWrong) {
  auto link = composers_.Launch(directory_, "720p.mp4");
  ASSERT_TRUE(link) << link.error();
  const ComposerStatus status = Follow(**link);
  EXPECT_EQ(status.state, State::kFailed);
  EXPECT_NE(status.error.find("no recording"), std::string::npos) << status.error;
  ComposerProcesses none("/nowhere/parley-compose");
  EXPECT_FALSE(none.Launch(directory_, "720p.mp4"));
}

TEST_F(ComposerProcessTest, EndsWithItsLink) {
  auto link = composers_.Launch(directory_ / kId, "1080p.mp4");
  ASSERT_TRUE(link) << link.error();
  EXPECT_EQ(Composers().size(), 1u);
  link->reset();
  EXPECT_TRUE(Composers().empty());
  EXPECT_FALSE(fs::exists(Output("1080p.mp4")));
}

TEST_F(ComposerProcessTest, EndsWithTheThreadThatStartedIt) {
  std::expected<std::unique_ptr<ComposerLink>, std::string> link;
  std::thread([&] {
    link = composers_.Launch(directory_ / kId, "1080p.mp4");
    // Until it has asked for that.
    while (link && !fs::exists(Output("1080p.mp4.part")) &&
           (*link)->Poll().state == State::kRunning) {
      Sleep();
    }
  }).join();
  ASSERT_TRUE(link) << link.error();
  EXPECT_EQ(Follow(**link).state, State::kDied);
}

TEST_F(ComposerProcessTest, KilledInTheMiddleTheFileIsMadeAllTheSame) {
  CompositionQueue queue(directory_, composers_, 1, 0);
  ASSERT_TRUE(queue.Ask(kId, "1080p.mp4", WallTime::UnixMicros(1)));
  queue.Update();
  while (!fs::exists(Output("1080p.mp4.part"))) Sleep();
  const auto first = Composers();
  ASSERT_EQ(first.size(), 1u);
  kill(first[0], SIGKILL);
  for (int i = 0; i < 24'000 && !queue.IsDone(kId, "1080p.mp4"); ++i) {
    Sleep();
    queue.Update();
  }
  EXPECT_TRUE(queue.IsDone(kId, "1080p.mp4"));
  EXPECT_EQ(queue.counts().died, 1u);
  EXPECT_FALSE(fs::exists(Output("1080p.mp4.part")));
}

}  // namespace
}  // namespace parley::test
