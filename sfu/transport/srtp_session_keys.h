#pragma once

// The keys that protect the RTP packets of one direction, derived from its master key (RFC 3711
// section 4.3, RFC 7714 section 11). Value; wiped on destruction.

#include <array>
#include <cstdint>
#include <span>

#include "sfu/transport/srtp_keys.h"

namespace parley {

struct SrtpSessionKeys {
  std::array<uint8_t, 32> cipher{};
  size_t cipher_size = 16;
  std::array<uint8_t, 14> salt{};  // the AEAD ciphers use the first 12 bytes
  std::array<uint8_t, 20> authentication{};

  // With a key derivation rate of zero, as DTLS-SRTP has it.
  static SrtpSessionKeys Derive(SrtpProfile profile, const SrtpMasterKey& master);
  SrtpSessionKeys(const SrtpSessionKeys&) = default;
  SrtpSessionKeys& operator=(const SrtpSessionKeys&) = default;
  ~SrtpSessionKeys();

  std::span<const uint8_t> cipher_key() const { return std::span(cipher).first(cipher_size); }

 private:
  SrtpSessionKeys() = default;
};

}  // namespace parley
