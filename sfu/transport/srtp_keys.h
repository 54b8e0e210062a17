#pragma once

// What DTLS-SRTP exports (RFC 5764 section 4.2): a protection profile and both directions' master
// keys. Value; wiped on destruction.

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley {

// Numbers of the IANA registry "DTLS-SRTP Protection Profiles".
enum class SrtpProfile : uint16_t {
  kAes128CmHmacSha1_80 = 0x0001,  // RFC 5764 section 4.1.2
  kAeadAes128Gcm = 0x0007,        // RFC 7714 section 14.2
  kAeadAes256Gcm = 0x0008,
};

// Bytes of master key and master salt.
constexpr size_t SrtpKeySize(SrtpProfile profile) {
  return profile == SrtpProfile::kAeadAes256Gcm ? 32 : 16;
}
constexpr size_t SrtpSaltSize(SrtpProfile profile) {
  return profile == SrtpProfile::kAes128CmHmacSha1_80 ? 14 : 12;
}

// Bytes of authentication tag behind each packet.
constexpr size_t SrtpTagSize(SrtpProfile profile) {
  return profile == SrtpProfile::kAes128CmHmacSha1_80 ? 10 : 16;
}

// Master key followed by master salt; the rest is zero.
using SrtpMasterKey = std::array<uint8_t, 46>;

struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::kAeadAes128Gcm;
  SrtpMasterKey local{};   // protects what we send
  SrtpMasterKey remote{};  // unprotects what we receive

  SrtpKeys() = default;
  SrtpKeys(const SrtpKeys&) = default;
  SrtpKeys& operator=(const SrtpKeys&) = default;
  ~SrtpKeys();
};

}  // namespace parley
