#include "signaling/hooks/webhook_rows.h"

#include <algorithm>
#include <utility>

namespace parley {
namespace {

// From the column of that place on: number, id, type, room, at, body.
WebhookEvent EventOf(const Statement& row, int first) {
  return {.number = static_cast<uint64_t>(row.Number(first)),
          .id = row.Text(first + 1),
          .type = row.Text(first + 2),
          .room = row.Text(first + 3),
          .at = WallTime::UnixMicros(row.Number(first + 4)),
          .body = row.Text(first + 5)};
}

}  // namespace

std::expected<WebhookRows, std::string> WebhookRows::Open(const std::filesystem::path& file) {
  auto database = Database::Open(file);
  if (!database) return std::unexpected(database.error());
  return WebhookRows(*std::move(database));
}

std::vector<WebhookRows::Waiting> WebhookRows::Load(const std::vector<std::string>& urls) {
  std::vector<Waiting> waiting;
  std::vector<uint64_t> strangers;
  {
    Statement all(database_.handle(),
                  "SELECT url, number, id, type, room, at, body FROM webhook WHERE dead_at = 0 "
                  "ORDER BY number");
    while (all.Step()) {
      Waiting row{.url = all.Text(0), .event = EventOf(all, 1)};
      if (std::ranges::find(urls, row.url) == urls.end()) {
        strangers.push_back(row.event.number);
      } else {
        waiting.push_back(std::move(row));
      }
    }
  }
  for (const uint64_t number : strangers) Remove(number);
  Commit();
  return waiting;
}

uint64_t WebhookRows::highest_number() {
  Statement highest(database_.handle(), "SELECT coalesce(max(number), 0) FROM webhook");
  return highest.Step() ? static_cast<uint64_t>(highest.Number(0)) : 0;
}

void WebhookRows::Begin() {
  if (changing_) return;
  changing_ = true;
  ok_ = database_.Run("BEGIN IMMEDIATE");
}

void WebhookRows::Apply(Statement& statement) {
  statement.Step();
  ok_ = ok_ && statement.ok();
}

void WebhookRows::Add(std::string_view url, const WebhookEvent& event) {
  Begin();
  Statement add(database_.handle(),
                "INSERT OR REPLACE INTO webhook (number, url, id, type, room, at, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)");
  add.Bind(1, static_cast<int64_t>(event.number))
      .Bind(2, url)
      .Bind(3, event.id)
      .Bind(4, event.type)
      .Bind(5, event.room)
      .Bind(6, event.at.unix_us())
      .Bind(7, event.body);
  Apply(add);
}

void WebhookRows::Remove(uint64_t number) {
  Begin();
  Statement remove(database_.handle(), "DELETE FROM webhook WHERE number = ?");
  remove.Bind(1, static_cast<int64_t>(number));
  Apply(remove);
}

void WebhookRows::Kill(uint64_t number, int attempts, std::string_view error, WallTime now) {
  Begin();
  Statement kill(database_.handle(),
                 "UPDATE webhook SET dead_at = ?, attempts = ?, error = ? WHERE number = ?");
  kill.Bind(1, now.unix_us())
      .Bind(2, int64_t{attempts})
      .Bind(3, error)
      .Bind(4, static_cast<int64_t>(number));
  Apply(kill);
  Statement trim(database_.handle(),
                 "DELETE FROM webhook WHERE dead_at > 0 AND number NOT IN (SELECT number FROM "
                 "webhook WHERE dead_at > 0 ORDER BY dead_at DESC, number DESC LIMIT ?)");
  trim.Bind(1, static_cast<int64_t>(kDead));
  Apply(trim);
}

bool WebhookRows::Commit() {
  if (!std::exchange(changing_, false)) return true;
  if (ok_ && database_.Run("COMMIT")) return true;
  database_.Run("ROLLBACK");
  return false;
}

std::vector<DeadLetter> WebhookRows::Dead() {
  std::vector<DeadLetter> dead;
  Statement all(database_.handle(),
                "SELECT url, attempts, dead_at, error, number, id, type, room, at, body FROM "
                "webhook WHERE dead_at > 0 ORDER BY dead_at DESC, number DESC");
  while (all.Step()) {
    dead.push_back({.event = EventOf(all, 4),
                    .url = all.Text(0),
                    .attempts = static_cast<int>(all.Number(1)),
                    .dead_at = WallTime::UnixMicros(all.Number(2)),
                    .error = all.Text(3)});
  }
  return dead;
}

}  // namespace parley
