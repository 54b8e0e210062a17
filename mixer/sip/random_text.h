#pragma once

// Tags, branches, Call-IDs and cnonces. Any thread, as the source allows.

#include <array>
#include <string>

#include "sfu/base/base64url.h"
#include "sfu/base/random.h"

namespace parley::sip {

// 16 characters of 96 random bits. Hexadecimal would tell case apart no better and be longer; all
// of base64url's characters are token characters.
inline std::string RandomText(RandomSource& random) {
  std::array<uint8_t, 12> bytes;
  random.Fill(bytes);
  return EncodeBase64Url(bytes);
}

}  // namespace parley::sip
