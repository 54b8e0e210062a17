#include "signaling/api/page.h"

#include <charconv>

#include "signaling/api/api_request.h"

namespace parley {

std::expected<Page, Error> ReadPage(const HttpRequest& request) {
  Page page{.limit = 0, .after = QueryValue(request, "after")};
  const std::string limit = QueryValue(request, "limit");
  if (limit.empty()) return page;
  const char* const end = limit.data() + limit.size();
  const auto [rest, error] = std::from_chars(limit.data(), end, page.limit);
  if (error != std::errc() || rest != end || page.limit < 1 || page.limit > Page::kMost) {
    return std::unexpected(Error::BadField("limit", "A limit is a number from 1 to 1000."));
  }
  return page;
}

}  // namespace parley
