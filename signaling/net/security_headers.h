#pragma once

// The headers that every response carries: content security policy without inline script, no
// sniffing, no referrer (room secrets stand in links), and what the page may use. Pure; any thread.

#include "signaling/api/http_message.h"

namespace parley {

// `real_certificate`: the certificate is the operator's, not the one made for development; only
// then does HTTPS promise to stay (Strict-Transport-Security, RFC 6797).
void AddSecurityHeaders(const HttpRequest& request, bool real_certificate, HttpResponse& response);

}  // namespace parley
