#pragma once

// Numbers of STUN attributes (RFC 8489) that parser and builder share.

#include <cstddef>
#include <cstdint>

namespace parley {

// RFC 8489 section 18.3, RFC 8445 section 16.1.
enum class StunAttribute : uint16_t {
  kMappedAddress = 0x0001,
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000A,
  kXorMappedAddress = 0x0020,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kSoftware = 0x8022,
  kFingerprint = 0x8028,
  kIceControlled = 0x8029,
  kIceControlling = 0x802A,
};

// Attributes from here on may be ignored by whoever does not know them (RFC 8489 section 14).
inline constexpr uint16_t kStunComprehensionOptional = 0x8000;
inline constexpr uint32_t kStunFingerprintXor = 0x5354554E;
inline constexpr uint8_t kStunFamilyV4 = 1;
inline constexpr uint8_t kStunFamilyV6 = 2;
// RFC 8489 section 14.3 says less than 509 bytes; ICE needs two 256-character fragments and a colon
// (RFC 8839 section 5.4), one character more than both.
inline constexpr size_t kStunMaxUsernameSize = 513;

}  // namespace parley
