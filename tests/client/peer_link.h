#pragma once

// A TestPeer and a Transport joined in memory by a seeded network with delay, loss, reordering and
// duplication in both directions, on a clock of its own. One thread.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/base/units.h"
#include "sfu/transport/demux.h"
#include "sfu/transport/transport.h"
#include "tests/client/test_peer.h"

namespace parley::test {

struct Impairment {
  Duration delay = Duration::Millis(10);
  Duration jitter = Duration::Zero();  // uniform, so packets may overtake each other
  uint32_t loss_percent = 0;
  uint32_t duplicate_percent = 0;
};

class PeerLink {
 public:
  struct Options {
    uint64_t seed = 1;
    Impairment impairment = {};
    DtlsRole server_role = DtlsRole::kServer;  // of the Transport
    // Wrong on purpose: what each side expects of the other.
    std::optional<DtlsFingerprint> expected_of_peer = std::nullopt;
    std::optional<DtlsFingerprint> expected_of_server = std::nullopt;
  };

  PeerLink(const TestIdentity& server, const TestIdentity& client, Options options);

  // Lets time pass, delivering what is due.
  void Run(Duration duration);
  // The same, until `done`; false when `limit` passed first.
  bool RunUntil(const std::function<bool()>& done, Duration limit);
  // Delivers a packet to the server as if it came from `from`; true when the Demux knew whose it
  // is.
  bool Inject(std::span<const uint8_t> packet, const SocketAddress& from);

  Timestamp now() const { return now_; }
  Transport& transport() { return *transport_; }
  Demux& demux() { return demux_; }
  TestPeer& peer() { return peer_; }
  const SocketAddress& server_address() const { return server_address_; }
  // The address the peer sends from; a change is a move to another network.
  SocketAddress& peer_address() { return peer_address_; }
  Impairment& impairment() { return impairment_; }
  // No packet of that direction passes.
  bool block_to_server = false;
  bool block_to_peer = false;
  // Packets dropped on their way by the Demux.
  const std::vector<Transport::Event>& events() const { return events_; }
  bool HasEvent(Transport::Event event) const;
  void ClearEvents() { events_.clear(); }
  std::vector<std::vector<uint8_t>>& rtp_at_server() { return rtp_at_server_; }
  std::vector<std::vector<uint8_t>>& rtcp_at_server() { return rtcp_at_server_; }
  bool SendRtpToPeer(std::span<const uint8_t> packet);
  bool SendRtcpToPeer(std::span<const uint8_t> packet);
  // Everything the server sent so far.
  uint64_t bytes_to_peer() const { return bytes_to_peer_; }
  size_t largest_to_peer() const { return largest_to_peer_; }
  // What the next Connect of the peer uses.
  TestPeer::Remote remote() const;

 private:
  struct InFlight {
    bool to_server = false;
    SocketAddress address;  // of the peer
    std::vector<uint8_t> bytes;
  };

  void Send(bool to_server, const SocketAddress& peer_address, std::span<const uint8_t> bytes);
  void Deliver(InFlight packet);
  void DrainServer();
  void DrainPeer();

  SeededRandom random_;
  Impairment impairment_;
  Timestamp now_ = Timestamp::Seconds(1000);
  SocketAddress server_address_;
  SocketAddress peer_address_;
  TestPeer peer_;
  Demux demux_;
  TransportParams params_;
  const TestIdentity& server_identity_;
  std::optional<Transport> transport_;
  std::multimap<Timestamp, InFlight> in_flight_;
  std::vector<Transport::Event> events_;
  std::vector<std::vector<uint8_t>> rtp_at_server_;
  std::vector<std::vector<uint8_t>> rtcp_at_server_;
  uint64_t bytes_to_peer_ = 0;
  size_t largest_to_peer_ = 0;
  std::optional<DtlsFingerprint> expected_of_server_;
};

}  // namespace parley::test
