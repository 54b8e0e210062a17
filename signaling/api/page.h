#pragma once

// A part of a long list: `limit` and `after` of a request's query, and `next` of the answer, which
// is the `after` of the following part (PROTOCOL.md, "HTTP"). Pure; any thread.

#include <cstddef>
#include <expected>
#include <string>

#include "signaling/api/http_message.h"
#include "signaling/protocol/error.h"

namespace parley {

struct Page {
  static constexpr size_t kMost = 1000;

  size_t limit = 0;   // 0: everything
  std::string after;  // empty: from the beginning

  bool IsFull(size_t taken) const { return limit != 0 && taken == limit; }
};

// Error: bad_request (field "limit").
std::expected<Page, Error> ReadPage(const HttpRequest& request);

}  // namespace parley
