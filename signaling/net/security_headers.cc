#include "signaling/net/security_headers.h"

#include "signaling/api/http_fields.h"

namespace parley {
void AddSecurityHeaders(const HttpRequest& request, bool real_certificate, HttpResponse& response) {
  // 'self' does not cover WebSockets in every browser that we serve (CSP level 2).
  std::string sockets =
      IsPlainHost(request.host) ? (request.tls ? " wss://" : " ws://") + request.host : "";
  response.Set("Content-Security-Policy",
               "default-src 'self'; connect-src 'self'" + sockets +
                   "; img-src 'self' blob: data:; media-src 'self' blob: data:; base-uri 'none'; "
                   "object-src 'none'; form-action 'self'; frame-ancestors 'none'");
  response.Set("X-Content-Type-Options", "nosniff");
  response.Set("Referrer-Policy", "no-referrer");
  response.Set(
      "Permissions-Policy",
      "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), "
      "geolocation=(), payment=(), usb=()");
  response.Set("Cross-Origin-Opener-Policy", "same-origin");
  if (request.tls && real_certificate) {
    response.Set("Strict-Transport-Security", "max-age=31536000");
  }
}

}  // namespace parley
