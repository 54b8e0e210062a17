// OpenSSL's SHA-1 is deprecated in favour of EVP, which cannot keep a keyed state without a heap.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sfu/wire/hmac_sha1.h"

#include <openssl/sha.h>

#include <cstring>

#include "sfu/base/bytes.h"

namespace parley {
namespace {

using Block = std::array<uint8_t, SHA_CBLOCK>;

std::array<uint32_t, 5> HashOneBlock(const Block& block) {
  SHA_CTX ctx;
  SHA1_Init(&ctx);
  SHA1_Transform(&ctx, block.data());
  return {ctx.h0, ctx.h1, ctx.h2, ctx.h3, ctx.h4};
}

SHA_CTX After(const std::array<uint32_t, 5>& state) {
  SHA_CTX ctx;
  SHA1_Init(&ctx);
  ctx.h0 = state[0];
  ctx.h1 = state[1];
  ctx.h2 = state[2];
  ctx.h3 = state[3];
  ctx.h4 = state[4];
  ctx.Nl = SHA_CBLOCK * 8;  // bits hashed so far: one block
  return ctx;
}

}  // namespace

HmacSha1Key::HmacSha1Key(std::span<const uint8_t> key) {
  Block padded{};
  if (key.size() > padded.size()) {
    SHA1(key.data(), key.size(), padded.data());
  } else if (!key.empty()) {
    std::memcpy(padded.data(), key.data(), key.size());
  }
  Block block;
  for (size_t i = 0; i < block.size(); ++i) block[i] = padded[i] ^ 0x36;
  inner_ = HashOneBlock(block);
  for (size_t i = 0; i < block.size(); ++i) block[i] = padded[i] ^ 0x5C;
  outer_ = HashOneBlock(block);
}

HmacSha1Key::HmacSha1Key(std::string_view key)
    : HmacSha1Key(std::span(reinterpret_cast<const uint8_t*>(key.data()), key.size())) {}

HmacSha1Key::Digest HmacSha1Key::Sign(std::initializer_list<std::span<const uint8_t>> parts) const {
  Digest digest;
  SHA_CTX ctx = After(inner_);
  for (std::span<const uint8_t> part : parts) SHA1_Update(&ctx, part.data(), part.size());
  SHA1_Final(digest.data(), &ctx);
  ctx = After(outer_);
  SHA1_Update(&ctx, digest.data(), digest.size());
  SHA1_Final(digest.data(), &ctx);
  return digest;
}

}  // namespace parley
