#pragma once

// VP9 pictures out of RTP packets in order (RFC 9628): the frames of all spatial layers that came,
// as one superframe (VP9 bitstream specification, annex B). After a loss or a damaged packet
// nothing comes out until the next whole key frame. Sans-IO; bounded by FrameBuilder::kMaxFrame.
// One thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "recorder/track/frame_builder.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/vp9_descriptor.h"

namespace parley {

class Vp9Assembler {
 public:
  // `gap_before`: packets before this one are lost. The picture that this packet completes, if any.
  std::optional<MediaFrame> Add(const RtpView& packet, bool gap_before);

  // True until the first key frame and after damage: ask the sender for one.
  bool needs_key_frame() const { return builder_.needs_key_frame(); }
  uint64_t frames_dropped() const { return builder_.frames_dropped(); }

 private:
  static constexpr size_t kMaxLayers = 8;

  void Damage();
  bool AddPart(const Vp9Descriptor& vp9, RtpTimestamp timestamp, std::span<const uint8_t> data);
  void Begin(const Vp9Descriptor& vp9, RtpTimestamp timestamp, std::span<const uint8_t> data);
  bool AppendIndex();

  FrameBuilder builder_;
  std::array<uint32_t, kMaxLayers> sizes_{};  // of the layers' frames so far
  size_t layers_ = 0;
  size_t begun_at_ = 0;  // of the layer's frame in the making
  bool in_layer_ = false;
};

}  // namespace parley
