// Tokens from strangers: nothing but what the key signed is ever accepted, whatever stands in the
// header.

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/base64url.h"
#include "signaling/api/jwt_token_verifier.h"

namespace {

std::vector<parley::JwtKey> Keys() {
  const std::string secret(32, 's');
  std::vector<parley::JwtKey> keys;
  keys.push_back(*parley::JwtKey::FromSecret(
      {reinterpret_cast<const uint8_t*>(secret.data()), secret.size()}));
  return keys;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<parley::JwtKey> keys = Keys();
  static const parley::JwtTokenVerifier verifier(Keys(), {});
  const auto now = parley::WallTime::UnixMicros(1'763'885'000'000'000);
  const std::string_view input(reinterpret_cast<const char*>(data), size);

  // As it came: the signature cannot be right but for the corpus' own tokens.
  const auto accepted = parley::VerifyJwt(input, keys, {}, now);
  if (accepted) {
    const size_t dot = input.rfind('.');
    const auto signature = parley::DecodeBase64Url(input.substr(dot + 1));
    if (!signature || *signature != keys[0].Sign(input.substr(0, dot))) std::abort();
  }
  (void)verifier.Verify(input, now);

  // As claims of a token that is rightly signed.
  const std::string token = parley::MakeJwt(keys[0], input);
  const auto grants = verifier.Verify(token, now);
  if (grants && grants->expires_at + parley::Duration::Seconds(5) <= now) std::abort();
  return 0;
}
