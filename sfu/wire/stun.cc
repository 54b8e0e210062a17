#include "sfu/wire/stun.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "sfu/base/bytes.h"
#include "sfu/wire/crc32.h"
#include "sfu/wire/stun_attribute.h"

namespace parley {
namespace {

std::string_view Text(std::span<const uint8_t> value) {
  return {reinterpret_cast<const char*>(value.data()), value.size()};
}

// RFC 8489 section 14.2:
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |0 0 0 0 0 0 0 0|    Family     |         X-Port                |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                X-Address (Variable)
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//
// Port and address are XORed with the magic cookie and, for IPv6, the transaction id behind it,
// which is what the message holds from byte 4 on.
std::optional<SocketAddress> ReadXorMappedAddress(std::span<const uint8_t> value,
                                                  std::span<const uint8_t> message) {
  if (value.size() != 8 && value.size() != 20) return std::nullopt;
  const uint8_t* mask = message.data() + 4;
  auto port = static_cast<uint16_t>(LoadBe16(value.data() + 2) ^ LoadBe16(mask));
  std::array<uint8_t, 16> ip{};
  for (size_t i = 0; i + 4 < value.size(); ++i) ip[i] = value[4 + i] ^ mask[i];
  if (value[1] == kStunFamilyV4 && value.size() == 8) {
    return SocketAddress::V4({ip[0], ip[1], ip[2], ip[3]}, port);
  }
  if (value[1] == kStunFamilyV6 && value.size() == 20) return SocketAddress::V6(ip, port);
  return std::nullopt;
}

// RFC 8489 section 14.8:
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |           Reserved, should be 0         |Class|     Number    |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |      Reason Phrase (variable)                                ..
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<StunView::ErrorCode> ReadErrorCode(std::span<const uint8_t> value) {
  if (value.size() < 4) return std::nullopt;
  int hundreds = value[2] & 0x07;
  int number = value[3];
  if (hundreds < 3 || hundreds > 6 || number > 99) return std::nullopt;
  return StunView::ErrorCode{static_cast<uint16_t>(hundreds * 100 + number),
                             Text(value.subspan(4))};
}

}  // namespace

// RFC 8489 section 5:
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |0 0|     STUN Message Type     |         Message Length        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                         Magic Cookie                          |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                                                               |
//  |                     Transaction ID (96 bits)                  |
//  |                                                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//
// Each attribute after it (section 14) has a type and a length of 16 bits each and a value padded
// to a multiple of 4.
std::optional<StunView> StunView::Parse(std::span<const uint8_t> message) {
  if (message.size() < kStunHeaderSize || message.size() % 4 != 0) return std::nullopt;
  if (message.size() > UINT16_MAX) return std::nullopt;
  uint16_t type = LoadBe16(message.data());
  if ((type & 0xC000) != 0) return std::nullopt;
  if (LoadBe16(message.data() + 2) != message.size() - kStunHeaderSize) return std::nullopt;
  if (LoadBe32(message.data() + 4) != kStunMagicCookie) return std::nullopt;

  StunView view;
  view.message_ = message;
  view.class_ = static_cast<StunClass>((type >> 7 & 2) | (type >> 4 & 1));
  view.method_ = static_cast<uint16_t>((type >> 2 & 0xF80) | (type >> 1 & 0x070) | (type & 0x00F));
  std::copy_n(message.begin() + 8, view.transaction_id_.size(), view.transaction_id_.begin());

  for (size_t at = kStunHeaderSize; at < message.size();) {
    // FINGERPRINT is the last attribute (section 14.7). Both sizes are multiples of 4, so that the
    // attribute's header is there.
    if (view.has_fingerprint_) return std::nullopt;
    uint16_t attribute = LoadBe16(message.data() + at);
    size_t size = LoadBe16(message.data() + at + 2);
    size_t padded = (size + 3) & ~size_t{3};
    if (padded > message.size() - at - 4) return std::nullopt;
    if (!view.ReadAttribute(attribute, at, message.subspan(at + 4, size))) return std::nullopt;
    at += 4 + padded;
  }
  return view;
}

// False when the value is not what its type promises. Of repeated attributes the first counts
// (section 14).
bool StunView::ReadAttribute(uint16_t type, size_t offset, std::span<const uint8_t> value) {
  auto attribute = static_cast<StunAttribute>(type);
  // Whatever else follows MESSAGE-INTEGRITY is not protected by it and is ignored (section 14.5).
  if (has_message_integrity() && attribute != StunAttribute::kFingerprint) return true;

  switch (attribute) {
    case StunAttribute::kFingerprint:
      has_fingerprint_ = true;
      return value.size() == 4 &&
             LoadBe32(value.data()) == (Crc32(message_.first(offset)) ^ kStunFingerprintXor);
    case StunAttribute::kMessageIntegrity:
      integrity_offset_ = static_cast<uint16_t>(offset);
      return value.size() == HmacSha1Key::kDigestSize;
    case StunAttribute::kUsername:
      if (!username_) username_ = Text(value);
      return value.size() <= kStunMaxUsernameSize;
    case StunAttribute::kSoftware:
      if (!software_) software_ = Text(value);
      return true;
    case StunAttribute::kUseCandidate:
      use_candidate_ = true;
      return value.empty();
    case StunAttribute::kPriority:
      if (value.size() != 4) return false;
      if (!priority_) priority_ = LoadBe32(value.data());
      return true;
    case StunAttribute::kIceControlled:
      if (value.size() != 8) return false;
      if (!ice_controlled_) ice_controlled_ = LoadBe64(value.data());
      return true;
    case StunAttribute::kIceControlling:
      if (value.size() != 8) return false;
      if (!ice_controlling_) ice_controlling_ = LoadBe64(value.data());
      return true;
    case StunAttribute::kErrorCode:
      if (!error_code_) error_code_ = ReadErrorCode(value);
      return error_code_.has_value();
    case StunAttribute::kXorMappedAddress:
      if (!xor_mapped_address_) xor_mapped_address_ = ReadXorMappedAddress(value, message_);
      return xor_mapped_address_.has_value();
    case StunAttribute::kMappedAddress:
    case StunAttribute::kUnknownAttributes:
      return true;
  }
  if (type < kStunComprehensionOptional && unknown_count_ < kMaxUnknownAttributes) {
    unknown_attributes_[unknown_count_++] = type;
  }
  return true;
}

bool StunView::VerifyIntegrity(const HmacSha1Key& key) const {
  if (!has_message_integrity()) return false;
  // The length field is hashed as if the message ended with this attribute.
  std::array<uint8_t, 4> start = {message_[0], message_[1]};
  StoreBe16(start.data() + 2, static_cast<uint16_t>(integrity_offset_ + 4 +
                                                    HmacSha1Key::kDigestSize - kStunHeaderSize));
  HmacSha1Key::Digest digest = key.Sign({start, message_.subspan(4, integrity_offset_ - 4u)});
  return CRYPTO_memcmp(digest.data(), message_.data() + integrity_offset_ + 4, digest.size()) == 0;
}

}  // namespace parley
