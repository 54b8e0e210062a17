#include "signaling/room/passcode.h"

#include <openssl/evp.h>

#include <algorithm>

#include "sfu/base/base64url.h"
#include "sfu/base/check.h"
#include "signaling/room/display_name.h"

namespace parley {
namespace {

// 4 MiB and some 10 ms: a guess costs a thief of the disk that, and the signaling thread too.
constexpr uint64_t kCost = 1U << 12;
constexpr uint64_t kBlockSize = 8;
constexpr uint64_t kMostMemory = 8U << 20;

}  // namespace

std::expected<std::string, Error> Passcode::Keep(std::string_view text, RandomSource& random) {
  if (text.empty()) return std::string();
  const auto normal = NormalizeDisplayName(text, kMostCharacters);
  if (!normal || CountCodePoints(*normal).value_or(0) < kLeastCharacters) {
    return std::unexpected(Error::BadField(
        "passcode", "A passcode has 6 to 64 characters and no control characters."));
  }
  Salt salt;
  random.Fill(salt);
  return EncodeBase64Url(salt) + "." + EncodeBase64Url(Hash(*normal, salt));
}

Passcode::Passcode(std::string_view kept) {
  const size_t dot = kept.find('.');
  if (dot == std::string_view::npos) return;
  const auto salt = DecodeBase64Url(kept.substr(0, dot));
  const auto hash = DecodeBase64Url(kept.substr(dot + 1));
  if (salt && salt->size() == salt_.size()) std::ranges::copy(*salt, salt_.begin());
  // What is damaged lets nobody in, rather than everybody.
  hash_.emplace();
  if (hash && hash->size() == hash_->size()) std::ranges::copy(*hash, hash_->begin());
}

bool Passcode::IsRight(std::string_view text) {
  PARLEY_CHECK(hash_);
  const auto normal = NormalizeDisplayName(text, kMostCharacters);
  if (!normal) return false;
  const Digest256 quick = HmacSha256(salt_, *normal);
  if (right_) return EqualInConstantTime(*right_, quick);
  if (!EqualInConstantTime(*hash_, Hash(*normal, salt_))) return false;
  right_ = quick;
  return true;
}

Digest256 Passcode::Hash(std::string_view text, const Salt& salt) {
  Digest256 hash{};
  PARLEY_CHECK(EVP_PBE_scrypt(text.data(), text.size(), salt.data(), salt.size(), kCost, kBlockSize,
                              1, kMostMemory, hash.data(), hash.size()) == 1);
  return hash;
}

}  // namespace parley
