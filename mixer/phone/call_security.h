#pragma once

// SRTP of one call, by keys from its description (RFC 4568) or from a DTLS handshake on its media
// path (RFC 5764): opens what comes, seals what goes. One for each offer and answer; phone thread.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "mixer/sip/audio_stream.h"
#include "sfu/base/units.h"
#include "sfu/transport/dtls_endpoint.h"
#include "sfu/transport/srtp_session.h"

namespace parley {

class CallSecurity {
 public:
  // `stream.security` is not kNone. `dtls` outlives this.
  CallSecurity(const sip::AudioStream& stream, const DtlsContext& dtls, Timestamp now);

  // The size of the plain packet at the front of `packet`; nothing when it is to be dropped.
  std::optional<size_t> Open(std::span<uint8_t> packet, bool rtcp, Timestamp now);
  // Kept until the next call; empty while there are no keys yet.
  std::span<const uint8_t> Seal(std::span<const uint8_t> packet, bool rtcp);

  void HandleDtls(std::span<const uint8_t> datagram, Timestamp now);
  // What DTLS has to send: at every tick, until there is none.
  std::optional<std::span<const uint8_t>> PollDtls(Timestamp now);

 private:
  std::optional<DtlsEndpoint> dtls_;
  std::optional<SrtpSession> srtp_;
  std::array<uint8_t, 1500 + kSrtpMaxTrailer> sealed_{};
};

}  // namespace parley
