#include "recorder/storage/aes_gcm.h"

#include <openssl/rand.h>

#include <algorithm>

#include "recorder/storage/hex.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

std::span<const uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

AesGcm::AesGcm(const SecretKey& key)
    : sealing_(EVP_CIPHER_CTX_new()), opening_(EVP_CIPHER_CTX_new()) {
  PARLEY_CHECK(EVP_EncryptInit_ex(sealing_.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(),
                                  nullptr) == 1);
  PARLEY_CHECK(EVP_DecryptInit_ex(opening_.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(),
                                  nullptr) == 1);
}

void AesGcm::Seal(const Nonce& nonce, std::span<const uint8_t> known,
                  std::span<const uint8_t> plain, std::span<uint8_t> out) {
  PARLEY_CHECK(out.size() == plain.size() + kTagSize);
  EVP_CIPHER_CTX* const context = sealing_.get();
  int size = 0;
  uint8_t* const tag = out.data() + plain.size();
  const bool sealed = EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
                      EVP_EncryptUpdate(context, nullptr, &size, known.data(),
                                        static_cast<int>(known.size())) == 1 &&
                      (plain.empty() || EVP_EncryptUpdate(context, out.data(), &size, plain.data(),
                                                          static_cast<int>(plain.size())) == 1) &&
                      EVP_EncryptFinal_ex(context, tag, &size) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) == 1;
  PARLEY_CHECK(sealed);
}

bool AesGcm::Open(const Nonce& nonce, std::span<const uint8_t> known,
                  std::span<const uint8_t> sealed, std::span<uint8_t> out) {
  PARLEY_CHECK(sealed.size() == out.size() + kTagSize);
  EVP_CIPHER_CTX* const context = opening_.get();
  std::array<uint8_t, kTagSize> tag;
  std::ranges::copy(sealed.last(kTagSize), tag.begin());
  int size = 0;
  const bool opened =
      EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &size, known.data(), static_cast<int>(known.size())) ==
          1 &&
      (out.empty() || EVP_DecryptUpdate(context, out.data(), &size, sealed.data(),
                                        static_cast<int>(out.size())) == 1) &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context, tag.data(), &size) == 1;
  if (!opened) std::ranges::fill(out, uint8_t{0});
  return opened;
}

std::string SealText(const SecretKey& key, std::string_view purpose,
                     std::span<const uint8_t> plain) {
  AesGcm::Nonce nonce;
  PARLEY_CHECK(RAND_bytes(nonce.data(), static_cast<int>(nonce.size())) == 1);
  std::vector<uint8_t> out(nonce.size() + plain.size() + AesGcm::kTagSize);
  std::ranges::copy(nonce, out.begin());
  AesGcm(key).Seal(nonce, AsBytes(purpose), plain, std::span(out).subspan(nonce.size()));
  return ToHex(out);
}

std::optional<std::vector<uint8_t>> OpenText(const SecretKey& key, std::string_view purpose,
                                             std::string_view sealed) {
  const auto bytes = FromHex(sealed);
  if (!bytes || bytes->size() < AesGcm::kNonceSize + AesGcm::kTagSize) return std::nullopt;
  AesGcm::Nonce nonce;
  std::ranges::copy(std::span(*bytes).first(nonce.size()), nonce.begin());
  const auto rest = std::span(*bytes).subspan(nonce.size());
  std::vector<uint8_t> plain(rest.size() - AesGcm::kTagSize);
  if (!AesGcm(key).Open(nonce, AsBytes(purpose), rest, plain)) return std::nullopt;
  return plain;
}

}  // namespace parley
