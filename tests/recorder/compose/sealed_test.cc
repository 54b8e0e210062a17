// What is made of a recording that is encrypted: sealed beside it, in clear where somebody wants it
// elsewhere; ffprobe says what is in it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "recorder/compose/live_composer.h"
#include "recorder/library/repair.h"
#include "recorder/storage/key_handover.h"
#include "recorder/storage/recording_key.h"
#include "recorder/storage/stored_file.h"
#include "tests/recorder/compose/test_recording.h"
#include "tests/recorder/write/meeting.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::string OnDisk(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class SealedComposeTest : public ::testing::Test {
 protected:
  SealedComposeTest() {
    UseKeys(*OperatorKeys::Parse(std::string(64, '7')));
    recording_.emplace("sealed", TestRecording::Kind::kSealed);
    recording_->Join(Duration::Zero(), "p1", "Ada");
    recording_->Join(Duration::Zero(), "p2", "Ben");
    const auto wave = [](double) { return 0.1; };
    recording_->AddSound("p1", Duration::Zero(), Duration::Seconds(4), wave);
    recording_->AddSound("p2", Duration::Zero(), Duration::Seconds(4), wave);
    recording_->AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(4));
    recording_->Event(Duration::Seconds(1),
                      R"({"type":"chat","participant":"p1","name":"Ada","text":"our secret"})");
    recording_->End(Duration::Seconds(4));
  }
  ~SealedComposeTest() override { UseKeys({}); }

  // Its exit status is the last line.
  std::string Compose(const fs::path& output, const std::string& key) const {
    return parley::testing::Run("printf '" + key + "' | " PARLEY_COMPOSE " '" +
                                recording_->directory().string() + "' '" + output.string() +
                                "' --priority low --height 360 --preset ultrafast 2>&1");
  }
  std::string Key() const {
    std::string line = *RecordingKeyLine(recording_->directory());
    line.back() = '\\';
    return line + 'n';
  }
  // In clear, outside of the recording.
  fs::path Clear(const std::string& name) {
    auto file = StoredFile::Open(recording_->Output(name));
    EXPECT_TRUE(file) << name;
    fs::create_directories(outside_);
    std::vector<uint8_t> bytes(file ? file->size() : 0);
    if (file) {
      EXPECT_EQ(file->ReadAt(0, bytes), bytes.size());
    }
    std::ofstream(outside_ / name, std::ios::binary) << std::string(bytes.begin(), bytes.end());
    return outside_ / name;
  }
  void TearDown() override { fs::remove_all(outside_); }

  std::optional<TestRecording> recording_;
  const fs::path outside_ =
      fs::temp_directory_path() / ("parley-clear-" + std::to_string(getpid()));
};

TEST_F(SealedComposeTest, FilesAreSealedBesideTheRecordingAndPlay) {
  for (const char* name : {"720p.mp4", "sound.m4a", "sound.webm"}) {
    EXPECT_THAT(Compose(recording_->Output(name), Key()), EndsWith("\n0")) << name;
    EXPECT_THAT(OnDisk(recording_->Output(name)), StartsWith("PARLEYS1")) << name;
    const std::string clear = Clear(name).string();
    EXPECT_EQ(parley::testing::Run("ffmpeg -v error -xerror -i " + clear + " -f null - 2>&1"), "0")
        << name;
    EXPECT_NEAR(DurationOf(clear), 4.0, 0.2) << name;
  }
  // The index stands before the pictures: it plays before it is loaded whole.
  const std::string mp4 = OnDisk(outside_ / "720p.mp4");
  EXPECT_LT(mp4.find("moov"), mp4.find("mdat"));
  EXPECT_NEAR(static_cast<double>(NumbersIn(outside_ / "720p.mp4", 0, 0, 10, 10).size()), 120, 2);
  EXPECT_THAT(VerifyRecording(recording_->directory()), IsEmpty());
}

TEST_F(SealedComposeTest, TheArchiveHoldsEverythingInClear) {
  EXPECT_THAT(Compose(recording_->Output("everything.zip"), Key()), EndsWith("\n0"));
  EXPECT_THAT(OnDisk(recording_->Output("everything.zip")), Not(HasSubstr("our secret")));
  const std::string clear = Clear("everything.zip").string();
  EXPECT_THAT(parley::testing::Run("unzip -p " + clear + " chat.txt"), HasSubstr("our secret"));
  EXPECT_THAT(parley::testing::Run("unzip -tq " + clear), HasSubstr("No errors"));
}

TEST_F(SealedComposeTest, ElsewhereSomebodyWantsItInClear) {
  fs::create_directories(outside_);
  EXPECT_THAT(Compose(outside_ / "out.mp4", Key()), EndsWith("\n0"));
  EXPECT_NEAR(DurationOf((outside_ / "out.mp4").string()), 4.0, 0.2);
  EXPECT_EQ(Compose(outside_ / "chat.txt", Key()), "0");
  EXPECT_THAT(OnDisk(outside_ / "chat.txt"), HasSubstr("our secret"));
}

TEST_F(SealedComposeTest, WithoutTheKeyNothingIsMade) {
  for (const std::string& key : {std::string(), std::string("rubbish\\n"), Key().substr(2)}) {
    EXPECT_THAT(Compose(recording_->Output("720p.mp4"), key),
                EndsWith("the recording is encrypted: parley recording compose knows its key\n1"));
  }
  EXPECT_THAT(Compose(recording_->Output("720p.mp4"), std::string(64, '9') + "\\n"),
              EndsWith("\n1"))
      << "another recording's";
  EXPECT_FALSE(fs::exists(recording_->Output("720p.mp4")));
}

TEST_F(SealedComposeTest, IsComposedWhileItGrows) {
  recording_->SetUnderWay(true);
  fs::create_directories(outside_);
  const auto state = RecordingState::Load(recording_->directory());
  auto composer =
      LiveComposer::Open(recording_->directory(), outside_, {.height = 360},
                         WallTime::UnixMicros(state->started_at_us + LiveComposer::kDelayUs));
  ASSERT_TRUE(composer) << composer.error();
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE((*composer)->Step(Duration::Seconds(i)));
  EXPECT_EQ((*composer)->blind(), 0u);
  ASSERT_TRUE((*composer)->Finish());
  EXPECT_GE((*composer)->segments_written(), 1u);
}

}  // namespace
}  // namespace parley::testing
