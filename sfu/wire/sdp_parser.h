#pragma once

// SDP text (RFC 8866) to SdpSession. Strict about structure and about the attributes that WebRTC
// rests on, liberal about those it does not know. Lines may end in CRLF or LF. Pure; what it may
// cost is bounded by the limits below.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "sfu/wire/sdp_session.h"

namespace parley {

inline constexpr size_t kMaxSdpBytes = 64 * 1024;
inline constexpr size_t kMaxSdpMedia = 64;
inline constexpr size_t kMaxSdpPayloadTypes = 64;  // per m-line
// Per m-line, and at session level; b= and t= count as well.
inline constexpr size_t kMaxSdpAttributes = 1024;
inline constexpr size_t kMaxSdpLineBytes = 4096;

struct SdpError {
  int line = 0;         // from 1; 0: the text as a whole
  std::string message;  // for a person, with the line named: "Line 12: a=rtpmap needs …"
};

std::expected<SdpSession, SdpError> ParseSdp(std::string_view text);

}  // namespace parley
