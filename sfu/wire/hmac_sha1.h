#pragma once

// HMAC-SHA1 (RFC 2104) with a key that is prepared once: both padded key blocks are hashed when the
// key is made, so that a digest costs the message's blocks plus one, and allocates nothing. Built
// on OpenSSL's SHA-1 itself because EVP_MAC allocates at every message. Value, any thread.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace parley {

class HmacSha1Key {
 public:
  static constexpr size_t kDigestSize = 20;
  using Digest = std::array<uint8_t, kDigestSize>;

  explicit HmacSha1Key(std::span<const uint8_t> key);
  explicit HmacSha1Key(std::string_view key);

  // Of the parts, one after the other.
  Digest Sign(std::initializer_list<std::span<const uint8_t>> parts) const;

 private:
  using State = std::array<uint32_t, 5>;
  State inner_;
  State outer_;
};

}  // namespace parley
