#include "signaling/hooks/webhook_signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace parley {

std::string SignWebhook(std::string_view secret, std::string_view id, int64_t unix_seconds,
                        std::string_view body) {
  std::string signed_text(id);
  signed_text += '.';
  signed_text += std::to_string(unix_seconds);
  signed_text += '.';
  signed_text += body;
  std::array<uint8_t, EVP_MAX_MD_SIZE> mac;
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const uint8_t*>(signed_text.data()), signed_text.size(), mac.data(), &size);
  std::array<uint8_t, 2 * EVP_MAX_MD_SIZE> base64;
  const int length = EVP_EncodeBlock(base64.data(), mac.data(), static_cast<int>(size));
  return "v1," + std::string(base64.begin(), base64.begin() + length);
}

}  // namespace parley
