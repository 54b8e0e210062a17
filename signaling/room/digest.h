#pragma once

// SHA-256 (RFC 6234) and HMAC with it (RFC 2104): signatures of tokens and webhooks, what is kept
// in place of secrets, names of contents. Pure; any thread.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace parley {

using Digest256 = std::array<uint8_t, 32>;

Digest256 Sha256(std::string_view text);
Digest256 HmacSha256(std::span<const uint8_t> key, std::string_view text);
inline Digest256 HmacSha256(std::string_view key, std::string_view text) {
  return HmacSha256(std::span(reinterpret_cast<const uint8_t*>(key.data()), key.size()), text);
}

// Takes as long whichever byte differs.
bool EqualInConstantTime(const Digest256& a, std::span<const uint8_t> b);

}  // namespace parley
