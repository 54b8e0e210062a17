#include "signaling/api/kept_answers.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "signaling/api/later_response.h"
#include "signaling/api/responses.h"

namespace parley {
namespace {

constexpr size_t kMaxKey = 255;

// Parts with their lengths before them, so that no two requests make the same text.
class Parts {
 public:
  Parts& Add(std::string_view part) {
    text_ += std::to_string(part.size()) + ":";
    text_ += part;
    return *this;
  }
  Digest256 digest() const { return Sha256(text_); }

 private:
  std::string text_;
};

bool IsKey(std::string_view key) {
  return !key.empty() && key.size() <= kMaxKey &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
}

// What one bearer chose is nothing to another.
Digest256 KeyOf(const HttpRequest& request) {
  return Parts().Add(request.authorization).Add(request.idempotency_key).digest();
}

// With the bearer, without which nobody who reads the disk can guess at what is secret in a body.
Digest256 FingerprintOf(const HttpRequest& request) {
  Parts parts;
  parts.Add(request.authorization).Add(request.path).Add(request.body);
  for (const std::string& pair : request.query) parts.Add(pair);
  return parts.digest();
}

bool IsSuccess(const HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

HttpResponse Refusal(int status, std::string sentence) {
  return ErrorResponse(status, Error::BadField("Idempotency-Key", std::move(sentence)));
}

HttpResponse OtherRequest() {
  return Refusal(422, "This key was used for another request: choose a new one for each.");
}

HttpResponse InProgress() {
  Error error = Error::Of(ErrorCode::kTooManyRequests,
                          "The first request with this key is still being answered.");
  error.retry_after_ms = 1000;
  return ErrorResponse(409, error);
}

}  // namespace

KeptAnswers::KeptAnswers(std::vector<AnswerRow> rows, Saver save) : save_(std::move(save)) {
  for (AnswerRow& row : rows) {
    order_.push_back(row.key);
    const Digest256 key = row.key;
    kept_[key] = {.row = std::move(row)};
  }
}

std::optional<HttpResponse> KeptAnswers::Find(const HttpRequest& request, Now now) {
  if (!IsKey(request.idempotency_key)) {
    return Refusal(400, "An idempotency key has 1 to 255 visible ASCII characters.");
  }
  DropOld(now);
  const Digest256 key = KeyOf(request);
  const Digest256 fingerprint = FingerprintOf(request);
  if (const auto pending = pending_.find(key); pending != pending_.end()) {
    return pending->second.request == fingerprint ? InProgress() : OtherRequest();
  }
  const auto found = kept_.find(key);
  if (found == kept_.end()) return std::nullopt;
  const auto& [row, change] = found->second;
  if (row.request != fingerprint) return OtherRequest();
  HttpResponse response =
      row.body.empty() ? EmptyResponse(row.status) : JsonResponse(row.status, row.body);
  // As the first time: nobody is told of what a crash could still undo.
  response.hold = change;
  return response;
}

HttpResponse KeptAnswers::Keep(const HttpRequest& request, HttpResponse response, Now now) {
  const Digest256 key = KeyOf(request);
  const Digest256 fingerprint = FingerprintOf(request);
  if (response.later) {
    auto outer = std::make_shared<LaterResponse>();
    pending_[key] = {
        .request = fingerprint, .inner = std::exchange(response.later, outer), .outer = outer};
  } else if (IsSuccess(response)) {
    Save(key, fingerprint, response, now);
  }
  return response;
}

void KeptAnswers::HandleTimeout(Now now) {
  for (auto it = pending_.begin(); it != pending_.end();) {
    Pending& pending = it->second;
    if (!pending.inner->ready()) {
      ++it;
      continue;
    }
    HttpResponse response = pending.inner->Take();
    if (IsSuccess(response)) Save(it->first, pending.request, response, now);
    pending.outer->Give(std::move(response));
    it = pending_.erase(it);
  }
}

void KeptAnswers::Save(const Digest256& key, const Digest256& request, const HttpResponse& response,
                       Now now) {
  DropOld(now);
  while (order_.size() >= kMost) {
    kept_.erase(order_.front());
    order_.pop_front();
  }
  AnswerRow row{.key = key,
                .request = request,
                .status = response.status,
                .body = response.body,
                .at = now.wall};
  order_.push_back(key);
  const WallTime oldest = order_.size() == 1 ? now.wall : kept_.at(order_.front()).row.at;
  const uint64_t change = save_(row, oldest);
  kept_[key] = {.row = std::move(row), .change = change};
}

void KeptAnswers::DropOld(Now now) {
  while (!order_.empty() && now.wall - kept_.at(order_.front()).row.at >= kLife) {
    kept_.erase(order_.front());
    order_.pop_front();
  }
}

}  // namespace parley
