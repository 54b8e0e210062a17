#pragma once

// Reads what libwebsockets parsed of one request into a HttpRequest, before it lets go of the
// headers. Signaling thread.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/api/http_message.h"

struct lws;

namespace parley {

// Everything but body, peer and tls.
HttpRequest ReadRequest(struct lws* wsi);

// Whether the request offers this WebSocket subprotocol (RFC 6455 section 11.3.4).
bool OffersSubprotocol(struct lws* wsi, std::string_view name);

// How long the body will be, or the status that refuses it: 400 for a length that is not a number,
// 411 when a method with a body gives none, 501 for transfer codings.
std::expected<uint64_t, int> BodyLength(struct lws* wsi, HttpMethod method);

// The address of a connected socket; an unset one when it is gone.
SocketAddress PeerOf(int fd);

}  // namespace parley
