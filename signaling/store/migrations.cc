#include "signaling/store/migrations.h"

#include <iterator>

#include "signaling/store/database.h"

namespace parley {
namespace {

// Never change one that was released: add another.
constexpr const char* kSteps[] = {
    R"sql(
      CREATE TABLE room (
        name TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        invite TEXT NOT NULL,
        meeting INTEGER NOT NULL,
        created_at INTEGER NOT NULL  -- microseconds since the Unix epoch
      ) STRICT;
      CREATE TABLE secret (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL
      ) STRICT;
    )sql",
    R"sql(
      ALTER TABLE room ADD COLUMN pin TEXT NOT NULL DEFAULT '';  -- empty: not given yet
    )sql",
    // What features keep of a meeting, each value as its feature writes it: a new feature needs no
    // table of its own.
    R"sql(
      CREATE TABLE feature_row (
        room TEXT NOT NULL,
        feature TEXT NOT NULL,
        key TEXT NOT NULL,
        meeting INTEGER NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (room, feature, key)
      ) STRICT, WITHOUT ROWID;
    )sql",
    R"sql(
      ALTER TABLE room ADD COLUMN lobby INTEGER NOT NULL DEFAULT 0;
    )sql",
    R"sql(
      ALTER TABLE room ADD COLUMN recording_asks INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE room ADD COLUMN recording_auto INTEGER NOT NULL DEFAULT 0;
    )sql",
    R"sql(
      ALTER TABLE room ADD COLUMN host_pin TEXT NOT NULL DEFAULT '';  -- empty: not given yet
    )sql",
    // What is left of meetings that are over, as room/meeting_report.h writes it.
    R"sql(
      CREATE TABLE report (
        room TEXT NOT NULL,
        started_at INTEGER NOT NULL,  -- microseconds since the Unix epoch
        ended_at INTEGER NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (room, started_at)
      ) STRICT, WITHOUT ROWID;
    )sql",
    // What is to be told other servers, and what they did not take (hooks/webhook_rows.h).
    R"sql(
      CREATE TABLE webhook (
        number INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        id TEXT NOT NULL,
        type TEXT NOT NULL,
        room TEXT NOT NULL,
        at INTEGER NOT NULL,  -- microseconds since the Unix epoch
        body TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        dead_at INTEGER NOT NULL DEFAULT 0,  -- 0: it waits
        error TEXT NOT NULL DEFAULT ''
      ) STRICT;
    )sql",
    R"sql(
      CREATE TABLE api_key (
        name TEXT PRIMARY KEY,
        hash BLOB NOT NULL,  -- SHA-256 of the key
        scopes TEXT NOT NULL,  -- with spaces between them
        created_at INTEGER NOT NULL  -- microseconds since the Unix epoch
      ) STRICT;
    )sql",
    R"sql(
      ALTER TABLE room ADD COLUMN webinar INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE room ADD COLUMN stage_invite TEXT NOT NULL DEFAULT '';
      ALTER TABLE room ADD COLUMN most_active INTEGER NOT NULL DEFAULT 0;  -- 0: the server's
    )sql",
    R"sql(
      CREATE TABLE answer (
        key BLOB PRIMARY KEY,  -- SHA-256, as api/kept_answers.cc makes it
        request BLOB NOT NULL,
        status INTEGER NOT NULL,
        body TEXT NOT NULL,
        at INTEGER NOT NULL  -- microseconds since the Unix epoch
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX answer_at ON answer (at);
    )sql",
    R"sql(
      ALTER TABLE room ADD COLUMN recording_keep_days INTEGER NOT NULL DEFAULT 0;
    )sql",
    R"sql(
      ALTER TABLE room ADD COLUMN admit_tokens INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE room ADD COLUMN admit_returning INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE room ADD COLUMN admit_callers INTEGER NOT NULL DEFAULT 0;
    )sql",
    R"sql(
      ALTER TABLE room ADD COLUMN passcode TEXT NOT NULL DEFAULT '';  -- salt and hash; empty: none
    )sql",
};

}  // namespace

std::expected<void, std::string> Migrate(Database& database) {
  auto fail = [&] { return std::unexpected(database.error()); };
  if (!database.Run("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, "
                    "applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT")) {
    return fail();
  }
  int64_t version = 0;
  {
    Statement latest(database.handle(), "SELECT coalesce(max(version), 0) FROM migration");
    if (!latest.Step()) return fail();
    version = latest.Number(0);
  }
  const auto known = static_cast<int64_t>(std::size(kSteps));
  if (version > known) {
    return std::unexpected("it was written by a newer Parley (version " + std::to_string(version) +
                           ", this one knows " + std::to_string(known) + ")");
  }
  for (; version < known; ++version) {
    const std::string note =
        "INSERT INTO migration (version) VALUES (" + std::to_string(version + 1) + ")";
    if (!database.Run("BEGIN IMMEDIATE")) return fail();
    if (!database.Run(kSteps[version]) || !database.Run(note.c_str()) || !database.Run("COMMIT")) {
      std::string error = database.error();
      database.Run("ROLLBACK");
      return std::unexpected(std::move(error));
    }
  }
  return {};
}

}  // namespace parley
