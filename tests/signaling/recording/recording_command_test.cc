#include "signaling/recording/recording_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "recorder/library/recording_lock.h"
#include "recorder/library/recording_state.h"
#include "recorder/storage/recording_key.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Verb = RecordingCommand::Verb;

constexpr const char* kId = "raaaaaaaaaaaaaaaa";

class RecordingCommandTest : public ::testing::Test {
 protected:
  RecordingCommandTest() {
    directory_ =
        std::filesystem::temp_directory_path() / ("parley-command-" + std::to_string(getpid()));
    std::filesystem::create_directories(directory_ / kId);
    const RecordingState state{.id = kId,
                               .room = "weekly",
                               .title = "Weekly",
                               .started_at_us = 1'763'885'000'000'000,
                               .state = "recording",
                               .segments = 1};
    EXPECT_FALSE(state.Save(directory_ / kId));
    // What a crash left of a timeline.
    std::ofstream(TimelinePath(directory_ / kId, 1)) << "half a line";
  }
  ~RecordingCommandTest() override { std::filesystem::remove_all(directory_); }
  RecordingReport Run(Verb verb, const std::string& id = {}) const {
    return RunRecordingCommand(directory_, {.verb = verb, .id = id});
  }

  std::filesystem::path directory_;
};

TEST_F(RecordingCommandTest, Lists) {
  const auto report = Run(Verb::kList);
  EXPECT_TRUE(report.ok);
  EXPECT_THAT(report.text, HasSubstr("raaaaaaaaaaaaaaaa  2025-11-23 08:03 UTC"));
  EXPECT_THAT(report.text, HasSubstr("weekly  Weekly"));
}

TEST_F(RecordingCommandTest, SaysWhatIsWrongAndMendsIt) {
  const auto before = Run(Verb::kVerify);
  EXPECT_FALSE(before.ok);
  EXPECT_THAT(before.text, HasSubstr("It was not brought to its end."));
  const auto repair = Run(Verb::kRepair, kId);
  EXPECT_TRUE(repair.ok);
  EXPECT_THAT(repair.text, HasSubstr("11 bytes of half-written pieces cut"));
  EXPECT_THAT(Run(Verb::kVerify).text, Not(HasSubstr("brought to its end")));
}

TEST_F(RecordingCommandTest, LeavesOneAloneThatIsWritten) {
  const auto recorder = RecordingLock::Take(directory_ / kId);
  const auto repair = Run(Verb::kRepair);
  EXPECT_FALSE(repair.ok);
  EXPECT_THAT(repair.text, HasSubstr("it is being written now"));
}

TEST_F(RecordingCommandTest, ComposingSaysWhyItCannot) {
  const auto compose = [this](const std::string& id) {
    return ComposeInstead(directory_, "/nowhere/parley-compose",
                          {.verb = Verb::kCompose, .id = id, .output = "x.mp4"});
  };
  EXPECT_EQ(compose("../" + std::string(kId)), "There is no recording ../raaaaaaaaaaaaaaaa.\n");
  EXPECT_EQ(compose(kId), "/nowhere/parley-compose does not start: No such file or directory\n");
}

TEST_F(RecordingCommandTest, OneThatIsLockedIsListedAndLeftAlone) {
  UseKeys(*OperatorKeys::Parse(std::string(64, '7')));
  ASSERT_FALSE(RecordingKey::Make(directory_ / kId));
  RecordingState state;
  state.id = kId;
  state.started_at_us = 1'763'885'000'000'000;
  state.segments = 1;
  ASSERT_FALSE(state.Save(directory_ / kId));
  UseKeys({});
  EXPECT_THAT(Run(Verb::kList).text, HasSubstr("locked"));
  for (const Verb verb : {Verb::kVerify, Verb::kRepair}) {
    const auto report = Run(verb);
    EXPECT_FALSE(report.ok);
    EXPECT_THAT(report.text, HasSubstr("it is encrypted, and its key " +
                                       SecretKey::Parse(std::string(64, '7'))->Id()));
  }
  EXPECT_THAT(ComposeInstead(directory_, "/nowhere/parley-compose",
                             {.verb = Verb::kCompose, .id = kId, .output = "x.mp4"}),
              HasSubstr("is not among the configured ones.\n"));
  EXPECT_EQ(std::filesystem::file_size(TimelinePath(directory_ / kId, 1)), 11u);
}

TEST_F(RecordingCommandTest, SaysWhenThereIsNone) {
  EXPECT_FALSE(Run(Verb::kVerify, "rbbbbbbbbbbbbbbbb").ok);
  EXPECT_FALSE(Run(Verb::kRepair, "../" + std::string(kId)).ok);
  std::filesystem::remove_all(directory_);
  EXPECT_TRUE(Run(Verb::kList).ok);
}

}  // namespace
}  // namespace parley
