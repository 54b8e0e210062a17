#include "signaling/store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "signaling/store/sqlite_store.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    std::string pattern = (fs::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    store_ = directory_ / "parley.db";
    copy_ = directory_ / "copy.db";
  }
  ~BackupTest() override { fs::remove_all(directory_); }

  static RoomRecord Record(std::string name) {
    RoomRecord record;
    record.name = std::move(name);
    record.meeting = 7;
    return record;
  }

  fs::path directory_, store_, copy_;
};

TEST_F(BackupTest, IsOfOneMomentWhileMuchIsWritten) {
  auto store = *SqliteStore::Open(store_);
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  // Each room and its row in one transaction: a copy has both or neither.
  std::thread writer([&] {
    while (!stop.load()) {
      const std::string name = "room-" + std::to_string(written.load());
      {
        const SqliteStore::Together together(*store);
        store->Save(Record(name));
        store->SaveRow({.room = name,
                        .feature = "chat",
                        .key = "1",
                        .meeting = 7,
                        .value = std::string(4000, 'x')});
      }
      store->Flush();
      written.fetch_add(1);
    }
  });
  while (written.load() < 20) std::this_thread::yield();
  for (int i = 0; i < 5; ++i) {
    const fs::path copy = directory_ / ("copy-" + std::to_string(i));
    const int before = written.load();
    const auto size = BackUp(store_, copy);
    ASSERT_TRUE(size) << size.error();
    EXPECT_EQ(*size, fs::file_size(copy));
    struct stat status{};
    ASSERT_EQ(stat(copy.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    auto restored = *SqliteStore::Open(copy);
    const size_t rooms = restored->LoadRooms().size();
    EXPECT_GE(rooms, static_cast<size_t>(before));
    EXPECT_EQ(restored->LoadRows().size(), rooms);
  }
  stop = true;
  writer.join();
  EXPECT_EQ(store->failures(), 0u);
}

TEST_F(BackupTest, LeavesNothingElseBehind) {
  auto store = *SqliteStore::Open(store_);
  store->Save(Record("weekly"));
  store->Flush();
  std::ofstream(copy_.string() + ".part") << "of one that was broken off";
  ASSERT_TRUE(BackUp(store_, copy_));
  size_t copies = 0;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    copies += entry.path().filename().string().starts_with("copy");
  }
  EXPECT_EQ(copies, 1u);
}

TEST_F(BackupTest, ReplacesNothing) {
  auto store = *SqliteStore::Open(store_);
  std::ofstream(copy_) << "something dear";
  const auto refused = BackUp(store_, copy_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("there already"));
  EXPECT_EQ(fs::file_size(copy_), 14u);
}

TEST_F(BackupTest, NeedsSomethingToCopyAndAPlaceForIt) {
  const auto missing = BackUp(store_, copy_);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error(), HasSubstr("--data"));
  EXPECT_FALSE(fs::exists(store_)) << "nothing is made in its place";
  auto store = *SqliteStore::Open(store_);
  const auto nowhere = BackUp(store_, directory_ / "missing" / "copy.db");
  ASSERT_FALSE(nowhere);
  EXPECT_THAT(nowhere.error(), HasSubstr("missing"));
}

TEST_F(BackupTest, ADamagedStoreIsSaidToBe) {
  {
    auto store = *SqliteStore::Open(store_);
    for (int i = 0; i < 500; ++i) store->Save(Record("room-" + std::to_string(i)));
  }
  {
    std::fstream file(store_, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(fs::file_size(store_));
    for (std::streamoff at = 2 * 4096; at < size; at += 4096) {
      file.seekp(at);
      file << std::string(64, '\xff');
    }
  }
  const auto damaged = BackUp(store_, copy_);
  ASSERT_FALSE(damaged);
  EXPECT_THAT(damaged.error(), HasSubstr("damaged"));
  EXPECT_FALSE(fs::exists(copy_));
}

}  // namespace
}  // namespace parley
