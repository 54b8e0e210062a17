#pragma once

// Makes and checks resume tokens: who a client was, signed with the server's own key (HMAC-SHA256,
// RFC 2104), so that nothing about them need be stored to survive a restart. Opaque to clients.
// Immutable, any thread.

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "sfu/base/units.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"

namespace parley {

struct ResumeClaims {
  std::string participant;
  std::string room;
  uint32_t meeting = 0;
  std::string name;
  Role role = Role::kPanelist;
  SourceKindSet publish;
  // Of the run of the server that made it: within one run a participant who is gone stays gone.
  uint64_t run = 0;
  WallTime expires_at;
};

class ResumeTokens {
 public:
  using Key = std::array<uint8_t, 32>;
  // `run` is random per start of the server; the key must survive a restart.
  ResumeTokens(const Key& key, uint64_t run) : key_(key), run_(run) {}

  uint64_t run() const { return run_; }
  std::string Make(ResumeClaims claims) const;  // `run` is filled in
  // Errors: token_invalid when it is not ours, resume_expired when too old.
  std::expected<ResumeClaims, Error> Verify(std::string_view token, WallTime now) const;

 private:
  const Key key_;
  const uint64_t run_;
};

}  // namespace parley
