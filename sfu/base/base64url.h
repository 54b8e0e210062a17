#pragma once

// base64url without padding (RFC 4648 section 5): secrets in links, tokens, JWT parts. Any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

std::string EncodeBase64Url(std::span<const uint8_t> data);

// Strict: nothing for padding, white space, other alphabets, an impossible length or set bits
// beyond the last byte, so that each value has one spelling.
std::optional<std::vector<uint8_t>> DecodeBase64Url(std::string_view text);

}  // namespace parley
