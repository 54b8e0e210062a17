#include "signaling/session/answer_candidates.h"

#include <algorithm>

#include "sfu/wire/ice_candidate.h"

namespace parley {
namespace {

// Of each generation two type preferences, TCP below UDP, and all below the 110 that RFC 8445
// section 5.1.2.2 gives to what is peer-reflexive and the 90 of Chromium's TCP.
constexpr uint32_t kMostGenerations = 44;
// RFC 6544 section 4.2: a passive host candidate's direction-pref.
constexpr uint32_t kPassiveDirection = 4;
constexpr uint32_t kComponent = 1;

uint32_t Priority(const MediaPort::Candidate& candidate, uint32_t place, uint32_t restarts) {
  const uint32_t type = 2 * std::min(restarts, kMostGenerations) + (candidate.tcp ? 0 : 1);
  const uint32_t local = candidate.tcp ? (kPassiveDirection << 13 | (0x1fff - place % 0x2000))
                                       : 0xffff - place % 0x10000;
  return type << 24 | local << 8 | (256 - kComponent);
}

}  // namespace

std::vector<std::string> CandidateLines(std::span<const MediaPort::Candidate> candidates,
                                        uint32_t restarts) {
  std::vector<std::string> lines;
  for (uint32_t place = 0; place < candidates.size(); ++place) {
    const MediaPort::Candidate& candidate = candidates[place];
    IceCandidate ice;
    // RFC 8445 section 5.1.1.3: equal only for the same address and transport.
    ice.foundation = std::to_string(place + 1);
    ice.component = kComponent;
    ice.protocol = candidate.tcp ? "tcp" : "udp";
    ice.priority = Priority(candidate, place, restarts);
    ice.address = candidate.address.IpString();
    ice.port = candidate.address.port();
    if (candidate.tcp) ice.tcp_type = "passive";
    lines.push_back(ice.ToString());
  }
  return lines;
}

void SetDefaultDestination(std::span<const MediaPort::Candidate> candidates, SdpMedia& media) {
  auto udp = std::ranges::find(candidates, false, &MediaPort::Candidate::tcp);
  if (udp == candidates.end()) return;
  media.port = udp->address.port();
  media.connection =
      SdpConnection{"IN", udp->address.is_v4() ? "IP4" : "IP6", udp->address.IpString()};
}

}  // namespace parley
