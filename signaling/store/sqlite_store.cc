#include "signaling/store/sqlite_store.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

#include "sfu/base/log.h"
#include "sfu/base/random.h"
#include "signaling/store/database.h"
#include "signaling/store/migrations.h"

namespace parley {
namespace {

constexpr std::chrono::seconds kRetryAfter{1};
// Between two transactions, unless somebody waits for the second: a hundred who join at once are
// written by a few.
constexpr std::chrono::milliseconds kRest{20};

// What waits to be written: by room its new record, by row its new state; nothing: forgotten.
struct Changes {
  using RowKey = std::tuple<std::string, std::string, std::string>;  // room, feature, key
  using ReportKey = std::pair<std::string, WallTime>;                // room, started_at
  std::map<std::string, std::optional<RoomRecord>> rooms;
  std::map<RowKey, std::optional<FeatureRow>> rows;
  std::set<std::string> forgotten;  // rooms whose reports of before go
  std::map<ReportKey, StoredReport> reports;
  std::vector<AnswerRow> answers;
  WallTime answers_from;  // those of before go

  bool empty() const {
    return rooms.empty() && rows.empty() && forgotten.empty() && reports.empty() && answers.empty();
  }
  void Forget(const std::string& room) {
    rooms[room] = std::nullopt;
    forgotten.insert(room);
    std::erase_if(reports, [&](const auto& entry) { return entry.first.first == room; });
  }
  // Keeps its own where both have one.
  void Merge(Changes& older) {
    rooms.merge(older.rooms);
    rows.merge(older.rows);
    std::erase_if(older.reports,
                  [&](const auto& entry) { return forgotten.contains(entry.first.first); });
    reports.merge(older.reports);
    forgotten.merge(older.forgotten);
    answers.insert(answers.begin(), std::make_move_iterator(older.answers.begin()),
                   std::make_move_iterator(older.answers.end()));
    answers_from = std::max(answers_from, older.answers_from);
  }
};

bool ApplyRooms(Database& database, const Changes& changes) {
  Statement save(
      database.handle(),
      "INSERT OR REPLACE INTO room (name, title, invite, meeting, created_at, pin, "
      "lobby, recording_asks, recording_auto, host_pin, webinar, stage_invite, most_active, "
      "recording_keep_days, admit_tokens, admit_returning, admit_callers, passcode) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  Statement forget(database.handle(), "DELETE FROM room WHERE name = ?");
  bool ok = true;
  for (const auto& [name, record] : changes.rooms) {
    Statement& statement = record ? save : forget;
    statement.Bind(1, name);
    if (record) {
      statement.Bind(2, record->title)
          .Bind(3, record->invite)
          .Bind(4, static_cast<int64_t>(record->meeting))
          .Bind(5, record->created_at.unix_us())
          .Bind(6, record->pin)
          .Bind(7, int64_t{record->lobby})
          .Bind(8, int64_t{record->recording.asks_consent})
          .Bind(9, int64_t{record->recording.automatic})
          .Bind(10, record->host_pin)
          .Bind(11, int64_t{record->webinar})
          .Bind(12, record->stage_invite)
          .Bind(13, int64_t{record->most_active})
          .Bind(14, int64_t{record->recording.keep_days})
          .Bind(15, int64_t{record->lobby_admits.tokens})
          .Bind(16, int64_t{record->lobby_admits.returning})
          .Bind(17, int64_t{record->lobby_admits.callers})
          .Bind(18, record->passcode);
    }
    statement.Step();
    ok = ok && statement.ok();
    statement.Reset();
  }
  return ok;
}

bool ApplyRows(Database& database, const Changes& changes) {
  Statement save(database.handle(),
                 "INSERT OR REPLACE INTO feature_row (room, feature, key, meeting, value) "
                 "VALUES (?, ?, ?, ?, ?)");
  Statement forget(database.handle(),
                   "DELETE FROM feature_row WHERE room = ? AND feature = ? AND key = ?");
  bool ok = true;
  for (const auto& [key, row] : changes.rows) {
    Statement& statement = row ? save : forget;
    statement.Bind(1, std::get<0>(key)).Bind(2, std::get<1>(key)).Bind(3, std::get<2>(key));
    if (row) statement.Bind(4, static_cast<int64_t>(row->meeting)).Bind(5, row->value);
    statement.Step();
    ok = ok && statement.ok();
    statement.Reset();
  }
  return ok;
}

bool ApplyReports(Database& database, const Changes& changes) {
  bool ok = true;
  for (const std::string& room : changes.forgotten) {
    Statement forget(database.handle(), "DELETE FROM report WHERE room = ?");
    forget.Bind(1, room).Step();
    ok = ok && forget.ok();
  }
  for (const auto& [key, report] : changes.reports) {
    Statement save(database.handle(),
                   "INSERT OR REPLACE INTO report (room, started_at, ended_at, value) "
                   "VALUES (?, ?, ?, ?)");
    save.Bind(1, report.room)
        .Bind(2, report.started_at.unix_us())
        .Bind(3, report.ended_at.unix_us())
        .Bind(4, report.value)
        .Step();
    Statement trim(database.handle(),
                   "DELETE FROM report WHERE room = ?1 AND started_at NOT IN (SELECT started_at "
                   "FROM report WHERE room = ?1 ORDER BY started_at DESC LIMIT ?2)");
    trim.Bind(1, report.room).Bind(2, static_cast<int64_t>(kReports)).Step();
    ok = ok && save.ok() && trim.ok();
  }
  return ok;
}

bool ApplyAnswers(const Database& database, const Changes& changes) {
  if (changes.answers.empty()) return true;
  return std::ranges::all_of(changes.answers,
                             [&](const AnswerRow& row) { return SaveAnswer(database, row); }) &&
         ForgetAnswers(database, changes.answers_from);
}

bool Apply(Database& database, const Changes& changes) {
  if (!database.Run("BEGIN IMMEDIATE")) return false;
  if (ApplyRooms(database, changes) && ApplyRows(database, changes) &&
      ApplyReports(database, changes) && ApplyAnswers(database, changes) &&
      database.Run("COMMIT")) {
    return true;
  }
  database.Run("ROLLBACK");
  return false;
}

std::vector<StoredReport> FindReports(const Database& database, const std::string& room,
                                      WallTime meeting) {
  std::vector<StoredReport> reports;
  Statement all(database.handle(),
                "SELECT started_at, ended_at FROM report WHERE room = ? ORDER BY started_at DESC");
  all.Bind(1, room);
  while (all.Step()) {
    reports.push_back({.room = room,
                       .started_at = WallTime::UnixMicros(all.Number(0)),
                       .ended_at = WallTime::UnixMicros(all.Number(1)),
                       .value = {}});
  }
  for (StoredReport& report : reports) {
    const bool wanted =
        meeting == WallTime() ? &report == &reports.front() : report.started_at == meeting;
    if (!wanted) continue;
    Statement text(database.handle(), "SELECT value FROM report WHERE room = ? AND started_at = ?");
    if (text.Bind(1, room).Bind(2, report.started_at.unix_us()).Step()) {
      report.value = text.Text(0);
    }
  }
  return reports;
}

}  // namespace

// The store's thread and what waits for it. The mutex is held for the queue only, never while
// SQLite works.
class SqliteStore::Writer {
 public:
  explicit Writer(Database database) : database_(std::move(database)) {}

  void Start() {
    thread_ = std::thread([this] { Loop(); });
  }

  void Stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  // `change` adds to what waits.
  template <class Change>
  void Queue(Change change) {
    {
      std::lock_guard lock(mutex_);
      change(waiting_);
      ++queued_;
    }
    changed_.notify_all();
  }

  // While it is above zero nothing is begun to be written.
  void HoldBack(int more) {
    {
      std::lock_guard lock(mutex_);
      held_back_ += more;
    }
    changed_.notify_all();
  }

  void Ask(std::function<void(const Database&)> query) {
    {
      std::lock_guard lock(mutex_);
      queries_.push_back(std::move(query));
    }
    changed_.notify_all();
  }

  void Flush() {
    std::unique_lock lock(mutex_);
    const uint64_t target = queued_;
    const uint64_t attempts = attempts_;
    ++flushing_;
    changed_.notify_all();
    done_.wait(lock, [&] {
      return committed_.load(std::memory_order_relaxed) >= target || attempts_ > attempts + 1;
    });
    --flushing_;
  }

  void set_callback(std::function<void()> callback) {
    std::lock_guard lock(callback_mutex_);
    callback_ = std::move(callback);
  }

  uint64_t queued() const {
    std::lock_guard lock(mutex_);
    return queued_;
  }
  // Acquire pairs with the release after COMMIT: what was committed before is on disk.
  uint64_t committed() const { return committed_.load(std::memory_order_acquire); }
  // A figure for the metrics: no order needed.
  uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }
  Database& database() { return database_; }

 private:
  void Loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] {
        return stopping_ || (held_back_ == 0 && (!waiting_.empty() || !queries_.empty()));
      });
      if (waiting_.empty() && queries_.empty()) return;
      Changes batch = std::exchange(waiting_, {});
      const auto queries = std::exchange(queries_, {});
      const uint64_t up_to = queued_;
      lock.unlock();
      const bool written = batch.empty() || Apply(database_, batch);
      Report(written);
      for (const auto& query : queries) query(database_);
      lock.lock();
      ++attempts_;
      if (written) {
        committed_.store(up_to, std::memory_order_release);
      } else {
        waiting_.Merge(batch);  // keeps what was queued in the meantime
        if (stopping_) return;
      }
      done_.notify_all();
      lock.unlock();
      Notify();
      lock.lock();
      if (!written) {
        changed_.wait_for(lock, kRetryAfter, [&] { return stopping_; });
      } else if (!batch.empty()) {
        changed_.wait_for(lock, kRest, [&] { return MustGoOn(); });
      }
    }
  }

  // Somebody waits for what is there to be written (rooms: for an answer), or for an answer of
  // ours.
  bool MustGoOn() const {
    return stopping_ || flushing_ > 0 || !waiting_.rooms.empty() || !queries_.empty();
  }

  void Notify() {
    std::lock_guard lock(callback_mutex_);
    if (callback_) callback_();
  }

  // Says only when it begins to fail and when it works again.
  void Report(bool written) {
    if (!written) failures_.fetch_add(1, std::memory_order_relaxed);
    if (written == !failing_) return;
    failing_ = !written;
    if (failing_) {
      LogError("store_write_failed", {{"error", database_.error()}});
    } else {
      LogInfo("store_recovered");
    }
  }

  Database database_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable done_;
  Changes waiting_;
  std::vector<std::function<void(const Database&)>> queries_;
  int held_back_ = 0;
  uint64_t queued_ = 0;
  uint64_t attempts_ = 0;
  int flushing_ = 0;  // who waits
  bool stopping_ = false;
  std::mutex callback_mutex_;
  std::function<void()> callback_;
  std::atomic<uint64_t> committed_{0};
  std::atomic<uint64_t> failures_{0};
  bool failing_ = false;  // the store's thread only
  std::thread thread_;
};

SqliteStore::SqliteStore(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {
  writer_->Start();
}

SqliteStore::~SqliteStore() { writer_->Stop(); }

std::expected<std::unique_ptr<SqliteStore>, std::string> SqliteStore::Open(
    const std::filesystem::path& file) {
  auto database = Database::Open(file);
  if (!database) return std::unexpected(database.error());
  if (auto migrated = Migrate(*database); !migrated) {
    return std::unexpected(file.string() + ": " + migrated.error());
  }
  auto writer = std::make_unique<Writer>(*std::move(database));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(writer)));
}

std::vector<RoomRecord> SqliteStore::LoadRooms() {
  std::vector<RoomRecord> rooms;
  Statement all(
      writer_->database().handle(),
      "SELECT name, title, invite, meeting, created_at, pin, lobby, recording_asks, "
      "recording_auto, host_pin, webinar, stage_invite, most_active, "
      "recording_keep_days, admit_tokens, admit_returning, admit_callers, passcode FROM room ORDER "
      "BY created_at, name");
  while (all.Step()) {
    RoomRecord room;
    room.name = all.Text(0);
    room.title = all.Text(1);
    room.invite = all.Text(2);
    room.meeting = static_cast<uint32_t>(all.Number(3));
    room.created_at = WallTime::UnixMicros(all.Number(4));
    room.pin = all.Text(5);
    room.lobby = all.Number(6) != 0;
    room.recording = {.asks_consent = all.Number(7) != 0,
                      .automatic = all.Number(8) != 0,
                      .keep_days = static_cast<int>(all.Number(13))};
    room.host_pin = all.Text(9);
    room.webinar = all.Number(10) != 0;
    room.stage_invite = all.Text(11);
    room.most_active = static_cast<uint32_t>(all.Number(12));
    room.lobby_admits = {.tokens = all.Number(14) != 0,
                         .returning = all.Number(15) != 0,
                         .callers = all.Number(16) != 0};
    room.passcode = all.Text(17);
    rooms.push_back(std::move(room));
  }
  return rooms;
}

std::expected<SqliteStore::Secret, std::string> SqliteStore::LoadSecret(std::string_view name) {
  Database& database = writer_->database();
  Secret secret;
  SystemRandom().Fill(secret);
  Statement insert(database.handle(), "INSERT OR IGNORE INTO secret (name, value) VALUES (?, ?)");
  insert.Bind(1, name).Bind(2, std::span<const uint8_t>(secret)).Step();
  if (!insert.ok()) return std::unexpected(database.error());
  Statement select(database.handle(), "SELECT value FROM secret WHERE name = ?");
  if (!select.Bind(1, name).Step()) return std::unexpected(database.error());
  const auto value = select.Blob(0);
  if (value.size() != secret.size()) return std::unexpected("a secret in the store is damaged");
  std::ranges::copy(value, secret.begin());
  return secret;
}

std::vector<AnswerRow> SqliteStore::LoadAnswers() {
  return parley::LoadAnswers(writer_->database());
}
std::vector<ApiKeyRow> SqliteStore::LoadKeys() { return LoadApiKeys(writer_->database()); }

std::vector<FeatureRow> SqliteStore::LoadRows() {
  Database& database = writer_->database();
  Statement(database.handle(),
            "DELETE FROM feature_row WHERE NOT EXISTS (SELECT 1 FROM room WHERE "
            "room.name = feature_row.room AND room.meeting = feature_row.meeting)")
      .Step();
  std::vector<FeatureRow> rows;
  Statement all(database.handle(),
                "SELECT room, feature, key, meeting, value FROM feature_row ORDER BY room, "
                "feature, key");
  while (all.Step()) {
    rows.push_back({.room = all.Text(0),
                    .feature = all.Text(1),
                    .key = all.Text(2),
                    .meeting = static_cast<uint32_t>(all.Number(3)),
                    .value = all.Text(4)});
  }
  return rows;
}

void SqliteStore::Save(const RoomRecord& record) {
  writer_->Queue([&](Changes& waiting) { waiting.rooms[record.name] = record; });
}
void SqliteStore::Forget(const std::string& name) {
  writer_->Queue([&](Changes& waiting) { waiting.Forget(name); });
}
void SqliteStore::SaveRow(FeatureRow row) {
  writer_->Queue([&](Changes& waiting) {
    auto& place = waiting.rows[{row.room, row.feature, row.key}];
    place = std::move(row);
  });
}
void SqliteStore::ForgetRow(const std::string& room, std::string_view feature,
                            std::string_view key) {
  writer_->Queue([&](Changes& waiting) {
    waiting.rows[{room, std::string(feature), std::string(key)}] = std::nullopt;
  });
}
void SqliteStore::SaveReport(StoredReport report) {
  writer_->Queue([&](Changes& waiting) {
    auto& place = waiting.reports[{report.room, report.started_at}];
    place = std::move(report);
  });
}
void SqliteStore::SaveAnswer(AnswerRow row, WallTime forget_before) {
  writer_->Queue([&](Changes& waiting) {
    waiting.answers.push_back(std::move(row));
    waiting.answers_from = std::max(waiting.answers_from, forget_before);
  });
}
void SqliteStore::ReadReports(std::string room, WallTime meeting, ReportsReader done) {
  writer_->Ask([room = std::move(room), meeting, done = std::move(done)](const Database& database) {
    done(FindReports(database, room, meeting));
  });
}
void SqliteStore::Read(std::function<void(const Database&)> read) { writer_->Ask(std::move(read)); }
uint64_t SqliteStore::queued() const { return writer_->queued(); }
uint64_t SqliteStore::committed() const { return writer_->committed(); }
uint64_t SqliteStore::failures() const { return writer_->failures(); }
void SqliteStore::OnCommit(std::function<void()> callback) {
  writer_->set_callback(std::move(callback));
}
void SqliteStore::Flush() { writer_->Flush(); }

SqliteStore::Together::Together(SqliteStore& store) : store_(store) { store_.writer_->HoldBack(1); }
SqliteStore::Together::~Together() { store_.writer_->HoldBack(-1); }

}  // namespace parley
