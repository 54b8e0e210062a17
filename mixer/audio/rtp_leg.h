#pragma once

// The RTP of one call, both ways (RFC 3550, RFC 3551, RFC 4733): whose packets are the call's,
// sound and keys out of them, a frame per tick; a packet around what the mixer made, keys to the
// peer; reports, and what the call sounds like. Plain packets: SRTP is undone before and done after
// it. One per call, on the mixer's thread; nothing allocates once each codec that the peer uses was
// seen.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/audio/address_latch.h"
#include "mixer/audio/audio_receiver.h"
#include "mixer/audio/dtmf_detector.h"
#include "mixer/audio/dtmf_receiver.h"
#include "mixer/audio/dtmf_sender.h"
#include "mixer/audio/keypad_input.h"
#include "mixer/audio/packetizer.h"
#include "mixer/audio/resampler.h"
#include "sfu/base/ids.h"
#include "sfu/base/random.h"
#include "sfu/wire/reception_stats.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_sender_report.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_builder.h"

namespace parley {

// What offer and answer agreed on.
struct RtpLegConfig {
  struct Payload {
    AudioCodec codec = AudioCodec::kPcmu;
    PayloadType type;
  };
  // The first is what we send; the peer may send any of them.
  std::vector<Payload> payloads;
  std::optional<PayloadType> telephone_event;
  uint32_t telephone_event_rate = 8000;
  std::optional<PayloadType> comfort_noise;  // RFC 3389
  // Of sound in each packet that we send, of G.711 and G.722; Opus has a frame in each.
  Duration packet = kAudioFrame;

  SocketAddress remote;  // as SDP names it
  bool learn_remote = true;
  std::string cname;
};

class RtpLeg {
 public:
  struct Stats {
    uint64_t received_packets = 0;
    uint64_t sent_packets = 0;
    uint64_t foreign_packets = 0;  // from addresses that are not the peer's
    uint64_t bad_packets = 0;
    float loss = 0;         // of the peer's packets in the last interval, 0..1
    float remote_loss = 0;  // of ours, as the peer reports
    Duration jitter;
    std::optional<Duration> round_trip;
    double mean_opinion_score = 0;  // of what we hear, of the last interval; 0 before the first
    double score_sum = 0;           // of all intervals
    uint32_t scored_intervals = 0;
  };

  RtpLeg(RtpLegConfig config, RandomSource& random, Timestamp now);

  AudioCodec codec() const { return config_.payloads.front().codec; }
  SampleRate sample_rate() const { return receivers_.front()->sample_rate(); }

  void HandleRtp(std::span<const uint8_t> packet, const SocketAddress& from, Timestamp now);
  void HandleRtcp(std::span<const uint8_t> datagram, const SocketAddress& from, Timestamp now,
                  WallTime wall);
  // A key that SIP INFO brought.
  void HandleInfoKey(char key, Timestamp now);

  // Whether anybody hears the caller: while not, sound is not decoded and frames are silence,
  // unless keys may be in it.
  void SetHeard(bool heard) { heard_ = heard; }

  // Every 20 ms: what the caller says, at sample_rate(), kept until the next call.
  std::span<const int16_t> Tick(Timestamp now);
  // Keys that the caller pressed, in order; until there is none.
  std::optional<char> PollKey();
  bool has_key() const { return key_count_ > 0; }

  // Once per tick, with the mixer's payload (empty: nothing to say): the packet to send to
  // remote(), empty when there is none; kept until the next call.
  std::span<const uint8_t> Send(std::span<const uint8_t> payload);
  // What else there is to send in this tick, where the peer wants packets shorter than one; after
  // Send(), until it is empty.
  std::span<const uint8_t> SendMore() {
    return packetizer_ ? SendWaiting() : std::span<const uint8_t>();
  }
  // False when it is no key, too many wait, or the peer takes no events.
  [[nodiscard]] bool SendKey(char key);

  // Asks for the memory of the next Tick, as PhoneCall::PrefetchAhead does, from 2 turns on; before
  // that it is kUsedEachTick bytes of this.
  void PrefetchAhead(int turns) const;
  static constexpr size_t kUsedEachTick = 1280;

  // A report that is due, for the peer's RTCP; empty when none is.
  std::span<const uint8_t> PollRtcp(Timestamp now, WallTime wall);
  // At the end of the call: a last report with a BYE.
  std::span<const uint8_t> SayBye(Timestamp now, WallTime wall);

  const SocketAddress& remote() const { return latch_.remote(); }
  // For good, and RTP comes from there alone (AddressLatch::settled).
  bool remote_is_settled(Timestamp now) const { return latch_.settled(now); }
  Ssrc ssrc() const { return ssrc_; }
  Timestamp last_packet_at() const { return last_packet_at_; }
  // The peer said BYE (RFC 3550 section 6.6); SIP's own end of the call is what counts.
  bool peer_left() const { return peer_left_; }
  const Stats& stats() const { return stats_; }
  const AudioReceiver& receiver() const { return *receivers_[active_]; }

 private:
  static constexpr size_t kMostKeysWaiting = 32;

  std::optional<size_t> FindPayload(PayloadType type) const;
  void HandleSound(size_t payload, const RtpView& rtp, Timestamp now);
  void HandleEvent(const RtpView& rtp, Timestamp now);
  void FollowSsrc(Ssrc ssrc);
  void AddKey(std::optional<char> key);
  void HandleReport(const ReportBlock& block, WallTime wall);
  void UpdateStats(const ReportBlock& block);
  void Pause();
  std::span<const uint8_t> SendWaiting();
  std::span<const uint8_t> SendSound(std::span<const uint8_t> payload, RtpTimestamp timestamp);
  std::span<const uint8_t> Build(RtpHeader header, std::span<const uint8_t> payload);
  void WriteReport(ByteWriter& out, Timestamp now, WallTime wall);

  RtpLegConfig config_;
  RandomSource& random_;
  AddressLatch latch_;
  Ssrc ssrc_;
  Timestamp last_packet_at_;
  bool peer_left_ = false;
  bool heard_ = true;
  Stats stats_;

  // Incoming.
  std::optional<Ssrc> remote_ssrc_;
  SeqUnwrapper remote_seq_;
  ReceptionStats reception_;
  std::vector<std::unique_ptr<AudioReceiver>> receivers_;  // as config_.payloads
  size_t active_ = 0;                                      // whose turn it is
  std::optional<Resampler> resampler_;                     // while its rate is another
  std::vector<int16_t> resampled_;
  DtmfReceiver dtmf_receiver_;
  std::optional<DtmfDetector> dtmf_detector_;
  KeypadInput keypad_;
  std::array<char, kMostKeysWaiting> keys_{};
  size_t first_key_ = 0;
  size_t key_count_ = 0;

  // Outgoing.
  DtmfSender dtmf_sender_;
  SeqNum seq_;
  RtpTimestamp timestamp_;
  RtpTimestamp event_timestamp_;
  bool talking_ = false;  // the last tick had sound
  uint32_t octets_ = 0;
  Timestamp next_report_;
  std::array<uint8_t, 800> rtp_{};

  // Seldom used.
  std::optional<Packetizer> packetizer_;  // where packets are not as long as ticks
  std::array<uint8_t, 512> rtcp_{};
  // Of the receiver at the last report, for the interval's share of concealed sound.
  AudioReceiver::Stats reported_;
};

}  // namespace parley
