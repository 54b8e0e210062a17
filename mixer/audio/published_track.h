#pragma once

// A talking phone as a microphone of its own participant in the room: its voice as Opus in RTP,
// with in-band FEC, silence not sent (DTX), and its level in a header extension (RFC 6464). One per
// caller, on the mixer's thread; nothing allocates after construction.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mixer/audio/opus_codec.h"
#include "sfu/base/ids.h"
#include "sfu/base/random.h"
#include "sfu/base/seq_num.h"

namespace parley {

struct PublishedTrackConfig {
  Ssrc ssrc;
  PayloadType payload_type;
  uint8_t audio_level_id = 0;  // of the header extension; 0: none
  int bitrate = 24000;         // bit/s
  int complexity = 5;
  int expected_loss = 10;  // percent
};

class PublishedTrack {
 public:
  // Voice comes at `rate` and is encoded at it: what a narrow line does not carry costs no bits.
  PublishedTrack(const PublishedTrackConfig& config, SampleRate rate, RandomSource& random);

  // Every tick: the caller's voice as the mixer has it, or nothing while the caller is silent. The
  // packet, kept until the next call; empty when silence needs none.
  std::span<const uint8_t> Tick(std::optional<std::span<const int16_t>> voice);
  // Bytes of this, for Prefetch().
  static constexpr size_t kUsedInSilence = 80;

 private:
  PublishedTrackConfig config_;
  OpusAudioEncoder encoder_;
  SeqNum seq_;
  RtpTimestamp timestamp_;
  bool sent_last_ = false;
  int silent_ticks_ = 0;
  std::array<uint8_t, 800> packet_{};
};

}  // namespace parley
