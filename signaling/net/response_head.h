#pragma once

// The head of an HTTP/1.1 response as bytes (RFC 9112 section 4). Control characters in a value are
// replaced, so that nothing taken from a request can begin a new field. Pure; any thread.

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

#include "signaling/api/http_message.h"

namespace parley {

std::string SerializeHead(const HttpResponse& response, size_t body_size, bool close,
                          std::time_t now);

std::string_view ReasonPhrase(int status);

}  // namespace parley
