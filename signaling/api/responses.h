#pragma once

// The forms that answers of the API share: JSON that nobody keeps, and the one form of an error
// (PROTOCOL.md, "HTTP"). Pure; any thread.

#include <expected>
#include <string>
#include <string_view>

#include "signaling/api/http_message.h"
#include "signaling/protocol/error.h"

namespace parley {

HttpResponse JsonResponse(int status, std::string body);
HttpResponse EmptyResponse(int status);

// With the code's own status, and Retry-After where it says when.
HttpResponse ErrorResponse(const Error& error);
HttpResponse ErrorResponse(int status, const Error& error);
// 405 with what is allowed instead.
HttpResponse MethodNotAllowed(std::string_view allow);
HttpResponse NotFound();

// The bearer token of a request; an answer of 401 when there is none.
std::expected<std::string_view, HttpResponse> RequireBearer(const HttpRequest& request);

}  // namespace parley
