#include "signaling/recording/recording_library.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace parley {
namespace {

constexpr const char* kId = "raaaaaaaaaaaaaaaa";

class RecordingLibraryTest : public ::testing::Test {
 protected:
  RecordingLibraryTest() { Write("Weekly"); }
  ~RecordingLibraryTest() override { std::filesystem::remove_all(directory_); }
  // As another process does.
  void Write(const std::string& title) const {
    std::filesystem::create_directories(directory_ / kId);
    const RecordingState state{.id = kId,
                               .room = "weekly",
                               .title = title,
                               .started_at_us = 1'763'885'000'000'000,
                               .state = "finished",
                               .segments = 1};
    EXPECT_FALSE(state.Save(directory_ / kId));
    std::ofstream(TimelinePath(directory_ / kId, 1)) << "";
  }
  std::string Titles(std::string_view room = "") {
    std::string all;
    for (const RecordingSummary& summary : library_.List(room)) all += summary.state.title + ";";
    return all;
  }

  const std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("parley-library-" + std::to_string(getpid()));
  RecordingLibrary library_{directory_};
};

TEST_F(RecordingLibraryTest, WhatWasListedOnceIsListedAsItIsNow) {
  EXPECT_EQ(Titles(), "Weekly;");
  EXPECT_EQ(Titles("weekly"), "Weekly;");
  EXPECT_EQ(Titles("other"), "");
  Write("Renamed by another");
  EXPECT_EQ(Titles(), "Renamed by another;");
  EXPECT_EQ(library_.Rename(kId, "Renamed"), RecordingLibrary::Outcome::kDone);
  EXPECT_EQ(Titles(), "Renamed;");
  std::filesystem::remove_all(directory_ / kId);
  EXPECT_EQ(Titles(), "");
}

TEST_F(RecordingLibraryTest, WhatIsMadeOfItCounts) {
  const uint64_t before = library_.List("")[0].size;
  std::ofstream(directory_ / kId / "720p.mp4") << "picture";
  EXPECT_EQ(library_.List("")[0].size, before + 7);
}

}  // namespace
}  // namespace parley
