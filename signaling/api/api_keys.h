#pragma once

// API keys: secrets of other programs, each good for the resources of its scopes in all rooms and
// for nothing else (PROTOCOL.md, "API keys"). They are made and removed by `parley key`, beside a
// running server too, so that they are read again every kReload. Check and HandleTimeout on the
// signaling thread; what is read comes from another one.

#include <array>
#include <bitset>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/base/units.h"
#include "signaling/protocol/error.h"
#include "signaling/room/now.h"
#include "signaling/store/api_key_table.h"

namespace parley {

enum class Scope : uint8_t {
  kRooms,
  kRecordings,
  kReports,
  kStats,
  kWebhooks,
  kMetrics,
  kMeetings
};
// In the order of Scope.
inline constexpr std::array<std::string_view, 7> kScopeNames = {
    "rooms", "recordings", "reports", "stats", "webhooks", "metrics", "meetings"};
using ScopeSet = std::bitset<kScopeNames.size()>;
static_assert(kScopeNames.size() == static_cast<size_t>(Scope::kMeetings) + 1);

// Whether a bearer token is one, rather than a JWT.
bool IsApiKey(std::string_view bearer);
std::string MakeApiKey(RandomSource& random);
std::array<uint8_t, 32> HashApiKey(std::string_view key);

class ApiKeys {
 public:
  static constexpr Duration kReload = Duration::Seconds(2);

  using Reader = std::function<void(std::vector<ApiKeyRow>)>;
  // Reads all there are, and hands them to its argument once, on any thread.
  using Loader = std::function<void(Reader)>;
  ApiKeys(std::vector<ApiKeyRow> rows, Loader loader);

  // What the key is good for. Error: token_invalid.
  std::expected<ScopeSet, Error> Check(std::string_view key) const;
  // Call it every turn.
  void HandleTimeout(Now now);

 private:
  struct Known;

  const Loader loader_;
  Timestamp next_;
  // Shared with what is being read, which may be done after this is gone.
  const std::shared_ptr<Known> known_;
};

}  // namespace parley
