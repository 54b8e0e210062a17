#pragma once

// VP8 frames out of RTP packets in order (RFC 7741). After a loss or a damaged packet nothing comes
// out until the next whole key frame, so that what is stored always decodes. Sans-IO; bounded by
// FrameBuilder::kMaxFrame. One thread.

#include <cstdint>
#include <optional>

#include "recorder/track/frame_builder.h"
#include "sfu/wire/rtp.h"

namespace parley {

class Vp8Assembler {
 public:
  // `gap_before`: packets before this one are lost. The frame that this packet completes, if any.
  std::optional<MediaFrame> Add(const RtpView& packet, bool gap_before);

  // True until the first key frame and after damage: ask the sender for one.
  bool needs_key_frame() const { return builder_.needs_key_frame(); }
  uint64_t frames_dropped() const { return builder_.frames_dropped(); }

 private:
  FrameBuilder builder_;
};

}  // namespace parley
