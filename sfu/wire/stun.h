#pragma once

// STUN messages (RFC 8489) with the attributes of ICE (RFC 8445): one parse, a view over borrowed
// bytes, and the check of its integrity. Nothing allocates. At most kMaxUnknownAttributes unknown
// comprehension-required attributes are remembered. Value, any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sfu/base/socket_address.h"
#include "sfu/wire/hmac_sha1.h"

namespace parley {

enum class StunClass : uint8_t { kRequest, kIndication, kSuccess, kError };

using StunTransactionId = std::array<uint8_t, 12>;

inline constexpr uint16_t kStunBinding = 0x001;
inline constexpr size_t kStunHeaderSize = 20;
inline constexpr uint32_t kStunMagicCookie = 0x2112A442;

class StunView {
 public:
  static constexpr size_t kMaxUnknownAttributes = 8;

  struct ErrorCode {
    uint16_t code = 0;  // 300..699
    std::string_view reason;
  };

  // Nothing unless the whole of `message` is one well-formed message with the magic cookie and, if
  // it carries a FINGERPRINT, a right one. Integrity is not checked here.
  static std::optional<StunView> Parse(std::span<const uint8_t> message);

  StunClass message_class() const { return class_; }
  uint16_t method() const { return method_; }
  const StunTransactionId& transaction_id() const { return transaction_id_; }

  std::optional<std::string_view> username() const { return username_; }
  std::optional<uint32_t> priority() const { return priority_; }
  bool use_candidate() const { return use_candidate_; }
  std::optional<uint64_t> ice_controlled() const { return ice_controlled_; }
  std::optional<uint64_t> ice_controlling() const { return ice_controlling_; }
  const std::optional<ErrorCode>& error_code() const { return error_code_; }
  const std::optional<SocketAddress>& xor_mapped_address() const { return xor_mapped_address_; }
  std::optional<std::string_view> software() const { return software_; }
  bool has_message_integrity() const { return integrity_offset_ != 0; }
  bool has_fingerprint() const { return has_fingerprint_; }
  // Comprehension-required attributes (type below 0x8000) that nobody here knows, the first few.
  std::span<const uint16_t> unknown_attributes() const {
    return std::span(unknown_attributes_).first(unknown_count_);
  }

  // False when MESSAGE-INTEGRITY is missing or does not match (RFC 8489 section 14.5). For
  // short-term credentials the key is the password. Compares in constant time.
  bool VerifyIntegrity(const HmacSha1Key& key) const;

 private:
  StunView() = default;
  bool ReadAttribute(uint16_t type, size_t offset, std::span<const uint8_t> value);

  std::span<const uint8_t> message_;
  StunTransactionId transaction_id_{};
  StunClass class_ = StunClass::kRequest;
  uint16_t method_ = 0;
  uint16_t integrity_offset_ = 0;  // of the attribute's header; 0 while there is none
  bool has_fingerprint_ = false;
  bool use_candidate_ = false;
  uint8_t unknown_count_ = 0;
  std::array<uint16_t, kMaxUnknownAttributes> unknown_attributes_{};
  std::optional<std::string_view> username_;
  std::optional<std::string_view> software_;
  std::optional<uint32_t> priority_;
  std::optional<uint64_t> ice_controlled_;
  std::optional<uint64_t> ice_controlling_;
  std::optional<ErrorCode> error_code_;
  std::optional<SocketAddress> xor_mapped_address_;
};

}  // namespace parley
