#include "signaling/api/api_keys.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "signaling/room/digest.h"
#include "signaling/room/secrets.h"

namespace parley {
namespace {

constexpr std::string_view kPrefix = "pk_";
constexpr size_t kKeyBytes = 25;

// "rooms reports"; what another version of this program knows besides is left out.
ScopeSet ReadScopes(std::string_view text) {
  ScopeSet scopes;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const auto name = std::ranges::find(kScopeNames, text.substr(0, end));
    if (name != kScopeNames.end()) scopes.set(static_cast<size_t>(name - kScopeNames.begin()));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

}  // namespace

bool IsApiKey(std::string_view bearer) { return bearer.starts_with(kPrefix); }

std::string MakeApiKey(RandomSource& random) {
  return std::string(kPrefix) + RandomBase32(random, kKeyBytes);
}

// Without salt or rounds: nobody guesses 200 random bits.
std::array<uint8_t, 32> HashApiKey(std::string_view key) { return Sha256(key); }

struct ApiKeys::Known {
  std::mutex mutex;
  std::vector<ApiKeyRow> rows;
  bool reading = false;
};

ApiKeys::ApiKeys(std::vector<ApiKeyRow> rows, Loader loader)
    : loader_(std::move(loader)), known_(std::make_shared<Known>()) {
  known_->rows = std::move(rows);
}

std::expected<ScopeSet, Error> ApiKeys::Check(std::string_view key) const {
  const auto hash = HashApiKey(key);
  std::lock_guard lock(known_->mutex);
  const auto row = std::ranges::find(known_->rows, hash, &ApiKeyRow::hash);
  if (row != known_->rows.end()) return ReadScopes(row->scopes);
  return std::unexpected(
      Error::Of(ErrorCode::kTokenInvalid, "There is no such API key, or it was removed."));
}

void ApiKeys::HandleTimeout(Now now) {
  if (now.steady < next_) return;
  next_ = now.steady + kReload;
  {
    std::lock_guard lock(known_->mutex);
    if (std::exchange(known_->reading, true)) return;
  }
  loader_([known = known_](std::vector<ApiKeyRow> rows) {
    std::lock_guard lock(known->mutex);
    known->rows = std::move(rows);
    known->reading = false;
  });
}

}  // namespace parley
