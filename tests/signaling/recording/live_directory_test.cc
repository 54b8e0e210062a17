#include "signaling/recording/live_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LiveDirectoryTest : public ::testing::Test {
 protected:
  LiveDirectoryTest() {
    fs::remove_all(data_);
    fs::create_directories(data_ / "live" / "lbefore");
    std::ofstream(data_ / "live" / "lbefore" / "0.m4s") << "in clear";
    fs::create_directories(memory_);
  }
  ~LiveDirectoryTest() override {
    fs::remove_all(data_);
    fs::remove_all(memory_);
  }

  const fs::path data_ = fs::temp_directory_path() / ("parley-data-" + std::to_string(getpid()));
  const fs::path memory_ = fs::path("/dev/shm") / ("parley-test-" + std::to_string(getpid()));
};

TEST_F(LiveDirectoryTest, IsWithEverythingElseWhereNothingIsEncrypted) {
  const auto found = LiveDirectory(data_, false, memory_);
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(*found, data_ / "live");
  EXPECT_TRUE(fs::exists(data_ / "live" / "lbefore")) << "it may go on";
  EXPECT_TRUE(fs::is_empty(memory_));
}

TEST_F(LiveDirectoryTest, IsInMemoryWhereRecordingsAreEncryptedAndTheSameAfterACrash) {
  const auto found = LiveDirectory(data_, true, memory_);
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->parent_path(), memory_);
  EXPECT_EQ(fs::status(*found).permissions(), fs::perms::owner_all);
  EXPECT_FALSE(fs::exists(data_ / "live")) << "of the time before there was a key";
  std::ofstream(*found / "file") << "is kept";
  EXPECT_EQ(LiveDirectory(data_, true, memory_), found);
  EXPECT_TRUE(fs::exists(*found / "file"));
}

TEST_F(LiveDirectoryTest, EachDataDirectoryHasItsOwn) {
  const fs::path other = data_ / "other";
  fs::create_directories(other);
  EXPECT_NE(LiveDirectory(data_, true, memory_), LiveDirectory(other, true, memory_));
}

TEST_F(LiveDirectoryTest, RefusesWhatAnybodyMayRead) {
  const auto found = LiveDirectory(data_, true, memory_);
  ASSERT_TRUE(found);
  fs::permissions(*found, fs::perms::others_read, fs::perm_options::add);
  const auto again = LiveDirectory(data_, true, memory_);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error(), HasSubstr("somebody else"));
}

TEST_F(LiveDirectoryTest, RefusesALinkThatSomebodyPutThere) {
  const auto found = LiveDirectory(data_, true, memory_);
  ASSERT_TRUE(found);
  fs::remove(*found);
  fs::create_directory_symlink(data_, *found);
  EXPECT_FALSE(LiveDirectory(data_, true, memory_));
}

TEST_F(LiveDirectoryTest, SaysThatThereIsNoMemory) {
  const auto none = LiveDirectory(data_, true, "/proc");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error(), HasSubstr("no memory"));
  const auto missing = LiveDirectory(data_, true, memory_ / "missing");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error(), HasSubstr("No such file"));
}

}  // namespace
}  // namespace parley::test
