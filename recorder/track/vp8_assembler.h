#pragma once

// VP8 frames out of RTP packets in order (RFC 7741). After a loss or a damaged packet nothing comes
// out until the next whole key frame, so that what is stored always decodes. Sans-IO; bounded by
// kMaxFrame. One thread.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "recorder/track/media_frame.h"
#include "sfu/wire/rtp.h"

namespace parley {

class Vp8Assembler {
 public:
  static constexpr size_t kMaxFrame = size_t{4} << 20;

  // `gap_before`: packets before this one are lost. The frame that this packet completes, if any.
  std::optional<MediaFrame> Add(const RtpView& packet, bool gap_before);

  // True until the first key frame and after damage: ask the sender for one.
  bool needs_key_frame() const { return needs_key_frame_; }
  uint64_t frames_dropped() const { return frames_dropped_; }

 private:
  void Damage();
  std::optional<MediaFrame> Complete();

  std::optional<MediaFrame> frame_;  // in the making
  bool needs_key_frame_ = true;
  uint64_t frames_dropped_ = 0;
};

}  // namespace parley
