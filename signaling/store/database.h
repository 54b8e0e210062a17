#pragma once

// A SQLite connection and its prepared statements, with sentences for errors. One thread at a time.

#include <sqlite3.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parley {

class Statement {
 public:
  Statement(sqlite3* db, std::string_view sql);

  // Parameters count from 1. What is bound must live until Step() is done with it.
  Statement& Bind(int index, std::string_view text);
  Statement& Bind(int index, int64_t number);
  Statement& Bind(int index, std::span<const uint8_t> blob);

  // True while there is a row; false when done or on an error (then ok() is false).
  bool Step();
  bool ok() const { return ok_; }
  void Reset();

  // Columns of the current row, from 0.
  std::string Text(int column) const;
  int64_t Number(int column) const;
  std::span<const uint8_t> Blob(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  bool ok_ = true;
};

class Database {
 public:
  static std::expected<Database, std::string> Open(const std::filesystem::path& file);

  // Several statements without results.
  bool Run(const char* sql);
  sqlite3* handle() const { return db_.get(); }
  std::string error() const { return sqlite3_errmsg(db_.get()); }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  explicit Database(sqlite3* db) : db_(db) {}
  std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace parley
