#pragma once

// The server's host candidates as an answer carries them: priorities (RFC 8445 section 5.1.2.1,
// RFC 6544 section 4.2), foundations, and the default destination. Pure; signaling thread.
//
// They have less priority than any candidate of a client, and more after each ICE restart, so that
// it is they who decide between an old pair and a new one (RFC 8445 section 6.1.2.3). Chromium
// stays for seconds with the pair of an address that is gone where the new one's local candidate is
// only peer-reflexive.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sfu/port/media_port.h"
#include "sfu/wire/sdp_session.h"

namespace parley {

// In the order given, most wanted first, after so many ICE restarts; each the value of one
// a=candidate.
std::vector<std::string> CandidateLines(std::span<const MediaPort::Candidate> candidates,
                                        uint32_t restarts);

// RFC 8839 section 4.2.1.2: port and c= name the first UDP candidate; without one they are left at
// 9 and 0.0.0.0.
void SetDefaultDestination(std::span<const MediaPort::Candidate> candidates, SdpMedia& media);

}  // namespace parley
