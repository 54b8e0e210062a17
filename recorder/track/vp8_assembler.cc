#include "recorder/track/vp8_assembler.h"

#include <span>
#include <utility>

#include "sfu/wire/vp8_descriptor.h"

namespace parley {

std::optional<MediaFrame> Vp8Assembler::Add(const RtpView& packet, bool gap_before) {
  if (gap_before) Damage();
  // Padding alone keeps a pacer's rate and says nothing of the picture.
  if (packet.payload().empty()) return std::nullopt;
  std::optional<Vp8Descriptor> vp8 = Vp8Descriptor::Parse(packet.payload());
  if (!vp8) {
    Damage();
    return std::nullopt;
  }
  if (vp8->frame_start()) {
    if (frame_) Damage();  // its last packet never came
    frame_.emplace();
    frame_->timestamp = packet.timestamp();
    frame_->key_frame = vp8->key_frame;
    frame_->width = vp8->width;
    frame_->height = vp8->height;
  } else if (!frame_ || frame_->timestamp != packet.timestamp()) {
    Damage();
    return std::nullopt;
  }
  std::span<const uint8_t> data = packet.payload().subspan(vp8->size);
  if (frame_->data.size() + data.size() > kMaxFrame) {
    Damage();
    return std::nullopt;
  }
  frame_->data.insert(frame_->data.end(), data.begin(), data.end());
  return packet.marker() ? Complete() : std::nullopt;
}

void Vp8Assembler::Damage() {
  if (frame_) ++frames_dropped_;
  frame_.reset();
  needs_key_frame_ = true;
}

std::optional<MediaFrame> Vp8Assembler::Complete() {
  std::optional<MediaFrame> done = std::exchange(frame_, std::nullopt);
  bool entry = done->key_frame && done->width > 0 && done->height > 0;
  if (needs_key_frame_ && !entry) {
    ++frames_dropped_;
    return std::nullopt;
  }
  needs_key_frame_ = false;
  return done;
}

}  // namespace parley
