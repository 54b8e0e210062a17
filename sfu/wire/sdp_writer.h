#pragma once

// SdpSession to SDP text with CRLF line ends, in the order of RFC 8866 section 5 and RFC 9429
// section 5.2. ParseSdp() of the result gives the same session again. Pure.

#include <string>

#include "sfu/wire/sdp_session.h"

namespace parley {

std::string WriteSdp(const SdpSession& session);

}  // namespace parley
