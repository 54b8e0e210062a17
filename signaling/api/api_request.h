#pragma once

// What the resources below /api/v1 ask of every request: a JSON object, and a token. Pure; any
// thread.

#include <rapidjson/document.h>

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/api/api_keys.h"
#include "signaling/api/http_message.h"
#include "signaling/protocol/error.h"
#include "signaling/room/limits.h"
#include "signaling/room/now.h"
#include "signaling/session/token_verifier.h"

namespace parley {

struct ApiContext;

// A body that is a JSON object; an empty body is an empty object.
std::optional<Error> ReadBody(const HttpRequest& request, const Limits& limits,
                              rapidjson::Document& document);

// Of the query's member of that name; empty when there is none.
std::string QueryValue(const HttpRequest& request, std::string_view name);

// What the bearer may do; an answer when that is nothing. An API key with that scope is a host of
// all rooms; nothing: no key is good for it.
std::expected<Grants, HttpResponse> Authorize(const HttpRequest& request, const ApiContext& context,
                                              std::optional<Scope> scope, Now now);
// Whether a request has no bearer, or one that is good for something still.
bool BearerHolds(const HttpRequest& request, const ApiContext& context, Now now);
// Nothing for whoever hosts all rooms.
std::optional<HttpResponse> RefuseOperator(const HttpRequest& request, const ApiContext& context,
                                           std::optional<Scope> scope, Now now);

}  // namespace parley
