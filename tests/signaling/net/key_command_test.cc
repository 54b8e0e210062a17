#include "signaling/net/key_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "signaling/api/api_keys.h"
#include "signaling/store/database.h"
#include "signaling/store/migrations.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class KeyCommandTest : public ::testing::Test {
 protected:
  KeyCommandTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    database_ = std::make_unique<Database>(*Database::Open(directory_ / "parley.db"));
    EXPECT_TRUE(Migrate(*database_));
  }
  ~KeyCommandTest() override {
    database_.reset();
    std::filesystem::remove_all(directory_);
  }
  std::expected<std::string, std::string> Run(KeyCommand command) {
    return RunKeyCommand(*database_, command, random_, WallTime::UnixMicros(1'763'885'000'000'000));
  }

  std::filesystem::path directory_;
  std::unique_ptr<Database> database_;
  SeededRandom random_{5};
};

using enum KeyCommand::Verb;

TEST_F(KeyCommandTest, AKeyIsToldOnceAndKeptAsItsHash) {
  EXPECT_EQ(Run({.verb = kList, .name = {}, .scopes = {}}), "There are no API keys.\n");
  auto key = Run({.verb = kAdd, .name = "crm-1", .scopes = {"reports", "rooms", "rooms"}});
  ASSERT_TRUE(key) << key.error();
  ASSERT_EQ(key->back(), '\n');
  key->pop_back();
  EXPECT_EQ(Run({.verb = kList, .name = {}, .scopes = {}}), "crm-1  2025-11-23  rooms reports\n");
  const auto rows = LoadApiKeys(*database_);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].hash, HashApiKey(*key));
  EXPECT_TRUE(ApiKeys(rows, nullptr).Check(*key));
}

TEST_F(KeyCommandTest, NamesAreGivenOnceAndRemoved) {
  ASSERT_TRUE(Run({.verb = kAdd, .name = "crm-1", .scopes = {"rooms"}}));
  const auto again = Run({.verb = kAdd, .name = "crm-1", .scopes = {"rooms"}});
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error(), HasSubstr("remove it first"));
  EXPECT_TRUE(Run({.verb = kRemove, .name = "crm-1", .scopes = {}}));
  EXPECT_THAT(LoadApiKeys(*database_), SizeIs(0));
  const auto gone = Run({.verb = kRemove, .name = "crm-1", .scopes = {}});
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error(), HasSubstr("there is no key of the name crm-1"));
}

}  // namespace
}  // namespace parley
