#pragma once

// The frame that an assembler is making, and whether it may be stored: after damage nothing comes
// out until the next whole key frame. Bounded by kMaxFrame. One thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "recorder/track/media_frame.h"

namespace parley {

class FrameBuilder {
 public:
  static constexpr size_t kMaxFrame = size_t{4} << 20;

  // Null when none is in the making.
  MediaFrame* frame() { return frame_ ? &*frame_ : nullptr; }
  // One that is in the making has lost its end.
  MediaFrame& Begin(RtpTimestamp timestamp);
  // False, and damage, when the frame gets too large.
  bool Append(std::span<const uint8_t> data);
  void Damage();
  // What is in the making is whole.
  std::optional<MediaFrame> Complete();

  bool needs_key_frame() const { return needs_key_frame_; }
  uint64_t frames_dropped() const { return frames_dropped_; }

 private:
  std::optional<MediaFrame> frame_;
  bool needs_key_frame_ = true;
  uint64_t frames_dropped_ = 0;
};

}  // namespace parley
