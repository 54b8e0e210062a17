#include "recorder/track/vp8_assembler.h"

#include "sfu/wire/vp8_descriptor.h"

namespace parley {

std::optional<MediaFrame> Vp8Assembler::Add(const RtpView& packet, bool gap_before) {
  if (gap_before) builder_.Damage();
  // Padding alone keeps a pacer's rate and says nothing of the picture.
  if (packet.payload().empty()) return std::nullopt;
  const std::optional<Vp8Descriptor> vp8 = Vp8Descriptor::Parse(packet.payload());
  if (!vp8) {
    builder_.Damage();
    return std::nullopt;
  }
  if (vp8->frame_start()) {
    MediaFrame& frame = builder_.Begin(packet.timestamp());
    frame.key_frame = vp8->key_frame;
    frame.width = vp8->width;
    frame.height = vp8->height;
  } else if (builder_.frame() == nullptr || builder_.frame()->timestamp != packet.timestamp()) {
    builder_.Damage();
    return std::nullopt;
  }
  if (!builder_.Append(packet.payload().subspan(vp8->size))) return std::nullopt;
  return packet.marker() ? builder_.Complete() : std::nullopt;
}

}  // namespace parley
