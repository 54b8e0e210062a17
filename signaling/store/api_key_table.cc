#include "signaling/store/api_key_table.h"

#include <algorithm>
#include <span>
#include <utility>

#include "signaling/store/database.h"

namespace parley {

std::vector<ApiKeyRow> LoadApiKeys(const Database& database) {
  std::vector<ApiKeyRow> rows;
  Statement all(database.handle(),
                "SELECT name, hash, scopes, created_at FROM api_key ORDER BY name");
  while (all.Step()) {
    ApiKeyRow row{.name = all.Text(0),
                  .scopes = all.Text(2),
                  .created_at = WallTime::UnixMicros(all.Number(3))};
    const auto hash = all.Blob(1);
    if (hash.size() != row.hash.size()) continue;
    std::ranges::copy(hash, row.hash.begin());
    rows.push_back(std::move(row));
  }
  return rows;
}

bool AddApiKey(const Database& database, const ApiKeyRow& row) {
  Statement add(database.handle(),
                "INSERT INTO api_key (name, hash, scopes, created_at) VALUES (?, ?, ?, ?)");
  add.Bind(1, row.name)
      .Bind(2, std::span<const uint8_t>(row.hash))
      .Bind(3, row.scopes)
      .Bind(4, row.created_at.unix_us())
      .Step();
  return add.ok();
}

bool RemoveApiKey(const Database& database, std::string_view name) {
  Statement remove(database.handle(), "DELETE FROM api_key WHERE name = ?");
  remove.Bind(1, name).Step();
  return remove.ok() && sqlite3_changes(database.handle()) == 1;
}

}  // namespace parley
