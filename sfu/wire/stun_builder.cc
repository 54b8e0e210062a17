#include "sfu/wire/stun_builder.h"

#include <algorithm>
#include <array>

#include "sfu/wire/crc32.h"

namespace parley {
namespace {

constexpr size_t kIntegritySize = 4 + HmacSha1Key::kDigestSize;
constexpr size_t kFingerprintSize = 8;

std::span<const uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// RFC 8489 section 5: the class bits C1 and C0 stand among those of the method,
// M11..M7 C1 M6..M4 C0 M3..M0.
uint16_t MessageType(StunClass message_class, uint16_t method) {
  unsigned c = static_cast<unsigned>(message_class);
  unsigned m = method;
  return static_cast<uint16_t>((m & 0xF80) << 2 | (c & 2) << 7 | (m & 0x070) << 1 | (c & 1) << 4 |
                               (m & 0x00F));
}

}  // namespace

StunBuilder::StunBuilder(std::span<uint8_t> out, StunClass message_class,
                         const StunTransactionId& id, uint16_t method)
    : out_(out), writer_(out) {
  writer_.U16(MessageType(message_class, method));
  writer_.U16(0);
  writer_.U32(kStunMagicCookie);
  writer_.Bytes(id);
}

void StunBuilder::Begin(StunAttribute type, size_t size) {
  writer_.U16(static_cast<uint16_t>(type));
  writer_.U16(static_cast<uint16_t>(size));
}

void StunBuilder::Add(StunAttribute type, std::span<const uint8_t> value) {
  Begin(type, value.size());
  writer_.Bytes(value);
  writer_.Zeros((4 - value.size() % 4) % 4);
}

void StunBuilder::AddUsername(std::string_view username) {
  Add(StunAttribute::kUsername, Bytes(username));
}

void StunBuilder::AddSoftware(std::string_view software) {
  Add(StunAttribute::kSoftware, Bytes(software));
}

void StunBuilder::AddPriority(uint32_t priority) {
  Begin(StunAttribute::kPriority, 4);
  writer_.U32(priority);
}

void StunBuilder::AddUseCandidate() { Begin(StunAttribute::kUseCandidate, 0); }

void StunBuilder::AddIceControlled(uint64_t tie_breaker) {
  Begin(StunAttribute::kIceControlled, 8);
  writer_.U64(tie_breaker);
}

void StunBuilder::AddIceControlling(uint64_t tie_breaker) {
  Begin(StunAttribute::kIceControlling, 8);
  writer_.U64(tie_breaker);
}

void StunBuilder::AddErrorCode(uint16_t code, std::string_view reason) {
  Begin(StunAttribute::kErrorCode, 4 + reason.size());
  writer_.U16(0);
  writer_.U8(static_cast<uint8_t>(code / 100));
  writer_.U8(static_cast<uint8_t>(code % 100));
  writer_.Bytes(Bytes(reason));
  writer_.Zeros((4 - reason.size() % 4) % 4);
}

void StunBuilder::AddUnknownAttributes(std::span<const uint16_t> types) {
  Begin(StunAttribute::kUnknownAttributes, 2 * types.size());
  for (uint16_t type : types) writer_.U16(type);
  writer_.Zeros(types.size() % 2 * 2);
}

void StunBuilder::AddXorMappedAddress(const SocketAddress& address) {
  size_t size = address.is_v4() ? 4 : 16;
  Begin(StunAttribute::kXorMappedAddress, 4 + size);
  writer_.U8(0);
  writer_.U8(address.is_v4() ? kStunFamilyV4 : kStunFamilyV6);
  writer_.U16(static_cast<uint16_t>(address.port() ^ (kStunMagicCookie >> 16)));
  if (!writer_.ok()) return;
  std::array<uint8_t, 16> ip = address.ip();
  for (size_t i = 0; i < size; ++i) ip[i] ^= out_[4 + i];  // magic cookie, transaction id
  writer_.Bytes(std::span(ip).first(size));
}

void StunBuilder::SetLength(size_t extra) {
  StoreBe16(out_.data() + 2, static_cast<uint16_t>(writer_.size() + extra - kStunHeaderSize));
}

std::span<const uint8_t> StunBuilder::Finish(const HmacSha1Key& key) {
  if (!writer_.ok()) return {};
  SetLength(kIntegritySize);
  Add(StunAttribute::kMessageIntegrity, key.Sign({writer_.written()}));
  return FinishWithoutIntegrity();
}

std::span<const uint8_t> StunBuilder::FinishWithoutIntegrity() {
  if (!writer_.ok()) return {};
  SetLength(kFingerprintSize);
  uint32_t crc = Crc32(writer_.written());
  Begin(StunAttribute::kFingerprint, 4);
  writer_.U32(crc ^ kStunFingerprintXor);
  return writer_.ok() ? writer_.written() : std::span<uint8_t>();
}

}  // namespace parley
