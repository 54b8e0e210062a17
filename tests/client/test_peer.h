#pragma once

// A WebRTC peer for tests and benchmarks: controlling ICE, DTLS on either side, SRTP; sans-IO, time
// and randomness given. It says what it offers as SDP (test_offer.h), takes an answer, sends RTP
// and RTCP that its owner made, and hands out what it received. Cheap enough for hundreds of them
// in a thread. Bound: kMaxQueue packets wait to be polled; more are dropped and counted.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "sfu/port/media_params.h"
#include "sfu/transport/dtls_endpoint.h"
#include "sfu/transport/srtp_session.h"
#include "sfu/wire/rtcp_report_block.h"
#include "tests/client/ice_controlling.h"
#include "tests/client/receive_stats.h"

namespace parley::test {

// Certificate and OpenSSL context that many peers share, made once: an ECDSA certificate costs a
// tenth of a millisecond, and 500 peers need no 500 of them.
class TestIdentity {
 public:
  explicit TestIdentity(DtlsCertificate::Kind kind = DtlsCertificate::Kind::kEcdsaP256);
  const DtlsContext& context() const { return context_; }
  const std::vector<DtlsFingerprint>& fingerprints() const { return identity_.fingerprints(); }

 private:
  DtlsIdentity identity_;
  DtlsContext context_;
};

class TestPeer {
 public:
  static constexpr size_t kMaxQueue = 256;
  static constexpr size_t kMaxPacket = 1500;

  struct Datagram {
    SocketAddress to;
    std::span<const uint8_t> bytes;  // valid until the next call of anything here
  };
  // The far side, as an answer tells it.
  struct Remote {
    IceParams ice;
    std::vector<DtlsFingerprint> fingerprints;
    DtlsRole dtls_role = DtlsRole::kServer;  // of the far side
    std::vector<SocketAddress> candidates;   // to be checked, of the transport protocol in use
  };
  struct Counters {
    uint64_t rtp_received = 0;
    uint64_t rtcp_received = 0;
    uint64_t undecryptable = 0;
    uint64_t rtp_sent = 0;
    uint64_t queue_overflow = 0;
  };

  // `identity` outlives this. Everything random comes from `seed`; "own" are its ICE credentials.
  TestPeer(const TestIdentity& identity, uint64_t seed);

  const IceParams& local_ice() const { return ice_.local(); }
  const std::vector<DtlsFingerprint>& fingerprints() const { return identity_.fingerprints(); }

  void Connect(Remote remote, Timestamp now);
  // New local credentials, to be told to the far side; then ContinueIce with its new ones.
  IceParams RestartIce();
  void ContinueIce(IceParams remote, std::vector<SocketAddress> candidates, Timestamp now);
  // Sends close_notify.
  void Close() {
    if (dtls_) dtls_->Close();
  }

  // `packet` is changed in place. `from`: the far side's address.
  void HandlePacket(std::span<uint8_t> packet, const SocketAddress& from, Timestamp now);
  std::optional<Datagram> PollDatagram(Timestamp now);
  Timestamp NextTimeout() const;
  void HandleTimeout(Timestamp now);

  bool connected() const { return srtp_ != nullptr; }
  bool failed() const { return dtls_ && dtls_->state() == DtlsEndpoint::State::kFailed; }
  bool closed() const { return dtls_ && dtls_->state() == DtlsEndpoint::State::kClosed; }

  // Plain packets of at most kMaxPacket - kSrtpMaxTrailer bytes. False before connected().
  bool SendRtp(std::span<const uint8_t> packet);
  bool SendRtcp(std::span<const uint8_t> packet);
  bool SendPli(Ssrc sender, Ssrc media);
  bool SendNack(Ssrc sender, Ssrc media, std::span<const SeqNum> seqs);
  bool SendRemb(Ssrc sender, Bitrate bitrate, std::span<const Ssrc> ssrcs);
  bool SendReceiverReport(Ssrc sender, std::span<const ReportBlock> blocks);

  // Called with each plain packet received; it is borrowed.
  std::function<void(std::span<const uint8_t> packet, Timestamp now)> on_rtp;
  std::function<void(std::span<const uint8_t> packet, Timestamp now)> on_rtcp;

  const std::unordered_map<uint32_t, ReceiveStats>& received() const { return received_; }
  // By sequence numbers, in all streams received.
  uint64_t lost() const {
    uint64_t sum = 0;
    for (const auto& [ssrc, stream] : received_) sum += stream.lost();
    return sum;
  }
  const Counters& counters() const { return counters_; }
  IceControlling& ice() { return ice_; }
  SrtpSession* srtp() { return srtp_.get(); }
  RandomSource& random() { return random_; }

 private:
  struct Queued {
    uint16_t size = 0;
    std::array<uint8_t, kMaxPacket> bytes;
  };

  bool Enqueue(std::span<const uint8_t> packet, bool rtcp);
  void AfterDtls();

  const TestIdentity& identity_;
  SeededRandom random_;
  IceControlling ice_;
  std::unique_ptr<DtlsEndpoint> dtls_;
  std::unique_ptr<SrtpSession> srtp_;
  std::vector<Queued> queue_;  // a ring that grows to kMaxQueue
  size_t queue_begin_ = 0;
  size_t queue_count_ = 0;
  std::array<uint8_t, 512> check_;
  std::array<uint8_t, 128> answer_;  // to the far side's latest check
  size_t answer_size_ = 0;
  SocketAddress answer_to_;
  std::unordered_map<uint32_t, ReceiveStats> received_;
  Counters counters_;
};

}  // namespace parley::test
