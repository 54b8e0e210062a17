#include "signaling/store/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>

#include "signaling/store/database.h"

namespace parley {
namespace {

using ::testing::HasSubstr;

class SqliteStoreTest : public ::testing::Test {
 protected:
  SqliteStoreTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    file_ = directory_ / "parley.db";
  }
  ~SqliteStoreTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<SqliteStore> Open() const {
    auto store = SqliteStore::Open(file_);
    EXPECT_TRUE(store) << store.error();
    return *std::move(store);
  }
  static RoomRecord Record(std::string name, std::string title = "Weekly") {
    RoomRecord record;
    record.name = std::move(name);
    record.title = std::move(title);
    record.invite = "s3cret";
    record.pin = "0123456789";
    record.host_pin = "012345678901";
    record.recording = {.asks_consent = true, .automatic = true, .keep_days = 30};
    record.meeting = 4'000'000'000u;
    record.lobby = true;
    record.passcode = "salt.hash";
    record.lobby_admits = {.tokens = false, .returning = false, .callers = true};
    record.webinar = true;
    record.stage_invite = "st4ge";
    record.most_active = 20;
    record.created_at = WallTime::UnixMicros(1'763'885'000'123'456);
    return record;
  }

  std::filesystem::path directory_;
  std::filesystem::path file_;
};

TEST_F(SqliteStoreTest, RoomsComeBackAsTheyWere) {
  Open()->Save(Record("swift-otter-42", "It's \"weekly\" \xE4\xB8\xAD"));
  const auto rooms = Open()->LoadRooms();
  ASSERT_EQ(rooms.size(), 1u);
  EXPECT_EQ(rooms[0].name, "swift-otter-42");
  EXPECT_EQ(rooms[0].title, "It's \"weekly\" \xE4\xB8\xAD");
  EXPECT_EQ(rooms[0].invite, "s3cret");
  EXPECT_EQ(rooms[0].pin, "0123456789");
  EXPECT_EQ(rooms[0].host_pin, "012345678901");
  EXPECT_TRUE(rooms[0].webinar);
  EXPECT_EQ(rooms[0].stage_invite, "st4ge");
  EXPECT_EQ(rooms[0].most_active, 20u);
  EXPECT_EQ(rooms[0].recording,
            (RecordingPolicy{.asks_consent = true, .automatic = true, .keep_days = 30}));
  EXPECT_EQ(rooms[0].meeting, 4'000'000'000u);
  EXPECT_TRUE(rooms[0].lobby);
  EXPECT_EQ(rooms[0].passcode, "salt.hash");
  EXPECT_EQ(rooms[0].lobby_admits,
            (LobbyRules{.tokens = false, .returning = false, .callers = true}));
  EXPECT_EQ(rooms[0].created_at.unix_us(), 1'763'885'000'123'456);
}

TEST_F(SqliteStoreTest, RowsOfFeaturesComeBackInTheOrderOfTheirKeys) {
  const auto row = [](std::string key, uint32_t meeting, std::string value) {
    return FeatureRow{.room = "weekly",
                      .feature = "chat",
                      .key = std::move(key),
                      .meeting = meeting,
                      .value = std::move(value)};
  };
  {
    const auto store = Open();
    const RoomRecord weekly = Record("weekly");
    store->Save(weekly);
    store->SaveRow(row("02", weekly.meeting, "second"));
    store->SaveRow(row("01", weekly.meeting, "first"));
    store->SaveRow(row("03", weekly.meeting, "gone"));
    store->SaveRow(row("01", weekly.meeting, "It's \"first\""));
    store->ForgetRow("weekly", "chat", "03");
    store->SaveRow(row("04", weekly.meeting - 1, "of a meeting that was ended"));
    store->SaveRow(
        {.room = "forgotten", .feature = "chat", .key = "01", .meeting = 1, .value = "of no room"});
  }
  for (int start = 0; start < 2; ++start) {
    const auto rows = Open()->LoadRows();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].value, "It's \"first\"");
    EXPECT_EQ(rows[0].feature, "chat");
    EXPECT_EQ(rows[1].key, "02");
    EXPECT_EQ(rows[1].meeting, 4'000'000'000u);
  }
}

TEST_F(SqliteStoreTest, TheLastChangeWins) {
  {
    auto store = Open();
    store->Save(Record("a", "one"));
    store->Save(Record("a", "two"));
    store->Save(Record("b"));
    store->Forget("b");
    store->Forget("never-was");
    store->Flush();
    EXPECT_EQ(store->committed(), store->queued());
    EXPECT_EQ(store->queued(), 5u);
    // Rooms are read in the order in which they were made, not written.
    RoomRecord later = Record("c");
    later.created_at = later.created_at + Duration::Seconds(1);
    store->Save(later);
    store->Save(Record("a", "three"));
  }
  const auto rooms = Open()->LoadRooms();
  ASSERT_EQ(rooms.size(), 2u);
  EXPECT_EQ(rooms[0].title, "three");
  EXPECT_EQ(rooms[1].name, "c");
}

TEST_F(SqliteStoreTest, ASecretIsMadeOnce) {
  const auto first = Open()->LoadSecret("resume");
  const auto other = Open()->LoadSecret("jwt");
  const auto again = Open()->LoadSecret("resume");
  ASSERT_TRUE(first && other && again);
  EXPECT_EQ(*first, *again);
  EXPECT_NE(*first, *other);
}

// As another thread would ask.
std::vector<StoredReport> ReportsOf(SqliteStore& store, const std::string& room,
                                    WallTime meeting = {}) {
  std::promise<std::vector<StoredReport>> answer;
  store.ReadReports(room, meeting, [&](std::vector<StoredReport> reports) {
    answer.set_value(std::move(reports));
  });
  return answer.get_future().get();
}

StoredReport ReportAt(int64_t us, const std::string& room = "a") {
  return {.room = room,
          .started_at = WallTime::UnixMicros(us),
          .ended_at = WallTime::UnixMicros(us + 5),
          .value = "report " + std::to_string(us)};
}

TEST_F(SqliteStoreTest, ReportsAreReadWhenAskedFor) {
  {
    const auto store = Open();
    EXPECT_TRUE(ReportsOf(*store, "a").empty());
    for (const int64_t us : {1, 3, 2}) store->SaveReport(ReportAt(us));
    store->SaveReport(ReportAt(9, "b"));
    EXPECT_EQ(ReportsOf(*store, "a").size(), 3u) << "what was queued before is there";
  }
  const auto store = Open();
  const auto reports = ReportsOf(*store, "a");
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_EQ(reports[0].started_at, WallTime::UnixMicros(3));
  EXPECT_EQ(reports[0].ended_at, WallTime::UnixMicros(8));
  EXPECT_EQ(reports[0].value, "report 3");
  EXPECT_EQ(reports[1].value, "") << "only the one that is wanted";
  const auto second = ReportsOf(*store, "a", WallTime::UnixMicros(2));
  EXPECT_EQ(second[0].value, "");
  EXPECT_EQ(second[1].value, "report 2");
}

TEST_F(SqliteStoreTest, OfReportsTheLatestAreKept) {
  const auto store = Open();
  for (size_t i = 1; i <= kReports + 5; ++i) store->SaveReport(ReportAt(static_cast<int64_t>(i)));
  const auto reports = ReportsOf(*store, "a");
  ASSERT_EQ(reports.size(), kReports);
  EXPECT_EQ(reports.back().started_at, WallTime::UnixMicros(6));
}

TEST_F(SqliteStoreTest, ReportsGoWithTheirRoom) {
  const auto store = Open();
  store->SaveReport(ReportAt(1));
  store->SaveReport(ReportAt(1, "b"));
  store->Flush();
  store->SaveReport(ReportAt(2));
  store->Forget("a");
  store->Save(Record("a"));
  store->SaveReport(ReportAt(3));
  const auto reports = ReportsOf(*store, "a");
  ASSERT_EQ(reports.size(), 1u) << "of the room that was made anew";
  EXPECT_EQ(reports[0].started_at, WallTime::UnixMicros(3));
  EXPECT_EQ(ReportsOf(*store, "b").size(), 1u);
}

TEST_F(SqliteStoreTest, AnswersComeBackTheOldestFirst) {
  const auto answer = [](uint8_t key, int64_t us) {
    AnswerRow row;
    row.key.fill(key);
    row.request.fill(7);
    row.status = 201;
    row.body = "{\"name\":\"weekly\"}";
    row.at = WallTime::UnixMicros(us);
    return row;
  };
  {
    const auto store = Open();
    store->SaveAnswer(answer(1, 30), {});
    store->SaveAnswer(answer(2, 10), {});
    store->SaveAnswer(answer(3, 20), {});
    store->Flush();
    store->SaveAnswer(answer(4, 40), WallTime::UnixMicros(20));
  }
  const auto rows = Open()->LoadAnswers();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].key[0], 3);
  EXPECT_EQ(rows[1].key[0], 1);
  EXPECT_EQ(rows[2].at, WallTime::UnixMicros(40));
  EXPECT_EQ(rows[2].request[31], 7);
  EXPECT_EQ(rows[2].status, 201);
  EXPECT_EQ(rows[2].body, "{\"name\":\"weekly\"}");
}

TEST_F(SqliteStoreTest, WhatIsQueuedTogetherIsWrittenTogether) {
  const auto store = Open();
  {
    const SqliteStore::Together together(*store);
    store->Save(Record("a"));
    usleep(100'000);
    EXPECT_EQ(store->committed(), 0u);
    store->SaveAnswer({}, {});
    EXPECT_EQ(store->committed(), 0u);
  }
  store->Flush();
  EXPECT_EQ(store->committed(), 2u);
}

TEST_F(SqliteStoreTest, NobodyElseMayReadTheFiles) {
  const auto store = Open();
  store->Save(Record("a"));
  store->Flush();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    struct stat status{};
    ASSERT_EQ(stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
  }
}

TEST_F(SqliteStoreTest, WhatWasCommittedSurvivesAKill) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = SqliteStore::Open(file_);
    for (int i = 0; i < 50; ++i) (*store)->Save(Record("room-" + std::to_string(i)));
    (*store)->Flush();
    (*store)->Save(Record("maybe"));
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const size_t rooms = Open()->LoadRooms().size();
  EXPECT_TRUE(rooms == 50 || rooms == 51) << rooms;
}

TEST_F(SqliteStoreTest, CommitsAreReported) {
  std::atomic<int> reports{0};
  auto store = Open();
  store->OnCommit([&] { reports.fetch_add(1); });
  store->Save(Record("a"));
  store.reset();
  EXPECT_GE(reports.load(), 1);
}

TEST_F(SqliteStoreTest, ManyRowsInARowAreFewTransactions) {
  std::atomic<int> commits{0};
  auto store = Open();
  const RoomRecord room = Record("a");
  store->Save(room);
  store->Flush();
  store->OnCommit([&] { commits.fetch_add(1); });
  constexpr int kRows = 500;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kRows; ++i) {
    store->SaveRow({.room = room.name,
                    .feature = "f",
                    .key = std::to_string(i),
                    .meeting = room.meeting,
                    .value = ""});
    usleep(100);
  }
  store->Flush();
  const auto rests = (std::chrono::steady_clock::now() - begin) / std::chrono::milliseconds(20);
  EXPECT_EQ(store->committed(), store->queued());
  EXPECT_LE(commits.load(), rests + 3);
  store.reset();
  EXPECT_EQ(Open()->LoadRows().size(), size_t{kRows});
}

TEST_F(SqliteStoreTest, AFileOfANewerParleyIsLeftAlone) {
  Open();
  {
    auto database = Database::Open(file_);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->Run("INSERT INTO migration (version) VALUES (1000)"));
  }
  const auto store = SqliteStore::Open(file_);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error(), HasSubstr("newer Parley"));
  EXPECT_THAT(store.error(), HasSubstr(file_.string()));
}

TEST_F(SqliteStoreTest, WhatIsNoDatabaseIsNamed) {
  FILE* file = fopen(file_.c_str(), "w");
  for (int i = 0; i < 1000; ++i) fputs("not a database", file);
  fclose(file);
  const auto store = SqliteStore::Open(file_);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error(), HasSubstr(file_.string()));
  EXPECT_FALSE(SqliteStore::Open(directory_ / "missing" / "parley.db"));
}

TEST_F(SqliteStoreTest, ALockedFileIsReportedAndTriedAgain) {
  auto store = Open();
  auto blocker = Database::Open(file_);
  ASSERT_TRUE(blocker);
  // Somebody holds the file longer than the store waits for it.
  ASSERT_TRUE(blocker->Run("BEGIN EXCLUSIVE"));
  store->Save(Record("a"));
  while (store->failures() == 0) usleep(10'000);
  EXPECT_EQ(store->committed(), 0u);
  ASSERT_TRUE(blocker->Run("COMMIT"));
  store->Flush();
  EXPECT_EQ(store->committed(), 1u);
}

TEST_F(SqliteStoreTest, ASecondConnectionLeavesTheFirstItsLocks) {
  Open();  // its tables
  int go[2];
  ASSERT_EQ(pipe(go), 0);
  // Before there are connections: it knows nothing of them.
  const pid_t other = fork();
  if (other == 0) {
    char byte = 0;
    bool ok = read(go[0], &byte, 1) == 1;
    {
      auto third = Database::Open(file_);
      ok = ok && third && third->Run("INSERT INTO secret (name, value) VALUES ('x', x'00')");
    }
    _exit(ok ? 0 : 1);
  }
  auto first = Database::Open(file_);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->Run("DELETE FROM secret"));
  auto second = Database::Open(file_);
  EXPECT_TRUE(second);
  EXPECT_EQ(write(go[1], "x", 1), 1);
  int status = 0;
  waitpid(other, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::exists(file_.string() + "-wal"))
      << "the other process took itself for the last one";
  close(go[0]);
  close(go[1]);
}

}  // namespace
}  // namespace parley
