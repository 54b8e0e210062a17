#pragma once

// SRTP of what one peer is sent (RFC 3711 section 3.3): per SSRC the packet index, and a window
// that refuses to seal an index twice, since a repeated GCM nonce gives the key away. libsrtp does
// the same behind a list of streams with a dozen allocations each; here a packet touches one entry
// of a table and the keys. Allocates when an SSRC is seen for the first time and never again.
// Bound: kMaxSsrcs. One thread; InitSrtp() first.

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <vector>

#include "sfu/transport/srtp_sealer.h"

namespace parley {

// kLater: the bytes are complete after FinishSealing(), until which they stay where they are.
enum class Sealing : uint8_t { kNow, kLater };

class SrtpSender {
 public:
  static constexpr size_t kMaxSsrcs = 256;
  // Packets may leave late by that many; an index is never used twice.
  static constexpr uint64_t kWindow = 64;

  enum class Error : uint8_t { kMalformed, kTooManySsrcs, kRepeated };

  SrtpSender(SrtpProfile profile, const SrtpMasterKey& key);

  // What sealing a packet of that SSRC is going to need.
  void PrefetchState(uint32_t ssrc) const;

  // `buffer` holds `size` bytes of plain packet and room for the tag behind it; the protected size.
  std::expected<size_t, Error> Protect(std::span<uint8_t> buffer, size_t size,
                                       Sealing sealing = Sealing::kNow);

 private:
  struct Stream {
    uint32_t ssrc = 0;
    bool used = false;
    uint64_t highest = 0;  // index
    uint64_t window = 0;   // bit i: highest - i was sent; 0 before the first
  };

  Stream* Find(uint32_t ssrc);
  Stream* Add(uint32_t ssrc);
  static void Insert(std::vector<Stream>& streams, const Stream& stream);
  static bool Advance(Stream& stream, uint16_t seq, uint64_t& index);

  size_t tag_size_;
  std::unique_ptr<SrtpSealer> sealer_;
  std::vector<Stream> streams_;  // open addressing, a power of two, at most half full
  size_t count_ = 0;
};

}  // namespace parley
