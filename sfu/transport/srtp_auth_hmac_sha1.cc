#include "sfu/transport/srtp_auth_hmac_sha1.h"

#include <algorithm>
#include <optional>
#include <span>

#include "sfu/wire/hmac_sha1.h"

namespace parley {
namespace {

// libsrtp feeds the packet by `update` and the roll-over counter by `compute`; the packet stays
// where it is in between, so it is only remembered.
struct State {
  std::optional<HmacSha1Key> key;
  std::span<const uint8_t> pending;
};

srtp_err_status_t Alloc(srtp_auth_pointer_t* out, int key_size, int tag_size) {
  if (key_size > 20 || tag_size > 20) return srtp_err_status_bad_param;
  *out = new srtp_auth_t{&HmacSha1AuthType(), new State, tag_size, key_size, /*prefix_len=*/0};
  return srtp_err_status_ok;
}

srtp_err_status_t Dealloc(srtp_auth_pointer_t auth) {
  delete static_cast<State*>(auth->state);
  delete auth;
  return srtp_err_status_ok;
}

srtp_err_status_t Init(void* state, const uint8_t* key, int size) {
  auto* self = static_cast<State*>(state);
  self->key.emplace(std::span(key, static_cast<size_t>(size)));
  self->pending = {};
  return srtp_err_status_ok;
}

srtp_err_status_t Start(void* state) {
  static_cast<State*>(state)->pending = {};
  return srtp_err_status_ok;
}

srtp_err_status_t Update(void* state, const uint8_t* data, int size) {
  auto* self = static_cast<State*>(state);
  if (!self->pending.empty()) return srtp_err_status_bad_param;
  self->pending = std::span(data, static_cast<size_t>(size));
  return srtp_err_status_ok;
}

srtp_err_status_t Compute(void* state, const uint8_t* data, int size, int tag_size, uint8_t* tag) {
  auto* self = static_cast<State*>(state);
  if (!self->key || tag_size > static_cast<int>(HmacSha1Key::kDigestSize)) {
    return srtp_err_status_bad_param;
  }
  HmacSha1Key::Digest digest =
      self->key->Sign({self->pending, std::span(data, static_cast<size_t>(size))});
  self->pending = {};
  std::copy_n(digest.begin(), tag_size, tag);
  return srtp_err_status_ok;
}

// RFC 2202 section 3, test case 1.
constexpr uint8_t kKey[20] = {0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b,
                              0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b};
constexpr uint8_t kData[8] = {'H', 'i', ' ', 'T', 'h', 'e', 'r', 'e'};
constexpr uint8_t kTag[20] = {0xb6, 0x17, 0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xe2, 0x8b,
                              0xc0, 0xb6, 0xfb, 0x37, 0x8c, 0x8e, 0xf1, 0x46, 0xbe, 0x00};
constexpr srtp_auth_test_case_t kVector = {20, kKey, 8, kData, 20, kTag, nullptr};

constexpr srtp_auth_type_t kType = {&Alloc, &Dealloc,    &Init,    &Compute,      &Update,
                                    &Start, "HMAC-SHA1", &kVector, SRTP_HMAC_SHA1};

}  // namespace

const srtp_auth_type_t& HmacSha1AuthType() { return kType; }

}  // namespace parley
