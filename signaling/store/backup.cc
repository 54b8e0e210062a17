#include "signaling/store/backup.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "signaling/store/database.h"

namespace parley {
namespace {

using Sentence = std::string;
namespace fs = std::filesystem;

// Of files that are whole this is the last step, so that it must not be lost.
constexpr const char* kOneFile = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL";

std::expected<void, Sentence> Copy(const Database& from, Database& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (!backup) return std::unexpected(to.error());
  // All in one step: one snapshot, however much is written meanwhile.
  const int result = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (result != SQLITE_DONE) return std::unexpected(Sentence(sqlite3_errstr(result)));
  return {};
}

std::expected<void, Sentence> Check(const Database& copy) {
  Statement check(copy.handle(), "PRAGMA integrity_check");
  const bool found = check.Step();
  if (found && check.Text(0) == "ok") return {};
  return std::unexpected("the store is damaged: " + (found ? check.Text(0) : copy.error()));
}

std::expected<void, Sentence> Write(const fs::path& store, const fs::path& file) {
  const auto from = Database::Open(store);
  if (!from) return std::unexpected(from.error());
  auto to = Database::Open(file);
  if (!to) return std::unexpected(to.error());
  if (auto copied = Copy(*from, *to); !copied) return copied;
  if (!to->Run(kOneFile)) return std::unexpected(to->error());
  return Check(*to);
}

}  // namespace

std::expected<uint64_t, std::string> BackUp(const fs::path& store, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(store, error)) {
    return std::unexpected("there is nothing to back up: " + store.string() +
                           " is missing. Say with --data where the server keeps its data");
  }
  if (fs::exists(fs::symlink_status(file, error))) {
    return std::unexpected(file.string() + " is there already: choose another name");
  }
  fs::path part = file;
  part += ".part";
  // Of a backup that was broken off.
  fs::remove(part, error);
  auto written = Write(store, part);
  // A link, which replaces nothing that came to be there meanwhile.
  if (written && link(part.c_str(), file.c_str()) != 0) {
    written = std::unexpected("cannot make " + file.string() + ": " + std::strerror(errno));
  }
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
    fs::remove(part.string() + ending, error);
  }
  if (!written) return std::unexpected(written.error());
  return fs::file_size(file, error);
}

}  // namespace parley
