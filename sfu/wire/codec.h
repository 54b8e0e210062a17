#pragma once

// What travels in a payload: kinds of media, codecs, and one negotiated payload type. Plain values,
// any thread.

#include <cstdint>
#include <optional>

#include "sfu/base/ids.h"

namespace parley {

enum class MediaKind : uint8_t { kAudio, kVideo };

enum class Codec : uint8_t {
  kOpus,
  kRed,             // RFC 2198 around Opus
  kTelephoneEvent,  // RFC 4733; never forwarded
  kVp8,
  kVp9,
  kH264,
  kAv1,
};

// One payload type of one m-line (RFC 8866 a=rtpmap, a=fmtp, a=rtcp-fb), as the answer left it.
struct CodecParams {
  Codec codec = Codec::kOpus;
  PayloadType payload_type;
  std::optional<PayloadType> rtx_payload_type;  // RFC 4588
  uint32_t clock_rate = 48000;                  // Hz
  // What else two sides must agree on: H.264 profile-level-id (24 bits) and packetization-mode,
  // VP9 and AV1 profile. Zero elsewhere.
  uint32_t profile = 0;
  uint8_t packetization_mode = 0;
  bool nack = false;
  bool pli = false;
  bool fir = false;
  bool remb = false;
  bool transport_cc = false;
  bool operator==(const CodecParams&) const = default;
};

}  // namespace parley
