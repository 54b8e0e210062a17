#pragma once

// What every session of the server works with; made once by main and outlives them all. Signaling
// thread.

namespace parley {

class JoinLimiter;
class PasscodeGuard;
class RandomSource;
class ResumeTokens;
class RoomRegistry;
class TokenVerifier;
struct Limits;
struct NegotiatorConfig;

struct SessionContext {
  RoomRegistry& rooms;
  const TokenVerifier& tokens;
  const ResumeTokens& resume_tokens;
  JoinLimiter& joins;
  PasscodeGuard& passcodes;
  RandomSource& random;
  const Limits& limits;
  const NegotiatorConfig& negotiation;
};

}  // namespace parley
