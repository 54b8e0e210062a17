#include "signaling/api/recording_filter.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "signaling/api/api_request.h"
#include "signaling/room/display_name.h"
#include "signaling/room/room_name.h"

namespace parley {
namespace {

// Unix milliseconds of year 9999, the last that dates can tell.
constexpr int64_t kLastMs = 253'402'300'799'999;

// Letters of English only: all others stand for themselves.
std::string InLowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool Holds(std::string_view text, std::string_view lower) {
  return InLowerCase(text).find(lower) != std::string::npos;
}

std::expected<std::optional<int64_t>, Error> ReadTime(const HttpRequest& request,
                                                      const char* name) {
  const std::string text = QueryValue(request, name);
  if (text.empty()) return std::nullopt;
  int64_t ms = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, ms);
  if (error != std::errc() || rest != end || ms < 0 || ms > kLastMs) {
    return std::unexpected(
        Error::BadField(name, "A time is a whole number of milliseconds since 1970, UTC."));
  }
  return ms * 1000;
}

}  // namespace

bool RecordingFilter::Takes(const RecordingState& state) const {
  return (room.empty() || state.room == room) && (!from_us || state.started_at_us >= *from_us) &&
         (!to_us || state.started_at_us < *to_us) &&
         (query.empty() || Holds(state.title, query) || Holds(state.room, query));
}

std::expected<RecordingFilter, Error> ReadRecordingFilter(const HttpRequest& request) {
  RecordingFilter filter{.room = QueryValue(request, "room"),
                         .from_us = {},
                         .to_us = {},
                         .query = InLowerCase(QueryValue(request, "query"))};
  if (!filter.room.empty() && !IsRoomName(filter.room)) {
    return std::unexpected(
        Error::BadField("room", "A room's name has 3 to 64 of a to z, 0 to 9 and -."));
  }
  if (filter.query.size() > RecordingFilter::kMostQuery || !CountCodePoints(filter.query)) {
    return std::unexpected(
        Error::BadField("query", "What is searched for is UTF-8 of at most 200 bytes."));
  }
  const auto from = ReadTime(request, "from");
  if (!from) return std::unexpected(from.error());
  const auto to = ReadTime(request, "to");
  if (!to) return std::unexpected(to.error());
  if (*from && *to && **to <= **from) {
    return std::unexpected(Error::BadField("to", "The end of a search lies behind its beginning."));
  }
  filter.from_us = *from;
  filter.to_us = *to;
  return filter;
}

}  // namespace parley
