#pragma once

// The body of a WHIP or WHEP PATCH: application/trickle-ice-sdpfrag (RFC 8840 section 9, RFC 9725
// section 4.3). We are ICE lite and take no candidates; new credentials ask for an ICE restart.
// Pure; bounded as ParseSdp().

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/wire/sdp_parser.h"
#include "sfu/wire/sdp_session.h"

namespace parley {

struct SdpFragment {
  bool ice_lite = false;
  std::vector<std::string> ice_options;
  std::optional<SdpGroup> group;  // the first
  // The first m-line's value, "audio 9 UDP/TLS/RTP/SAVPF 0", and what follows it.
  std::string media_line;
  std::string mid;
  // At the top, or of the first m-line that has some; empty when there are none.
  std::string ice_ufrag;
  std::string ice_pwd;
  std::vector<std::string> candidates;  // as in SdpMedia
  bool end_of_candidates = false;
};

std::expected<SdpFragment, SdpError> ParseSdpFragment(std::string_view text);
std::string WriteSdpFragment(const SdpFragment& fragment);

}  // namespace parley
