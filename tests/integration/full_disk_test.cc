// Meetings that are recorded onto a disk of 16 MiB, which somebody else fills.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "recorder/library/manifest.h"
#include "recorder/library/repair.h"
#include "tests/integration/recording_fixture.h"
#include "tests/recorder/small_disk.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kNoSmallDisk;
using testing::SmallDisk;

constexpr size_t kMegabyte = 1 << 20;

class FullDiskTest : public RecordingTest {
 protected:
  void SetUp() override {
    disk_ = std::make_unique<SmallDisk>(server_.data() / "recordings", 16 * kMegabyte);
    if (!*disk_) GTEST_SKIP() << kNoSmallDisk;
    MeetingTest::SetUp();
  }
  std::string Config() const override { return "[recording]\nmin_free_mb = 2\n"; }

  // The event that says so; others are passed over.
  static std::string AwaitRecording(Member& member, const std::string& what) {
    for (int i = 0; i < 10; ++i) {
      std::string event = member.Await("recording");
      if (event.empty() || event.find(what) != std::string::npos) return event;
    }
    return {};
  }
  // It was mended where that was needed, and every file is taken by another decoder without a word.
  void ExpectWholeAndPlayable(const std::string& id) const {
    const fs::path directory = Directory(id);
    Eventually([&] { return VerifyRecording(directory).empty(); });
    EXPECT_THAT(VerifyRecording(directory), IsEmpty());
    const auto manifest = ReadRecording(directory);
    ASSERT_TRUE(manifest);
    ASSERT_EQ(manifest->tracks.size(), 2u);
    for (const RecordedTrack& track : manifest->tracks) {
      EXPECT_GT(track.end_us - track.start_us, 500'000);
      EXPECT_TRUE(Plays(directory / track.file)) << track.file;
    }
  }

  std::unique_ptr<SmallDisk> disk_;
};

TEST_F(FullDiskTest, IsToldStepByStepAndEndsTheRecordingWhole) {
  Member& ada = Host("Ada");
  Member& ben = Joined("Ben");
  ASSERT_TRUE(EveryoneConnects());
  ASSERT_TRUE(EveryoneHears(20));
  const std::string id = Record(ada, kStart);
  ASSERT_FALSE(id.empty());
  ASSERT_TRUE(StoresTracks(id, 2));
  for (const auto& [free, step] :
       {std::pair{7 * kMegabyte, "no_composing"}, std::pair{5 * kMegabyte, "small_pictures"},
        std::pair{3 * kMegabyte, "sound_only"}}) {
    disk_->LeaveFree(free);
    EXPECT_THAT(AwaitRecording(ben, step), HasSubstr(id)) << step;
    EXPECT_TRUE(EveryoneHears(20)) << step;
  }
  EXPECT_EQ(server_.Metric("parley_recording_disk_step"), 3);
  disk_->LeaveFree(kMegabyte);
  EXPECT_THAT(AwaitRecording(ben, "disk_full"), HasSubstr(R"("recording":null)"));
  EXPECT_TRUE(EveryoneHears(50)) << "the meeting goes on";
  ExpectWholeAndPlayable(id);
  EXPECT_THAT(ada.Ask("record", kStart), HasSubstr("The disk has no room"));
  disk_->LeaveFree(12 * kMegabyte);
  EXPECT_FALSE(Record(ada, kStart).empty()) << "with room again another begins";
}

TEST_F(FullDiskTest, FilledToTheLastByteAtOnceItLeavesFilesThatPlay) {
  Member& ada = Host("Ada");
  Member& ben = Joined("Ben");
  ASSERT_TRUE(EveryoneConnects());
  ASSERT_TRUE(EveryoneHears(20));
  const std::string id = Record(ada, kStart);
  ASSERT_FALSE(id.empty());
  ASSERT_TRUE(StoresTracks(id, 2));
  disk_->LeaveFree(0);
  EXPECT_THAT(AwaitRecording(ben, "disk_full"), HasSubstr(R"("recording":null)"));
  EXPECT_TRUE(EveryoneHears(50)) << "the meeting goes on";
  ExpectWholeAndPlayable(id);
}

}  // namespace
}  // namespace parley::test
