#include "signaling/hooks/webhook_signature.h"

#include <openssl/evp.h>

#include <array>

#include "signaling/room/digest.h"

namespace parley {

std::string SignWebhook(std::string_view secret, std::string_view id, int64_t unix_seconds,
                        std::string_view body) {
  std::string signed_text(id);
  signed_text += '.';
  signed_text += std::to_string(unix_seconds);
  signed_text += '.';
  signed_text += body;
  const Digest256 mac = HmacSha256(secret, signed_text);
  std::array<uint8_t, 2 * mac.size()> base64;
  const int length = EVP_EncodeBlock(base64.data(), mac.data(), static_cast<int>(mac.size()));
  return "v1," + std::string(base64.begin(), base64.begin() + length);
}

}  // namespace parley
