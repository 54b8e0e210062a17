// kill -9 at moments from a seed: of the recorder, of the server, of both. Each recording is mended
// and plays; what was lost is printed. PARLEY_KILLS says how often each dies, and then that little
// is lost is asserted, too: on a machine that has nothing else to do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "recorder/library/manifest.h"
#include "recorder/library/repair.h"
#include "tests/integration/recording_fixture.h"

namespace parley::test {
namespace {

using ::testing::IsEmpty;

constexpr int kUsualKills = 2;
constexpr double kMostLost = 0.5;  // seconds

struct Lost {
  double untold = 0;  // seconds before the kill that were not stored
  double gap = 0;     // seconds until the next segment, where there was one
};

enum class Victim { kRecorder, kServer, kBoth };

int64_t WallUs() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

// A server of its own for each kill.
class Meeting final : public RecordingTest {
 public:
  Meeting() { SetUp(); }
  void TestBody() override {}

  Lost KillAfter(Victim victim, Duration time) {
    Member& ada = Host("Ada");
    Joined("Ben");
    EXPECT_TRUE(EveryoneConnects());
    EXPECT_TRUE(EveryoneHears(10));
    const std::string id = Record(ada, kStart);
    EXPECT_TRUE(loop_.RunUntil([&] { return StoresBoth(id); }, Duration::Seconds(30)));
    loop_.RunUntil([] { return false; }, time);
    const auto recorders = Recorders();
    EXPECT_EQ(recorders.size(), 1u);
    const int64_t killed_us = WallUs();
    if (victim != Victim::kServer) kill(*recorders.begin(), SIGKILL);
    if (victim != Victim::kRecorder) server_.End(SIGKILL);
    if (victim == Victim::kRecorder) {
      EXPECT_TRUE(loop_.RunUntil(
          [&] {
            const auto now = Recorders();
            return now.size() == 1 && now != recorders;
          },
          Duration::Seconds(30)));
      EXPECT_TRUE(EveryoneHears(50));
      Record(ada, kStop);
      EXPECT_TRUE(Eventually([&] { return Is(id, "finished"); }));
    } else {
      EXPECT_TRUE(server_.Start());
      EXPECT_TRUE(Eventually([&] { return Is(id, "repaired"); }));
    }
    EXPECT_TRUE(Eventually([&] { return VerifyRecording(Directory(id)).empty(); }));
    EXPECT_THAT(VerifyRecording(Directory(id)), IsEmpty());
    return LostOf(id, killed_us);
  }

 private:
  bool StoresBoth(const std::string& id) const {
    const auto manifest = ReadRecording(Directory(id));
    return manifest && manifest->tracks.size() == 2;
  }
  Lost LostOf(const std::string& id, int64_t killed_us) const {
    const auto manifest = ReadRecording(Directory(id));
    EXPECT_TRUE(manifest);
    if (!manifest) return {};
    Lost lost;
    const int64_t killed_at = killed_us - manifest->started_at_us;
    for (const RecordedTrack& track : manifest->tracks) {
      EXPECT_TRUE(Plays(Directory(id) / track.file)) << track.file;
      if (track.file.find("-1-") == std::string::npos) continue;
      lost.untold = std::max(lost.untold, static_cast<double>(killed_at - track.end_us) / 1e6);
      for (const RecordedTrack& next : manifest->tracks) {
        if (next.source != track.source || next.file.find("-2-") == std::string::npos) continue;
        lost.gap = std::max(lost.gap, static_cast<double>(next.start_us - track.end_us) / 1e6);
      }
    }
    return lost;
  }
};

class RecordingKillTest : public ::testing::Test {
 protected:
  static void Kill(Victim victim, const char* name, uint32_t seed) {
    const char* wished = std::getenv("PARLEY_KILLS");
    const int kills = wished ? std::atoi(wished) : kUsualKills;
    std::mt19937 random(seed);
    Lost worst;
    double sum = 0;
    for (int i = 0; i < kills; ++i) {
      const auto time = Duration::Millis(200 + static_cast<int64_t>(random() % 2000));
      Meeting meeting;
      const Lost lost = meeting.KillAfter(victim, time);
      worst = {.untold = std::max(worst.untold, lost.untold), .gap = std::max(worst.gap, lost.gap)};
      sum += lost.untold;
      if (::testing::Test::HasFailure()) return;
    }
    std::printf("%s killed %d times (seed %u): %.3f s lost on average, %.3f s at most", name, kills,
                seed, sum / kills, worst.untold);
    if (victim == Victim::kRecorder) std::printf("; %.3f s at most until it went on", worst.gap);
    std::printf("\n");
    if (wished) EXPECT_LE(worst.untold, kMostLost);
  }
};

TEST_F(RecordingKillTest, TheRecorder) { Kill(Victim::kRecorder, "recorder", 21); }
TEST_F(RecordingKillTest, TheServer) { Kill(Victim::kServer, "server", 22); }
TEST_F(RecordingKillTest, Both) { Kill(Victim::kBoth, "both", 23); }

}  // namespace
}  // namespace parley::test
