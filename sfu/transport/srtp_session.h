#pragma once

// SRTP and SRTCP of one peer (RFC 3711, RFC 7714): unprotects in place, protects in a buffer with
// tailroom. What is sent most, RTP, is SrtpSender's; the rest is libsrtp's. It finds a stream by
// walking a list, so each SSRC that sends RTCP has a libsrtp session of its own behind a small hash
// table; incoming SSRCs are few and share one. Allocates when an SSRC is seen for the first time
// and never again. Bounds: kMaxOutboundSsrcs; kMaxInboundSsrcs, of which the one not heard for
// longest makes room for a new one; a replay window of kReplayWindow packets. Time is an argument.
// One thread; InitSrtp() first.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sfu/base/units.h"
#include "sfu/transport/srtp_key_ring.h"
#include "sfu/transport/srtp_keys.h"
#include "sfu/transport/srtp_sender.h"

struct srtp_ctx_t_;

namespace parley {

// Room that ProtectRtp and ProtectRtcp need behind the packet (RFC 7714: a 16-byte tag; SRTCP has 4
// bytes of index besides; RFC 3711: 10 and 14).
inline constexpr size_t kSrtpMaxTrailer = 20;

// Replaces libsrtp's ciphers and its HMAC by those of this folder, after their known-answer tests.
// Once per process, before any thread makes an SrtpSession; more calls do nothing.
void InitSrtp();
// "ipsec-mb AVX512" or the like, for the log at start.
const char* SrtpCipherName();

// Packets dropped, by kind. Never logged per packet.
struct SrtpCounters {
  uint64_t authentication = 0;  // wrong tag
  uint64_t replayed = 0;        // seen already, or older than the window
  uint64_t malformed = 0;       // too short, or no RTP
  uint64_t too_many_ssrcs = 0;
  uint64_t other = 0;
};

class SrtpSession {
 public:
  static constexpr size_t kMaxOutboundSsrcs = SrtpSender::kMaxSsrcs;  // RTP and RTCP each
  static constexpr size_t kMaxInboundSsrcs = 64;
  // Who was heard within this time is not forgotten, whatever else comes. A forgotten SSRC begins
  // anew: its rollover counter at zero, and what it sent before no longer known as a replay.
  static constexpr Duration kInboundKept = Duration::Seconds(5);
  static constexpr int kReplayWindow = 1024;

  explicit SrtpSession(const SrtpKeys& keys);
  ~SrtpSession();
  SrtpSession(const SrtpSession&) = delete;
  SrtpSession& operator=(const SrtpSession&) = delete;

  // The size of the plain packet at the front of `packet`, or nothing: counted and to be dropped.
  std::optional<size_t> UnprotectRtp(std::span<uint8_t> packet, Timestamp now);
  std::optional<size_t> UnprotectRtcp(std::span<uint8_t> packet, Timestamp now);
  // `buffer` holds `size` bytes of plain packet and at least kSrtpMaxTrailer bytes behind it.
  std::optional<size_t> ProtectRtp(std::span<uint8_t> buffer, size_t size,
                                   Sealing sealing = Sealing::kNow);
  std::optional<size_t> ProtectRtcp(std::span<uint8_t> buffer, size_t size);

  // See SrtpSender.
  void PrefetchState(uint32_t ssrc) const { sender_.PrefetchState(ssrc); }
  SrtpProfile profile() const { return keys_.profile; }
  const SrtpCounters& counters() const { return counters_; }

 private:
  struct Free {
    void operator()(srtp_ctx_t_* ctx) const;
  };
  using Context = std::unique_ptr<srtp_ctx_t_, Free>;
  struct Outbound {
    uint32_t ssrc = 0;
    Context context;
  };

  struct Inbound {
    uint32_t ssrc = 0;
    Timestamp heard;
  };

  void Insert(Outbound entry);
  srtp_ctx_t_* FindOutbound(uint32_t ssrc);
  srtp_ctx_t_* AddOutboundContext(uint32_t ssrc);
  size_t FindInbound(uint32_t ssrc) const;
  size_t LeastRecentInbound() const;
  bool MayReceive(uint32_t ssrc, Timestamp now);
  void NoteReceived(uint32_t ssrc, Timestamp now);
  void CountFailure(int status);

  SrtpSender sender_;
  SrtpKeys keys_;
  KeyRing ring_;
  Context inbound_;
  std::vector<Outbound> outbound_;  // RTCP only; open addressing, a power of two, at most half full
  size_t outbound_count_ = 0;
  std::vector<Inbound> inbound_ssrcs_;  // those that sent an authentic packet
  size_t last_inbound_ = 0;             // packets of one SSRC come in runs
  SrtpCounters counters_;
};

}  // namespace parley
