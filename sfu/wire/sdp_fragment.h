#pragma once

// The body of a WHIP or WHEP PATCH: application/trickle-ice-sdpfrag (RFC 8840 section 9, RFC 9725
// section 4.3). We are ICE lite and take no candidates; new credentials ask for an ICE restart.
// Pure; bounded as ParseSdp().

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/wire/sdp_parser.h"

namespace parley {

struct SdpFragment {
  // Credentials at the top, or of the first m-line that has some; empty when there are none.
  std::string ice_ufrag;
  std::string ice_pwd;
  std::string mid;                      // of the first m-line; may be empty
  std::string media_line;               // the first m-line's value: "audio 9 UDP/TLS/RTP/SAVPF 0"
  std::vector<std::string> candidates;  // as in SdpMedia
  bool ice_lite = false;
  bool end_of_candidates = false;
};

std::expected<SdpFragment, SdpError> ParseSdpFragment(std::string_view text);
std::string WriteSdpFragment(const SdpFragment& fragment);

}  // namespace parley
