#pragma once

// The short way to answer a request with an error of the list (error.h) in its own words. Values,
// any thread.

#include <expected>

#include "signaling/protocol/error.h"

namespace parley {

inline std::unexpected<Error> Refuse(ErrorCode code) { return std::unexpected(Error::Of(code)); }

}  // namespace parley
