#pragma once

// Answers that are given again to whoever repeats a POST by its Idempotency-Key
// (draft-ietf-httpapi-idempotency-key-header): of the same bearer, for 24 hours, also after a
// restart. Only those of success: what was refused has changed nothing and may be tried again. At
// most 10,000; then the oldest give way. Signaling thread.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "signaling/api/http_message.h"
#include "signaling/room/digest.h"
#include "signaling/room/now.h"
#include "signaling/store/answer_table.h"

namespace parley {

class KeptAnswers {
 public:
  static constexpr Duration kLife = Duration::Seconds(24 * 3600);
  static constexpr size_t kMost = 10'000;

  // Queues a row to be written, and rows of before a time to be forgotten; the number of that
  // change (SqliteStore::queued()).
  using Saver = std::function<uint64_t(AnswerRow row, WallTime forget_before)>;
  // `rows`: of earlier runs, the oldest first.
  KeptAnswers(std::vector<AnswerRow> rows, Saver save);

  // An answer without asking whoever answers else: the one of before; 409 while that is being made;
  // 422 when it was to another request; 400 when it is no key.
  std::optional<HttpResponse> Find(const HttpRequest& request, Now now);
  // What was answered now; to be sent in its place.
  HttpResponse Keep(const HttpRequest& request, HttpResponse response, Now now);
  // Call it every turn: takes what other threads have made.
  void HandleTimeout(Now now);

  size_t size() const { return kept_.size(); }

 private:
  struct Kept {
    AnswerRow row;
    uint64_t change = 0;  // its number in the store; 0: it was there at the start
  };
  // Another thread is at work on the answer.
  struct Pending {
    Digest256 request{};
    std::shared_ptr<LaterResponse> inner;  // given by the other thread
    std::shared_ptr<LaterResponse> outer;  // what the sockets wait for
  };

  void Save(const Digest256& key, const Digest256& request, const HttpResponse& response, Now now);
  void DropOld(Now now);

  const Saver save_;
  std::map<Digest256, Kept> kept_;
  std::deque<Digest256> order_;  // of kept_, the oldest first
  std::map<Digest256, Pending> pending_;
};

}  // namespace parley
