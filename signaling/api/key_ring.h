#pragma once

// The keys that tokens are checked and made with: the operator's in their order, then the server's
// own. At start.

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "signaling/api/config.h"
#include "signaling/api/jwt_key.h"

namespace parley {

// Reads the files that the configuration names; a sentence naming the key that cannot be used.
std::expected<std::vector<JwtKey>, std::string> LoadKeyRing(
    const std::vector<KeyConfig>& configured, std::span<const uint8_t> own_secret);

}  // namespace parley
