#pragma once

// The tokens of PROTOCOL.md, "Tokens": what their claims grant, and how grants become a token.
// Immutable after construction; any thread.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/api/jwt.h"
#include "signaling/session/token_verifier.h"

namespace parley {

class JwtTokenVerifier final : public TokenVerifier {
 public:
  JwtTokenVerifier(std::vector<JwtKey> keys, JwtPolicy policy)
      : keys_(std::move(keys)), policy_(std::move(policy)) {}

  std::expected<Grants, Error> Verify(std::string_view token, WallTime now) const override;

  // With the first key that can sign; false when none can.
  bool can_make() const { return signing_key() != nullptr; }
  std::string Make(const Grants& grants, WallTime now) const;
  std::string MakeTicket(std::string_view recording, WallTime now) const override;

 private:
  const JwtKey* signing_key() const;

  std::vector<JwtKey> keys_;
  JwtPolicy policy_;
};

}  // namespace parley
