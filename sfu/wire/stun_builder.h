#pragma once

// Writes one STUN message (RFC 8489) into a caller's buffer: header, attributes in the order added,
// then MESSAGE-INTEGRITY and FINGERPRINT. When the buffer is too small, Finish returns an empty
// span. Nothing allocates. Value over borrowed memory, any thread.

#include <cstdint>
#include <span>
#include <string_view>

#include "sfu/base/bytes.h"
#include "sfu/base/socket_address.h"
#include "sfu/wire/hmac_sha1.h"
#include "sfu/wire/stun.h"
#include "sfu/wire/stun_attribute.h"

namespace parley {

// Enough for every binding request, answer and error: header, a USERNAME of 513 bytes, the rest.
inline constexpr size_t kStunMaxBuiltSize = 700;

class StunBuilder {
 public:
  StunBuilder(std::span<uint8_t> out, StunClass message_class, const StunTransactionId& id,
              uint16_t method = kStunBinding);

  void AddUsername(std::string_view username);
  void AddSoftware(std::string_view software);
  void AddPriority(uint32_t priority);
  void AddUseCandidate();
  void AddIceControlled(uint64_t tie_breaker);
  void AddIceControlling(uint64_t tie_breaker);
  // `code` is 300..699.
  void AddErrorCode(uint16_t code, std::string_view reason);
  void AddUnknownAttributes(std::span<const uint16_t> types);
  void AddXorMappedAddress(const SocketAddress& address);

  // The finished message, or empty when it did not fit.
  std::span<const uint8_t> Finish(const HmacSha1Key& key);
  // Without MESSAGE-INTEGRITY: Binding indications (RFC 8445 section 11) and answers to requests
  // that could not be authenticated (RFC 8489 section 9.1.3).
  std::span<const uint8_t> FinishWithoutIntegrity();

 private:
  void Begin(StunAttribute type, size_t size);
  void Add(StunAttribute type, std::span<const uint8_t> value);
  // The length field as if the message ended `extra` bytes from here.
  void SetLength(size_t extra);

  std::span<uint8_t> out_;
  ByteWriter writer_;
};

}  // namespace parley
