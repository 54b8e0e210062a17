#include "recorder/track/frame_builder.h"

#include <utility>

namespace parley {

MediaFrame& FrameBuilder::Begin(RtpTimestamp timestamp) {
  if (frame_) Damage();
  frame_.emplace();
  frame_->timestamp = timestamp;
  return *frame_;
}

bool FrameBuilder::Append(std::span<const uint8_t> data) {
  if (!frame_ || frame_->data.size() + data.size() > kMaxFrame) {
    Damage();
    return false;
  }
  frame_->data.insert(frame_->data.end(), data.begin(), data.end());
  return true;
}

void FrameBuilder::Damage() {
  if (frame_) ++frames_dropped_;
  frame_.reset();
  needs_key_frame_ = true;
}

std::optional<MediaFrame> FrameBuilder::Complete() {
  std::optional<MediaFrame> done = std::exchange(frame_, std::nullopt);
  if (!done) return std::nullopt;
  const bool entry = done->key_frame && done->width > 0 && done->height > 0;
  if (done->data.empty() || (needs_key_frame_ && !entry)) {
    ++frames_dropped_;
    return std::nullopt;
  }
  needs_key_frame_ = false;
  return done;
}

}  // namespace parley
