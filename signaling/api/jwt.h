#pragma once

// JSON Web Tokens in compact form (RFC 7519, RFC 7515): makes them, and checks signature and times.
// What the claims mean is JwtTokenVerifier's. Pure; any thread; tokens over 8 KiB are refused.

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "sfu/base/units.h"
#include "signaling/api/jwt_key.h"

namespace parley {

inline constexpr size_t kMaxJwtBytes = 8192;

enum class JwtFault : uint8_t {
  kMalformed,  // not three base64url parts of JSON objects, or an unknown "crit" (RFC 7515, 4.1.11)
  kNoKey,      // no key for this "alg" and "kid": "none" and mixed-up algorithms end here
  kSignature,
  kNoExpiry,  // "exp" is required here
  kExpired,
  kNotYet,
  kIssuer,
};

struct JwtPolicy {
  std::string issuer;                      // required "iss"; empty: any
  Duration leeway = Duration::Seconds(5);  // of "exp" and "nbf", for clocks that differ
};

// `claims` is a JSON object.
std::string MakeJwt(const JwtKey& key, std::string_view claims);

// The claims (a JSON object) of a token that one of the keys signed and that is valid now.
std::expected<std::string, JwtFault> VerifyJwt(std::string_view token, std::span<const JwtKey> keys,
                                               const JwtPolicy& policy, WallTime now);

}  // namespace parley
