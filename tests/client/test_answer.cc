#include "tests/client/test_answer.h"

#include <algorithm>

#include "sfu/wire/ice_candidate.h"
#include "sfu/wire/sdp_parser.h"
#include "sfu/wire/sdp_session.h"

namespace parley::test {
namespace {

void ReadSsrcs(const SdpMedia& from, TestAnswer::Media& to) {
  for (const SdpSsrcGroup& group : from.ssrc_groups) {
    if (group.semantics == "FID" && group.ssrcs.size() == 2) {
      to.ssrc = Ssrc(group.ssrcs[0]);
      to.rtx_ssrc = Ssrc(group.ssrcs[1]);
    }
  }
  if (!to.ssrc && !from.ssrcs.empty()) to.ssrc = Ssrc(from.ssrcs.front().ssrc);
}

void AddCandidate(TestAnswer& answer, const std::string& text) {
  auto candidate = IceCandidate::Parse(text);
  if (!candidate) return;
  auto address = SocketAddress::Parse(candidate->address, candidate->port);
  if (!address) return;
  auto& list = candidate->protocol == "tcp" ? answer.tcp_candidates : answer.udp_candidates;
  if (std::find(list.begin(), list.end(), *address) == list.end()) list.push_back(*address);
}

}  // namespace

std::optional<TestAnswer> TestAnswer::Parse(std::string_view sdp) {
  auto session = ParseSdp(sdp);
  if (!session || session->media.empty()) return std::nullopt;
  TestAnswer answer;
  for (const SdpMedia& m : session->media) {
    SdpTransport transport = session->TransportOf(m);
    SdpDirection direction = session->DirectionOf(m);
    Media& media = answer.media.emplace_back();
    media.mid = m.mid.value_or("");
    media.accepted = m.port != 0 && direction != SdpDirection::kInactive;
    media.server_sends = Sends(direction);
    for (uint8_t pt : m.payload_types) media.payload_types.emplace_back(pt);
    ReadSsrcs(m, media);
    for (const std::string& c : m.candidates) AddCandidate(answer, c);
    if (!answer.ice.ufrag.empty() || transport.ice_ufrag.empty()) continue;
    answer.ice = {transport.ice_ufrag, transport.ice_pwd};
    for (const SdpFingerprint& f : transport.fingerprints) {
      answer.fingerprints.push_back({f.algorithm, f.digest});
    }
    if (transport.setup == SdpSetup::kActive) answer.dtls_role = DtlsRole::kClient;
  }
  if (answer.ice.ufrag.empty() || answer.fingerprints.empty()) return std::nullopt;
  return answer;
}

TestPeer::Remote TestAnswer::ToRemote(bool tcp) const {
  return {.ice = ice,
          .fingerprints = fingerprints,
          .dtls_role = dtls_role,
          .candidates = tcp ? tcp_candidates : udp_candidates};
}

}  // namespace parley::test
