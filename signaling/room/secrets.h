#pragma once

// Random text for ids and secrets, and their comparison. Any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "sfu/base/random.h"

namespace parley {

// As random as `bytes` bytes at least, in the letters and digits of RFC 4648 base32, lower case.
std::string RandomBase32(RandomSource& random, size_t bytes);
// `bytes` random bytes in URL-safe base64 (RFC 4648 section 5), without padding.
std::string RandomBase64Url(RandomSource& random, size_t bytes);
// `count` decimal digits, each as likely as any other.
std::string RandomDigits(RandomSource& random, size_t count);

// Takes as long whichever byte differs; only the lengths show.
bool EqualInConstantTime(std::string_view a, std::string_view b);

}  // namespace parley
