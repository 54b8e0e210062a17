#include "recorder/track/vp9_assembler.h"

#include <vector>

#include "recorder/track/bit_reader.h"

namespace parley {
namespace {

// VP9 bitstream specification, section 7.2: 0x49 0x83 0x42.
constexpr uint32_t kSyncCode = 0x498342;
constexpr uint32_t kSrgb = 7;

struct PictureSize {
  uint16_t width = 0;
  uint16_t height = 0;
};

// The uncompressed header of a key frame (section 6.2). Nothing of any other frame.
std::optional<PictureSize> ReadKeyFrame(std::span<const uint8_t> frame) {
  BitReader in(frame);
  if (in.Bits(2) != 2) return std::nullopt;
  const uint32_t low = in.Bits(1);
  const uint32_t profile = in.Bits(1) << 1 | low;
  if (profile == 3) in.Skip(1);
  if (in.Flag() || in.Flag()) return std::nullopt;  // show_existing_frame; frame_type
  in.Skip(2);                                       // show_frame, error_resilient_mode
  if (in.Bits(24) != kSyncCode) return std::nullopt;
  if (profile >= 2) in.Skip(1);
  if (in.Bits(3) != kSrgb) {
    in.Skip(1);
    if (profile % 2 == 1) in.Skip(3);
  } else if (profile % 2 == 1) {
    in.Skip(1);
  }
  const uint32_t width = in.Bits(16) + 1;
  const uint32_t height = in.Bits(16) + 1;
  if (!in.ok() || width > UINT16_MAX || height > UINT16_MAX) return std::nullopt;
  return PictureSize{static_cast<uint16_t>(width), static_cast<uint16_t>(height)};
}

}  // namespace

std::optional<MediaFrame> Vp9Assembler::Add(const RtpView& packet, bool gap_before) {
  if (gap_before) Damage();
  // Padding alone keeps a pacer's rate and says nothing of the picture.
  if (packet.payload().empty()) return std::nullopt;
  const std::optional<Vp9Descriptor> vp9 = Vp9Descriptor::Parse(packet.payload());
  if (!vp9 || !AddPart(*vp9, packet.timestamp(), packet.payload().subspan(vp9->size))) {
    Damage();
    return std::nullopt;
  }
  if (!packet.marker()) return std::nullopt;
  if (in_layer_ || !AppendIndex()) {
    Damage();
    return std::nullopt;
  }
  return builder_.Complete();
}

void Vp9Assembler::Damage() {
  builder_.Damage();
  in_layer_ = false;
}

bool Vp9Assembler::AddPart(const Vp9Descriptor& vp9, RtpTimestamp timestamp,
                           std::span<const uint8_t> data) {
  if (builder_.frame() == nullptr || builder_.frame()->timestamp != timestamp) {
    if (!vp9.frame_start || vp9.spatial_id != 0) return false;
    Begin(vp9, timestamp, data);
  }
  if (vp9.frame_start == in_layer_ || layers_ == kMaxLayers) return false;
  MediaFrame& frame = *builder_.frame();
  if (vp9.frame_start) begun_at_ = frame.data.size();
  in_layer_ = !vp9.frame_end;
  if (!builder_.Append(data)) return false;
  if (vp9.frame_end) sizes_[layers_++] = static_cast<uint32_t>(frame.data.size() - begun_at_);
  return true;
}

void Vp9Assembler::Begin(const Vp9Descriptor& vp9, RtpTimestamp timestamp,
                         std::span<const uint8_t> data) {
  if (builder_.frame() != nullptr) Damage();  // its last packet never came
  MediaFrame& frame = builder_.Begin(timestamp);
  layers_ = 0;
  in_layer_ = false;
  if (!vp9.key_frame()) return;
  const auto size = ReadKeyFrame(data);
  if (!size) return;
  frame.key_frame = true;
  frame.width = size->width;
  frame.height = size->height;
  // The largest layer's, where there are several.
  if (!vp9.has_resolutions) return;
  for (size_t i = 0; i < vp9.spatial_layers; ++i) {
    if (vp9.widths[i] <= frame.width) continue;
    frame.width = vp9.widths[i];
    frame.height = vp9.heights[i];
  }
}

// Annex B: marker (3 bits 110), bytes of a size - 1, frames - 1; the sizes, little endian; the same
// byte again. A single frame needs none.
bool Vp9Assembler::AppendIndex() {
  if (layers_ < 2) return true;
  constexpr size_t kBytes = 4;
  const auto marker = static_cast<uint8_t>(0xC0 | (kBytes - 1) << 3 | (layers_ - 1));
  std::vector<uint8_t> index = {marker};
  for (size_t i = 0; i < layers_; ++i) {
    for (size_t byte = 0; byte < kBytes; ++byte) {
      index.push_back(static_cast<uint8_t>(sizes_[i] >> 8 * byte));
    }
  }
  index.push_back(marker);
  return builder_.Append(index);
}

}  // namespace parley
