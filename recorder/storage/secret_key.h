#pragma once

// 32 bytes that open what is sealed with AES-256-GCM: an operator's key, a recording's, a file's.
// Wiped when it goes. Value.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley {

class SecretKey {
 public:
  static constexpr size_t kSize = 32;
  static constexpr std::string_view kAllowed =
      "32 bytes, as 64 hexadecimal digits or in base64 (openssl rand -hex 32)";

  // 64 hexadecimal digits, or base64. Nothing when it is neither, or not as long.
  static std::optional<SecretKey> Parse(std::string_view text);
  // Nothing unless there are kSize bytes.
  static std::optional<SecretKey> FromBytes(std::span<const uint8_t> bytes);
  static SecretKey Random();

  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();
  bool operator==(const SecretKey& other) const;

  std::span<const uint8_t, kSize> bytes() const { return bytes_; }
  std::string ToHex() const;
  // What may be told of it: 16 hexadecimal digits that do not lead back.
  std::string Id() const;
  // Another key for one purpose (HMAC-SHA256 of its description).
  SecretKey Derive(std::string_view purpose) const;

 private:
  SecretKey() = default;
  std::array<uint8_t, kSize> bytes_{};
};

}  // namespace parley
