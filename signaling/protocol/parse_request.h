#pragma once

// Text from a client to a Request, or to the error that answers it. Any thread.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "signaling/protocol/error.h"
#include "signaling/protocol/requests.h"
#include "signaling/protocol/strict_json.h"
#include "signaling/protocol/types.h"

namespace parley {

struct RequestRefused {
  Error error;
  int32_t id = 0;                       // 0 when none could be read
  std::optional<CloseCode> close = {};  // the text broke the framing: the socket is closed
};

// The types that features answer.
using FeatureTypes = std::set<std::string, std::less<>>;

// A type that is neither the protocol's own nor among `features` is unknown.
std::expected<Request, RequestRefused> ParseRequest(std::string_view text, const JsonBounds& bounds,
                                                    const FeatureTypes& features);

}  // namespace parley
