#pragma once

// H.264 frames out of RTP packets in order (RFC 6184, non-interleaved): NAL units behind four bytes
// of size, as Matroska has them; parameter sets are taken out and come with key frames as
// MediaFrame::codec_private. After a loss or a damaged packet nothing comes out until the next
// whole key frame. Sans-IO; bounded by FrameBuilder::kMaxFrame. One thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "recorder/track/frame_builder.h"
#include "sfu/wire/rtp.h"

namespace parley {

class H264Assembler {
 public:
  // `gap_before`: packets before this one are lost. The frame that this packet completes, if any.
  std::optional<MediaFrame> Add(const RtpView& packet, bool gap_before);

  // True until the first key frame and after damage: ask the sender for one.
  bool needs_key_frame() const { return builder_.needs_key_frame(); }
  uint64_t frames_dropped() const { return builder_.frames_dropped(); }

 private:
  void Damage();
  bool AddPayload(std::span<const uint8_t> payload);
  bool AddFragment(std::span<const uint8_t> payload);
  bool AddUnit(std::span<const uint8_t> unit);
  bool NoteSlice(uint8_t type, std::span<const uint8_t> body);

  FrameBuilder builder_;
  std::optional<size_t> fragment_at_;  // where the size of the unit in fragments stands
  bool has_slice_ = false;             // in the frame in the making
  std::vector<uint8_t> sps_;
  std::vector<uint8_t> pps_;
};

}  // namespace parley
