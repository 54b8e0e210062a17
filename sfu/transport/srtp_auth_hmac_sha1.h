#pragma once

// HMAC-SHA1 for libsrtp (RFC 3711 section 4.2.1) on our prepared-key HMAC, in place of NSS's. Any
// thread.

#include <srtp2/auth.h>

namespace parley {

const srtp_auth_type_t& HmacSha1AuthType();

}  // namespace parley
