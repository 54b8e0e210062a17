#pragma once

// A recording of a meeting that comes as feed messages, in a directory of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "recorder/library/manifest.h"
#include "recorder/library/repair.h"
#include "recorder/write/recording_writer.h"
#include "tests/recorder/write/meeting.h"

namespace parley::testing {

class RecordingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::temp_directory_path() /
                 ("parley-recording-" + std::to_string(getpid()) + "-" + test->name());
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Feed(RecordingWriter& writer, const std::vector<FeedPacket>& packets) {
    for (const FeedPacket& packet : packets) {
      while (tick_ + Duration::Millis(50) < packet.at) Tick(writer, packet.at);
      writer.HandleMessage(packet.message);
    }
  }
  void Tick(RecordingWriter& writer, Timestamp until) {
    tick_ = std::max(tick_ + Duration::Millis(50), until - Duration::Millis(50));
    writer.HandleTimeout(tick_);
    for (const FeedAnswer& answer : writer.TakeAnswers()) {
      key_frames_wanted_ += answer.type == FeedReply::kKeyFrameWanted ? 1 : 0;
    }
  }
  void ExpectClean(const std::filesystem::path& directory) {
    EXPECT_THAT(VerifyRecording(directory), ::testing::IsEmpty());
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      if (entry.path().extension() != ".webm") continue;
      EXPECT_EQ(FileFaults(entry.path().string()), "") << entry.path();
    }
  }
  static const RecordedTrack& TrackOf(const Manifest& manifest, const char* kind) {
    for (const RecordedTrack& track : manifest.tracks) {
      if (track.kind == kind) return track;
    }
    ADD_FAILURE() << "no track of " << kind;
    static const RecordedTrack none;
    return none;
  }

  std::filesystem::path directory_;
  Timestamp tick_;
  int key_frames_wanted_ = 0;
};

}  // namespace parley::testing
