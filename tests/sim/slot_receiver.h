#pragma once

// One receive slot as a browser's receiver would treat it: follows sequence numbers, asks again for
// what is missing (NACK), takes retransmissions (RTX), and counts what stayed missing, frames, key
// frames and whose packets they were. One thread.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtp.h"
#include "tests/client/scalable_frames.h"
#include "tests/client/stream_check.h"

namespace parley::sim {

class SlotReceiver {
 public:
  // How long a packet is waited for, and between two requests for it.
  static constexpr Duration kGiveUp = Duration::Millis(1500);
  static constexpr Duration kRetry = Duration::Millis(60);

  SlotReceiver(Ssrc ssrc, std::optional<Ssrc> rtx_ssrc) : ssrc_(ssrc), rtx_ssrc_(rtx_ssrc) {}

  Ssrc ssrc() const { return ssrc_; }
  bool Owns(Ssrc ssrc) const { return ssrc == ssrc_ || ssrc == rtx_ssrc_; }
  void HandleRtp(const RtpView& packet, Timestamp now);
  // What to ask for now.
  std::vector<SeqNum> TakeNacks(Timestamp now);

  uint64_t packets() const { return packets_; }
  uint64_t recovered() const { return recovered_; }
  uint64_t lost_for_good() const { return lost_; }
  uint64_t duplicates() const { return check_.counts().duplicates; }
  size_t missing() const { return missing_.size(); }
  uint64_t key_frames() const { return key_frames_; }
  // Pictures whose last packet came.
  uint64_t pictures() const { return pictures_; }
  // Of scalable video: frames that are whole and whose references were decoded, by spatial and
  // temporal layer; and those that are whole and lack one.
  uint64_t decoded(int spatial, int temporal) const {
    return decoded_counts_[static_cast<size_t>(spatial)][static_cast<size_t>(temporal)];
  }
  uint64_t decoded(int spatial) const {
    return decoded(spatial, 0) + decoded(spatial, 1) + decoded(spatial, 2);
  }
  size_t undecodable() const { return whole_.size(); }
  // The first packet of each source seen in the slot began a key frame (VP8).
  bool entered_cleanly() const { return check_.counts().no_key_frame == 0; }
  uint64_t wrong_timestamps() const { return check_.counts().wrong_timestamps; }
  uint32_t source() const { return check_.source(); }
  std::optional<Timestamp> first_packet() const { return first_packet_; }
  // When each source's first packet came.
  const std::map<uint32_t, Timestamp>& sources() const { return sources_; }
  std::optional<Timestamp> last_packet() const { return last_packet_; }

 private:
  inline static const test::StreamCheck::Expected kAnything;
  struct Missing {
    Timestamp since;
    Timestamp asked;
  };
  void CountFrame(std::span<const uint8_t> payload);
  void Count(SeqNum seq, const RtpView& header, std::span<const uint8_t> payload, Timestamp now);

  Ssrc ssrc_;
  std::optional<Ssrc> rtx_ssrc_;
  test::StreamCheck check_{kAnything};
  std::map<int64_t, Missing> missing_;
  uint64_t packets_ = 0;
  uint64_t recovered_ = 0;
  uint64_t lost_ = 0;
  uint64_t key_frames_ = 0;
  uint64_t pictures_ = 0;
  std::optional<Timestamp> first_packet_;
  std::optional<Timestamp> last_packet_;
  std::map<uint32_t, Timestamp> sources_;
  std::map<uint32_t, int> arrived_;  // packets of a frame
  std::map<uint32_t, test::ScalableFrames::Frame> whole_;
  std::set<uint32_t> decoded_;
  std::array<std::array<uint64_t, 3>, 3> decoded_counts_{};
};

}  // namespace parley::sim
