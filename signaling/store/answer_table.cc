#include "signaling/store/answer_table.h"

#include <algorithm>
#include <span>

#include "signaling/store/database.h"

namespace parley {
namespace {

bool CopyHash(std::span<const uint8_t> blob, std::array<uint8_t, 32>& hash) {
  if (blob.size() != hash.size()) return false;
  std::ranges::copy(blob, hash.begin());
  return true;
}

}  // namespace

std::vector<AnswerRow> LoadAnswers(const Database& database) {
  std::vector<AnswerRow> rows;
  Statement all(database.handle(), "SELECT key, request, status, body, at FROM answer ORDER BY at");
  while (all.Step()) {
    AnswerRow row;
    if (!CopyHash(all.Blob(0), row.key) || !CopyHash(all.Blob(1), row.request)) continue;
    row.status = static_cast<int>(all.Number(2));
    row.body = all.Text(3);
    row.at = WallTime::UnixMicros(all.Number(4));
    rows.push_back(std::move(row));
  }
  return rows;
}

bool SaveAnswer(const Database& database, const AnswerRow& row) {
  Statement save(database.handle(),
                 "INSERT OR REPLACE INTO answer (key, request, status, body, at) "
                 "VALUES (?, ?, ?, ?, ?)");
  save.Bind(1, std::span<const uint8_t>(row.key))
      .Bind(2, std::span<const uint8_t>(row.request))
      .Bind(3, int64_t{row.status})
      .Bind(4, row.body)
      .Bind(5, row.at.unix_us())
      .Step();
  return save.ok();
}

bool ForgetAnswers(const Database& database, WallTime before) {
  Statement forget(database.handle(), "DELETE FROM answer WHERE at < ?");
  forget.Bind(1, before.unix_us()).Step();
  return forget.ok();
}

}  // namespace parley
