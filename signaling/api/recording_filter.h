#pragma once

// Which recordings of the list are asked for: `room`, `from`, `to` and `query` of a request's query
// (PROTOCOL.md, "HTTP"). Pure; any thread.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "recorder/library/recording_state.h"
#include "signaling/api/http_message.h"
#include "signaling/protocol/error.h"

namespace parley {

struct RecordingFilter {
  static constexpr size_t kMostQuery = 200;  // bytes

  std::string room;                // empty: of all
  std::optional<int64_t> from_us;  // since 1970, of the recording's beginning
  std::optional<int64_t> to_us;    // not that any more
  std::string query;               // of the title or the room's name, in lower case; empty: any

  bool Takes(const RecordingState& state) const;
};

// Error: bad_request (field "room", "from", "to" or "query").
std::expected<RecordingFilter, Error> ReadRecordingFilter(const HttpRequest& request);

}  // namespace parley
