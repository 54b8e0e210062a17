#pragma once

// AV1 temporal units out of RTP packets in order (RTP Payload Format for AV1, section 4): OBUs with
// their sizes and without temporal delimiters, as Matroska has them; av1C comes with key frames as
// MediaFrame::codec_private. After a loss or a damaged packet nothing comes out until the next
// whole key frame. Sans-IO; bounded by FrameBuilder::kMaxFrame. One thread.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "recorder/track/frame_builder.h"
#include "sfu/wire/rtp.h"

namespace parley {

class Av1Assembler {
 public:
  // `gap_before`: packets before this one are lost. The frame that this packet completes, if any.
  std::optional<MediaFrame> Add(const RtpView& packet, bool gap_before);

  // True until the first key frame and after damage: ask the sender for one.
  bool needs_key_frame() const { return builder_.needs_key_frame(); }
  uint64_t frames_dropped() const { return builder_.frames_dropped(); }

 private:
  void Damage();
  bool AddPayload(std::span<const uint8_t> payload);
  bool AddObu(std::span<const uint8_t> obu);
  bool NoteObu(uint8_t type, std::span<const uint8_t> payload, std::span<const uint8_t> whole);

  FrameBuilder builder_;
  std::vector<uint8_t> fragment_;  // of an OBU that goes on in the next packet
  bool has_frame_ = false;         // a frame's header is in what is in the making
};

}  // namespace parley
