#pragma once

// One incoming stream from packets to a frame per tick: buffers as long as the network needs,
// decodes, mends losses from redundancy and conceals the others, stretches sound to reach its
// target delay, and takes the sender's clock drift out. One per leg and per speaker of a room, on
// the mixer's thread; nothing allocates once the largest packet was seen.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mixer/audio/audio_codec.h"
#include "mixer/audio/comfort_noise.h"
#include "mixer/audio/delay_estimator.h"
#include "mixer/audio/drift_estimator.h"
#include "mixer/audio/fractional_resampler.h"
#include "mixer/audio/jitter_buffer.h"
#include "mixer/audio/time_stretcher.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"

namespace parley {

class AudioReceiver {
 public:
  // In samples of the codec's rate where they end in _samples.
  struct Stats {
    uint64_t packets = 0;
    uint64_t late_packets = 0;  // came after their place had been played
    uint64_t duplicate_packets = 0;
    uint64_t bad_packets = 0;
    uint64_t dropped_packets = 0;    // to shorten a buffer that had grown far too long
    uint64_t played_samples = 0;     // out of packets
    uint64_t mended_samples = 0;     // from redundancy
    uint64_t concealed_samples = 0;  // in the middle of a stream
    uint64_t added_samples = 0;      // by stretching
    uint64_t removed_samples = 0;
    Duration waited;  // of all played packets together: from arrival to the speaker
    uint64_t waited_packets = 0;
  };

  explicit AudioReceiver(std::unique_ptr<AudioDecoder> decoder);

  AudioCodec codec() const { return decoder_->codec(); }
  SampleRate sample_rate() const { return rate_; }

  void HandlePacket(SeqNum seq, RtpTimestamp timestamp, std::span<const uint8_t> payload,
                    Timestamp arrival);
  // RFC 3389: the sender pauses, and what its line sounds like until it goes on.
  void HandleComfortNoise(uint8_t level);
  // A packet of the stream that is no sound (RFC 4733): it is not missing.
  void HandleOtherPacket(SeqNum seq);
  // The stream begins anew, from another sender or under another SSRC.
  void Restart();

  // While off, packets are followed and dropped in time as ever, but frames are silence: decoding
  // is most of what a listener costs.
  void SetDecoding(bool on) { decoding_ = on; }

  // The next frame, FrameSamples(sample_rate()) long, kept until the next call; called every 20 ms.
  std::span<const int16_t> Tick(Timestamp now);

  // Asks for the memory of the next Tick: what this is; then, when that is there, what it holds.
  void PrefetchState() const;
  void PrefetchSound() const;

  // Sound is being played: not before the first packet, nor while the sender pauses.
  bool playing() const { return playing_; }
  const Stats& stats() const { return stats_; }
  Duration target_delay() const;
  double drift() const { return drift_.drift(); }

 private:
  int64_t MediaUs(int64_t timestamp) const { return timestamp * 1'000'000 / clock_rate_; }
  int64_t ToTimestamp(size_t samples) const;
  size_t ToSamples(int64_t timestamp) const;
  size_t SamplesOf(Duration duration) const;
  size_t waiting() const { return end_ - history_size_; }

  void Fill(size_t samples, Timestamp now);
  void DecodeOrConceal(Timestamp now);
  void DropWhatIsTooLate();
  void PlayFront(Timestamp now);
  bool FrontIsDue(Timestamp now) const;
  void BridgeGap(Timestamp now);
  void ConcealMissing(size_t samples, Timestamp now);
  bool NothingIsMissingBefore(int64_t seq) const;
  void FillPause();
  void Conceal(size_t samples);
  std::span<int16_t> Append(size_t samples);
  void Stretch(size_t needed, Timestamp now);
  void Lengthen(StretchUrgency urgency);
  void Shorten(size_t most, StretchUrgency urgency);
  void DropExcess(Timestamp now);

  std::unique_ptr<AudioDecoder> decoder_;
  SampleRate rate_;
  int64_t clock_rate_;

  SeqUnwrapper seq_unwrapper_;
  TimestampUnwrapper timestamp_unwrapper_;
  JitterBuffer buffer_;
  DelayEstimator delay_;
  DriftEstimator drift_;
  FractionalResampler resampler_;
  ComfortNoise noise_;

  bool playing_ = false;
  bool sender_pauses_ = false;
  bool decoding_ = true;
  int64_t next_timestamp_ = 0;      // of the sound that is decoded next
  int64_t last_seq_ = 0;            // of what was decoded last, or stood for itself
  std::array<int64_t, 32> others_;  // numbers of packets that are no sound
  size_t next_other_ = 0;
  int concealed_frames_ = 0;  // in a row
  int paused_frames_ = 0;     // in a row
  int since_stretch_ = 0;     // ticks since one was tried
  float loss_ = 0;            // share of packets, smoothed

  size_t history_size_;
  std::vector<int16_t> sound_;  // history, then what waits, up to end_
  size_t end_;
  std::vector<int16_t> frame_;
  Stats stats_;
};

}  // namespace parley
