// A meeting composed while its recording is written: what stands at which time, pauses, a composer
// that begins anew, and files that grow.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "recorder/compose/live_composer.h"
#include "recorder/library/recording_state.h"
#include "recorder/mux/cluster_reader.h"
#include "recorder/mux/track_file.h"
#include "tests/recorder/compose/test_recording.h"
#include "tests/recorder/write/meeting.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;

const LiveOptions kSmall{.layout = LayoutKind::kGallery, .height = 360, .frame_rate = 30};
constexpr double kToneHz = 440;

double Tone(double second) { return 0.3 * std::sin(2 * M_PI * kToneHz * second); }

class LiveTest : public ::testing::Test {
 protected:
  LiveTest() : recording_("live"), output_(recording_.Output("segments")) {
    fs::create_directory(output_);
    recording_.SetUnderWay(true);
  }
  // A composer that begins to show what is at `recorded`.
  std::unique_ptr<LiveComposer> Open(Duration recorded, const LiveOptions& options = kSmall) {
    const auto state = RecordingState::Load(recording_.directory());
    auto composer = LiveComposer::Open(
        recording_.directory(), output_, options,
        WallTime::UnixMicros(state->started_at_us + recorded.us() + LiveComposer::kDelayUs));
    EXPECT_TRUE(composer) << composer.error();
    return *std::move(composer);
  }
  // By the clock, from `from` to `to` since it was opened. False when it said that it is over.
  static bool Run(LiveComposer& composer, Duration from, Duration to) {
    for (Duration passed = from; passed < to; passed = passed + Duration::Millis(33)) {
      const auto more = composer.Step(passed);
      EXPECT_TRUE(more) << more.error();
      if (!more || !*more) return false;
    }
    return true;
  }
  std::string Playlist() const {
    std::ifstream in(output_ / kHlsPlaylistFile);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Empty when ffmpeg decodes all of it without a word.
  std::string DecodeFaults() const {
    return parley::testing::Run("ffmpeg -v error -xerror -i '" + file().string() +
                                "' -f null - 2>&1");
  }
  fs::path file() const { return output_ / kHlsPlaylistFile; }

  TestRecording recording_;
  const fs::path output_;
};

TEST_F(LiveTest, ShowsWhatIsThereAtItsTimeWithItsSound) {
  recording_.Join(Duration::Zero(), "p1", "Ada");
  recording_.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(14));
  recording_.AddSound("p1", Duration::Zero(), Duration::Seconds(14), Tone);
  const auto composer = Open(Duration::Seconds(2));
  EXPECT_TRUE(Run(*composer, Duration::Zero(), Duration::Seconds(9)));
  ASSERT_TRUE(composer->Finish());
  EXPECT_EQ(DecodeFaults(), "0");
  EXPECT_NEAR(DurationOf(file().string()), 9, 0.2);
  const auto numbers = NumbersIn(file(), 0, 0, 640, 360);
  ASSERT_GE(numbers.size(), 250u);
  for (size_t i = 5; i < 250; i += 7) {
    const double second = 2 + static_cast<double>(i) / 30;
    EXPECT_NEAR(numbers[i], second * 25, 2) << i;
  }
  const auto samples = SamplesOf(file());
  ASSERT_GT(samples.size(), 48'000u * 8);
  double power = 0;
  for (size_t i = 48'000; i < 96'000; ++i) power += samples[i] * samples[i];
  // Both channels are added up at -3 dB each.
  EXPECT_NEAR(std::sqrt(power / 48'000), 0.3, 0.03);
}

// Thirds of a thirtieth of a second are lost where pictures wait for the next of thirty.
TEST_F(LiveTest, APictureStandsWhenTheCameraTookIt) {
  recording_.Join(Duration::Zero(), "p1", "Ada");
  recording_.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(8));
  const auto composer = Open(Duration::Seconds(2));
  EXPECT_TRUE(Run(*composer, Duration::Zero(), Duration::Seconds(5)));
  ASSERT_TRUE(composer->Finish());
  const auto changes = ChangesIn(file(), 0, 0, 640, 360);
  ASSERT_GE(changes.size(), 100u);
  for (size_t i = 5; i < 100; ++i) {
    const double taken = (changes[i].second - changes[5].second) / 25.0;
    EXPECT_NEAR(changes[i].first - changes[5].first, taken, 0.009) << i;
  }
}

TEST_F(LiveTest, EndsWithTheRecording) {
  recording_.Join(Duration::Zero(), "p1", "Ada");
  recording_.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(5));
  const auto composer = Open(Duration::Zero());
  EXPECT_TRUE(Run(*composer, Duration::Zero(), Duration::Seconds(3)));
  EXPECT_EQ(Playlist().find("ENDLIST"), std::string::npos);
  recording_.End(Duration::Seconds(5));
  recording_.SetUnderWay(false);
  EXPECT_FALSE(Run(*composer, Duration::Seconds(3), Duration::Seconds(9)));
  ASSERT_TRUE(composer->Finish());
  EXPECT_NE(Playlist().find("ENDLIST"), std::string::npos);
  EXPECT_NEAR(DurationOf(file().string()), 5, 0.3);
}

TEST_F(LiveTest, NothingOfAPauseIsShown) {
  recording_.Join(Duration::Zero(), "p1", "Ada");
  recording_.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(12));
  recording_.Event(Duration::Seconds(2), R"({"type":"pause"})");
  const auto composer = Open(Duration::Zero());
  EXPECT_TRUE(Run(*composer, Duration::Zero(), Duration::Seconds(6)));
  recording_.Event(Duration::Seconds(7), R"({"type":"resume"})");
  EXPECT_TRUE(Run(*composer, Duration::Seconds(6), Duration::Seconds(10)));
  ASSERT_TRUE(composer->Finish());
  const auto numbers = NumbersIn(file(), 0, 0, 640, 360);
  ASSERT_GE(numbers.size(), 290u);
  EXPECT_NEAR(numbers[45], 37, 2);
  EXPECT_EQ(numbers[90], -1);
  EXPECT_EQ(numbers[190], -1);
  EXPECT_NEAR(numbers[270], 225, 2);
}

TEST_F(LiveTest, OneThatBeginsAnewGoesOnBehindWhatIsThere) {
  recording_.Join(Duration::Zero(), "p1", "Ada");
  recording_.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(14));
  {
    const auto killed = Open(Duration::Zero());
    EXPECT_TRUE(Run(*killed, Duration::Zero(), Duration::Millis(4500)));
  }
  const auto next = Open(Duration::Seconds(6));
  EXPECT_TRUE(Run(*next, Duration::Zero(), Duration::Seconds(4)));
  ASSERT_TRUE(next->Finish());
  const std::string playlist = Playlist();
  EXPECT_NE(playlist.find("1.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"1-init.mp4\""),
            std::string::npos)
      << playlist;
  EXPECT_NE(playlist.find("3.m4s"), std::string::npos) << playlist;
  EXPECT_TRUE(fs::exists(output_ / "0-init.mp4"));
  EXPECT_EQ(DecodeFaults(), "0");
}

TEST_F(LiveTest, OldSegmentsAreRemoved) {
  recording_.Join(Duration::Zero(), "p1", "Ada");
  const auto composer = Open(Duration::Zero());
  EXPECT_TRUE(Run(*composer, Duration::Zero(), Duration::Seconds(30)));
  EXPECT_FALSE(fs::exists(output_ / "0.m4s"));
  EXPECT_TRUE(fs::exists(output_ / "13.m4s"));
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(output_)) ++files;
  EXPECT_LE(files, HlsPlaylist::kListed + HlsWriter::kKeptBehind + 2);
}

TEST_F(LiveTest, StepsDownWhereItIsTooSlowAndPlaysOn) {
  recording_.Join(Duration::Zero(), "p1", "Ada");
  recording_.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(40));
  const auto composer = Open(Duration::Zero());
  Duration passed = Duration::Zero();
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(Run(*composer, passed, passed + LiveLadder::kWindow));
    passed = passed + LiveLadder::kWindow;
    composer->HandleWorked(passed, passed);
  }
  EXPECT_TRUE(Run(*composer, passed, passed + Duration::Seconds(6)));
  ASSERT_TRUE(composer->Finish());
  EXPECT_EQ(composer->frame_rate(), 10);
  EXPECT_EQ(composer->rung().height, 180);
  EXPECT_NE(Playlist().find("DISCONTINUITY\n"), std::string::npos);
  EXPECT_EQ(DecodeFaults(), "0");
}

TEST_F(LiveTest, AClockThatWasSetIsMadeUpFor) {
  recording_.Join(Duration::Zero(), "p1", "Ada");
  const fs::path path = recording_.directory() / "9-1-1.webm";
  auto track = TrackFile::Create(path, {.codec = Codec::kOpus, .channels = 2, .codec_private = {}});
  ASSERT_TRUE(track);
  recording_.Event(Duration::Zero(),
                   R"({"type":"track","file":"9-1-1.webm","source":9,"participant":"p1",)"
                   R"("kind":"microphone","codec":"opus","width":0,"height":0})");
  // By the wall clock it should be 20 s later than what is written.
  const auto composer = Open(Duration::Seconds(20));
  const std::vector<uint8_t> silence = {0xF8, 0xFF, 0xFE};
  int64_t ms = 0;
  for (int64_t passed = 0; passed < 12'000; passed += 33) {
    for (; ms < passed + 1000; ms += 20) track->Add(Duration::Millis(ms), true, silence);
    ASSERT_TRUE(composer->Step(Duration::Millis(passed)));
  }
  EXPECT_LT(composer->position_us(), 13'000'000);
  EXPECT_GT(composer->position_us(), 8'000'000);
}

TEST(LiveComposerTest, SaysThatThereIsNoRecording) {
  const auto composer = LiveComposer::Open("/nowhere", "/nowhere", kSmall, WallTime());
  ASSERT_FALSE(composer);
  EXPECT_EQ(composer.error(), "there is no recording");
}

TEST(ClusterReaderTest, ReadsOnAsTheFileGrows) {
  TestRecording recording("grows");
  const fs::path path = recording.directory() / "1-1-1.webm";
  auto file = TrackFile::Create(path, {.codec = Codec::kOpus, .channels = 2, .codec_private = {}});
  ASSERT_TRUE(file);
  auto reader = ClusterReader::Open(path, 0);
  ASSERT_TRUE(reader);
  EXPECT_FALSE(reader->Next());
  const std::vector<uint8_t> frame = {1, 2, 3};
  for (int i = 0; i < 15; ++i) ASSERT_FALSE(file->Add(Duration::Millis(20 * i), true, frame));
  int read = 0;
  while (const auto block = reader->Next()) {
    EXPECT_EQ(block->at_us, read * 20'000);
    EXPECT_EQ(std::vector<uint8_t>(block->bytes.begin(), block->bytes.end()), frame);
    EXPECT_TRUE(block->key_frame);
    ++read;
  }
  EXPECT_EQ(read, 10) << "a cluster of 200 ms";
  ASSERT_FALSE(file->Finish(Duration::Millis(300)));
  while (reader->Next()) ++read;
  EXPECT_EQ(read, 15);
  EXPECT_FALSE(reader->Next());
}

TEST(ClusterReaderTest, PassesOverWhatIsTooOld) {
  TestRecording recording("passes");
  const fs::path path = recording.directory() / "1-1-1.webm";
  auto file = TrackFile::Create(path, {.codec = Codec::kOpus, .channels = 2, .codec_private = {}});
  ASSERT_TRUE(file);
  const std::vector<uint8_t> frame = {1, 2, 3};
  for (int i = 0; i < 100; ++i) ASSERT_FALSE(file->Add(Duration::Millis(20 * i), true, frame));
  ASSERT_FALSE(file->Flush());
  auto reader = ClusterReader::Open(path, 1'000'000);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->Next()->at_us, 1'000'000);
  EXPECT_FALSE(ClusterReader::Open(recording.directory() / "recording.json", 0));
  EXPECT_FALSE(ClusterReader::Open(recording.directory() / "missing", 0));
}

}  // namespace
}  // namespace parley::testing
