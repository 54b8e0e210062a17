#pragma once

// Encrypts and authenticates one RTP packet under keys that were expanded once: what SRTP's
// profiles (RFC 3711 section 4, RFC 7714 section 8) differ in, without numbering and replay, which
// are SrtpSender's. One per direction of a peer; made by the cipher engine that InitSrtp() chose.

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "sfu/base/bytes.h"
#include "sfu/transport/srtp_session_keys.h"
#include "sfu/wire/hmac_sha1.h"

namespace parley {

class SrtpSealer {
 public:
  // A packet to be sealed in place: its tag is written behind `size` bytes.
  struct Packet {
    uint8_t* data;
    size_t header_size;  // stays in clear
    size_t size;         // of header and payload
    uint32_t ssrc;
    uint64_t index;  // 48 bits: roll-over counter and sequence number
  };

  virtual ~SrtpSealer() = default;
  virtual void Seal(const Packet& packet) = 0;
  // The same, but what is written may be incomplete until FinishSealing(): engines that work on
  // many packets at once gather them. Packet and sealer stay where they are until then.
  virtual void SealLater(const Packet& packet) { Seal(packet); }
};

namespace srtp_sealer {

// Engines' keys: see srtp_cipher_adapter.h.
template <class Key>
class Gcm final : public SrtpSealer {
 public:
  explicit Gcm(const SrtpSessionKeys& keys) : key_(keys.cipher_key()), salt_(keys.salt) {}

  void Seal(const Packet& p) override {
    // RFC 7714 section 8.1.
    std::array<uint8_t, 12> iv{};
    StoreBe32(iv.data() + 2, p.ssrc);
    StoreBe32(iv.data() + 6, static_cast<uint32_t>(p.index >> 16));
    StoreBe16(iv.data() + 10, static_cast<uint16_t>(p.index));
    for (size_t i = 0; i < iv.size(); ++i) iv[i] ^= salt_[i];
    key_.Seal(iv.data(), {p.data, p.header_size}, {p.data + p.header_size, p.size - p.header_size},
              p.data + p.size);
  }

 private:
  Key key_;
  std::array<uint8_t, 14> salt_;
};

template <class Key>
class CmHmac : public SrtpSealer {
 public:
  static constexpr size_t kTagSize = 10;

  explicit CmHmac(const SrtpSessionKeys& keys)
      : key_(keys.cipher_key()),
        mac_(std::span<const uint8_t>(keys.authentication)),
        salt_(keys.salt) {}

  void Seal(const Packet& p) override {
    if (p.size > p.header_size) {
      key_.Xor(CounterOf(p).data(), {p.data + p.header_size, p.size - p.header_size});
    }
    // Section 4.2: over the packet and the roll-over counter.
    std::array<uint8_t, 4> roll_over;
    StoreBe32(roll_over.data(), static_cast<uint32_t>(p.index >> 16));
    const HmacSha1Key::Digest digest = mac_.Sign({{p.data, p.size}, roll_over});
    std::memcpy(p.data + p.size, digest.data(), kTagSize);
  }

 protected:
  // RFC 3711 section 4.1.1.
  std::array<uint8_t, 16> CounterOf(const Packet& p) const {
    std::array<uint8_t, 16> counter{};
    StoreBe32(counter.data() + 4, p.ssrc);
    StoreBe32(counter.data() + 8, static_cast<uint32_t>(p.index >> 16));
    StoreBe16(counter.data() + 12, static_cast<uint16_t>(p.index));
    for (size_t i = 0; i < salt_.size(); ++i) counter[i] ^= salt_[i];
    return counter;
  }
  const Key& key() const { return key_; }

 private:
  Key key_;
  HmacSha1Key mac_;
  std::array<uint8_t, 14> salt_;
};

}  // namespace srtp_sealer

template <class Engine>
std::unique_ptr<SrtpSealer> MakeSealerOf(SrtpProfile profile, const SrtpSessionKeys& keys) {
  if (profile == SrtpProfile::kAes128CmHmacSha1_80) {
    return std::make_unique<typename Engine::CmSealer>(keys);
  }
  return std::make_unique<srtp_sealer::Gcm<typename Engine::GcmKey>>(keys);
}

// By the engine that InitSrtp() chose.
std::unique_ptr<SrtpSealer> MakeSrtpSealer(SrtpProfile profile, const SrtpSessionKeys& keys);

// Completes what this thread's sealers have begun. Any sealer's packets, so once per batch.
void FinishSealing();

}  // namespace parley
