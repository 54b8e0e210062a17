#pragma once

// What a TestPeer needs of an answer: where and with whom to connect, and what stands on each
// m-line. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/ids.h"
#include "tests/client/test_peer.h"

namespace parley::test {

struct TestAnswer {
  struct Media {
    std::string mid;
    bool accepted = false;      // port not 0 and not inactive
    bool server_sends = false;  // a slot
    std::optional<Ssrc> ssrc;   // of the slot
    std::optional<Ssrc> rtx_ssrc;
    std::vector<PayloadType> payload_types;
  };

  IceParams ice;
  std::vector<DtlsFingerprint> fingerprints;
  DtlsRole dtls_role = DtlsRole::kServer;  // of the server
  std::vector<SocketAddress> udp_candidates;
  std::vector<SocketAddress> tcp_candidates;
  std::vector<Media> media;

  // Nothing when the text is no SDP or lacks ICE or DTLS parameters.
  static std::optional<TestAnswer> Parse(std::string_view sdp);

  TestPeer::Remote ToRemote(bool tcp = false) const;
};

}  // namespace parley::test
