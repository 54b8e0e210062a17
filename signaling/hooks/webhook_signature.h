#pragma once

// The signature of a delivery, as Standard Webhooks 1.0 has it: "v1," and the HMAC-SHA256 of id,
// time and body with dots between them, in base64. Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

std::string SignWebhook(std::string_view secret, std::string_view id, int64_t unix_seconds,
                        std::string_view body);

}  // namespace parley
