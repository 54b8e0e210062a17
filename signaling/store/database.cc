#include "signaling/store/database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace parley {

Statement::Statement(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  ok_ = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) ==
        SQLITE_OK;
  statement_.reset(statement);
}

Statement& Statement::Bind(int index, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.empty() ? "" : text.data();
  ok_ = ok_ && sqlite3_bind_text(statement_.get(), index, data, static_cast<int>(text.size()),
                                 SQLITE_STATIC) == SQLITE_OK;
  return *this;
}

Statement& Statement::Bind(int index, int64_t number) {
  ok_ = ok_ && sqlite3_bind_int64(statement_.get(), index, number) == SQLITE_OK;
  return *this;
}

Statement& Statement::Bind(int index, std::span<const uint8_t> blob) {
  ok_ = ok_ && sqlite3_bind_blob(statement_.get(), index, blob.data(),
                                 static_cast<int>(blob.size()), SQLITE_STATIC) == SQLITE_OK;
  return *this;
}

bool Statement::Step() {
  if (!ok_) return false;
  const int result = sqlite3_step(statement_.get());
  ok_ = result == SQLITE_ROW || result == SQLITE_DONE;
  return result == SQLITE_ROW;
}

void Statement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::string Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return text ? std::string(text, static_cast<size_t>(size)) : std::string();
}

int64_t Statement::Number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::span<const uint8_t> Statement::Blob(int column) const {
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {data, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::expected<Database, std::string> Database::Open(const std::filesystem::path& file) {
  // Made here first, so that it never exists with wider permissions; SQLite gives -wal and -shm
  // those of the file. One that is there is not opened: to close it would let go of the locks that
  // other connections of this process have (fcntl(2)), and another process that takes itself for
  // the last one removes the -wal that they go on writing to.
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) {
    close(fd);
  } else if (errno != EEXIST) {
    return std::unexpected("cannot open " + file.string() + ": " + std::strerror(errno));
  } else if (chmod(file.c_str(), 0600) != 0) {
    return std::unexpected("cannot restrict " + file.string());
  }
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, nullptr);
  Database database(handle);
  if (result != SQLITE_OK) {
    return std::unexpected("cannot open " + file.string() + ": " + database.error());
  }
  sqlite3_busy_timeout(handle, 2000);
  if (!database.Run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON")) {
    return std::unexpected(file.string() + ": " + database.error());
  }
  return database;
}

bool Database::Run(const char* sql) {
  return sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

}  // namespace parley
