#pragma once

// What survives a restart, in one SQLite file (WAL, mode 0600): rooms and the server's own secrets.
// Open() and what it returns run before the loop starts; afterwards the signaling thread only
// queues changes, and a thread of the store's own writes them, each batch in one transaction. What
// waits is bounded by the number of rooms and of what their features keep: a later change of a room
// or a row replaces an earlier one. Reports are too many to hold in memory: they are read when
// asked for.

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/room/room_store.h"
#include "signaling/store/answer_table.h"
#include "signaling/store/api_key_table.h"

namespace parley {

class Database;

class SqliteStore final : public RoomStore {
 public:
  using Secret = std::array<uint8_t, 32>;

  // Opens or makes the file and brings its tables up to date; a sentence naming the file when it
  // cannot, or when a newer Parley wrote it.
  static std::expected<std::unique_ptr<SqliteStore>, std::string> Open(
      const std::filesystem::path& file);
  // Writes what waits.
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  std::vector<RoomRecord> LoadRooms();
  // Of meetings that are still on, in the order of their keys; rows of others are forgotten.
  std::vector<FeatureRow> LoadRows();
  std::vector<ApiKeyRow> LoadKeys();
  std::vector<AnswerRow> LoadAnswers();
  // The secret of that name, made at random the first time.
  std::expected<Secret, std::string> LoadSecret(std::string_view name);

  // RoomStore: all only queue.
  void Save(const RoomRecord& record) override;
  void Forget(const std::string& name) override;
  void SaveRow(FeatureRow row) override;
  void ForgetRow(const std::string& room, std::string_view feature, std::string_view key) override;
  void SaveReport(StoredReport report) override;
  // Also forgets the answers from before that time.
  void SaveAnswer(AnswerRow row, WallTime forget_before);
  // What was queued before is in the answer. `done` is called on the store's thread, before the
  // callback of OnCommit.
  void ReadReports(std::string room, WallTime meeting, ReportsReader done) override;
  // `read` is called on the store's thread, as above.
  void Read(std::function<void(const Database&)> read);

  // What is queued while it lives is written in one transaction. On the signaling thread.
  class Together {
   public:
    explicit Together(SqliteStore& store);
    ~Together();
    Together(const Together&) = delete;
    Together& operator=(const Together&) = delete;

   private:
    SqliteStore& store_;
  };

  // Of the changes queued so far; compare with committed().
  uint64_t queued() const;
  // All changes up to this number are on disk. Any thread.
  uint64_t committed() const;
  // Called on the store's thread after each batch, whether it could be written or not. When this
  // returns, an earlier callback is not running and never called again.
  void OnCommit(std::function<void()> callback);
  // Batches that could not be written; they are tried again. Any thread.
  uint64_t failures() const;
  // Waits until everything queued is written or one attempt has failed.
  void Flush();

 private:
  class Writer;
  explicit SqliteStore(std::unique_ptr<Writer> writer);
  std::unique_ptr<Writer> writer_;
};

}  // namespace parley
