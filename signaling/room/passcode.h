#pragma once

// A room's passcode, of which only a salted scrypt hash (RFC 7914) is kept. A try takes some 10 ms
// until the right one came once since the start of the server, and next to nothing from then on;
// how many there may be is PasscodeGuard's to bound (session/passcode_guard.h). Owned by its Room;
// signaling thread.

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sfu/base/random.h"
#include "signaling/protocol/error.h"
#include "signaling/room/digest.h"

namespace parley {

class Passcode {
 public:
  static constexpr size_t kLeastCharacters = 6;
  static constexpr size_t kMostCharacters = 64;

  // What to keep of one, as text. White space at both ends is no part of it; an empty one means
  // none, of which nothing is kept. Errors: bad_request (field "passcode").
  static std::expected<std::string, Error> Keep(std::string_view text, RandomSource& random);

  // `kept`: what Keep() made.
  explicit Passcode(std::string_view kept);

  bool exists() const { return hash_.has_value(); }
  // Whether that is it; there is one.
  bool IsRight(std::string_view text);

 private:
  using Salt = std::array<uint8_t, 16>;

  static Digest256 Hash(std::string_view text, const Salt& salt);

  Salt salt_{};
  std::optional<Digest256> hash_;   // nothing: there is no passcode
  std::optional<Digest256> right_;  // an HMAC of it, in memory alone, once it came
};

}  // namespace parley
