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
  std::string person = {};    // Newcomer::person
  std::string instance = {};  // Newcomer::instance
  Role role = Role::kPanelist;
  SourceKindSet may_publish;
  bool waiting = false;   // in the lobby
  bool by_token = false;  // ... and came by a token
  // Made by this run of the server: then a participant who is gone stays gone.
  bool of_this_run = false;
};

class ResumeTokens {
 public:
  using Key = std::array<uint8_t, 32>;
  // `run` is random per start of the server; the key must survive a restart. A token outlives the
  // run that made it by `life`, counted from when it was made.
  ResumeTokens(const Key& key, uint64_t run, Duration life) : key_(key), run_(run), life_(life) {}

  // `claims.of_this_run` is not read.
  std::string Make(const ResumeClaims& claims, WallTime now) const;
  // Errors: token_invalid when it is not ours, resume_expired when it is of an earlier run and too
  // old.
  std::expected<ResumeClaims, Error> Verify(std::string_view token, WallTime now) const;

 private:
  const Key key_;
  const uint64_t run_;
  const Duration life_;
};

}  // namespace parley
