#pragma once

// a=crypto of an SDP (RFC 4568) for the suites that we have: AES_CM_128_HMAC_SHA1_80 and
// AEAD_AES_128_GCM (RFC 7714). Values, any thread. Keys are secrets: they go into an SDP and to the
// media, never into a log.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/random.h"

namespace parley::sip {

enum class SrtpSuite : uint8_t { kAesCm128HmacSha1_80, kAeadAes128Gcm };

// Master key and master salt, one behind the other: 30 bytes, or 28 with GCM.
size_t SrtpKeyBytes(SrtpSuite suite);

struct SdesCrypto {
  uint32_t tag = 1;
  SrtpSuite suite = SrtpSuite::kAesCm128HmacSha1_80;
  std::vector<uint8_t> key;

  static SdesCrypto Make(uint32_t tag, SrtpSuite suite, RandomSource& random);
  // The attribute's value. Nothing for a suite, an MKI or a session parameter that we do not have,
  // so that another line may be taken (RFC 4568 section 5.1.2), or when it is malformed.
  static std::optional<SdesCrypto> Parse(std::string_view value);
  std::string ToString() const;

  bool operator==(const SdesCrypto&) const = default;
};

}  // namespace parley::sip
