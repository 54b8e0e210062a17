#pragma once

// What waits to be delivered and what was given up, in the table `webhook` of the store's file, by
// a connection of its own. The webhooks' thread; of the dead at most kDead are kept, the latest.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/hooks/webhook_event.h"
#include "signaling/store/database.h"

namespace parley {

class WebhookRows {
 public:
  static constexpr size_t kDead = 1000;

  struct Waiting {
    std::string url;
    WebhookEvent event;
  };

  // Of a file whose tables are up to date (SqliteStore).
  static std::expected<WebhookRows, std::string> Open(const std::filesystem::path& file);

  // In the order of their numbers. What waits for an endpoint that is none of `urls` any more is
  // forgotten.
  std::vector<Waiting> Load(const std::vector<std::string>& urls);
  uint64_t highest_number();

  // Each is on disk with the next Commit().
  void Add(std::string_view url, const WebhookEvent& event);
  void Remove(uint64_t number);
  void Kill(uint64_t number, int attempts, std::string_view error, WallTime now);
  // False when it could not be written: then a restart may deliver something twice, or not.
  bool Commit();

  // The latest first.
  std::vector<DeadLetter> Dead();

 private:
  explicit WebhookRows(Database database) : database_(std::move(database)) {}
  void Begin();
  void Apply(Statement& statement);

  Database database_;
  bool changing_ = false;
  bool ok_ = true;
};

}  // namespace parley
