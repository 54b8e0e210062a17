#pragma once

// The assembler of whatever codec a source of pictures has. Value, one thread.

#include <optional>
#include <variant>

#include "recorder/track/av1_assembler.h"
#include "recorder/track/h264_assembler.h"
#include "recorder/track/media_frame.h"
#include "recorder/track/vp8_assembler.h"
#include "recorder/track/vp9_assembler.h"
#include "sfu/wire/codec.h"
#include "sfu/wire/rtp.h"

namespace parley {

class PictureAssembler {
 public:
  // VP8 for what is none of ours.
  explicit PictureAssembler(Codec codec) {
    if (codec == Codec::kVp9) assembler_.emplace<Vp9Assembler>();
    if (codec == Codec::kAv1) assembler_.emplace<Av1Assembler>();
    if (codec == Codec::kH264) assembler_.emplace<H264Assembler>();
  }

  std::optional<MediaFrame> Add(const RtpView& packet, bool gap_before) {
    return std::visit([&](auto& assembler) { return assembler.Add(packet, gap_before); },
                      assembler_);
  }
  bool needs_key_frame() const {
    return std::visit([](const auto& assembler) { return assembler.needs_key_frame(); },
                      assembler_);
  }

 private:
  std::variant<Vp8Assembler, Vp9Assembler, H264Assembler, Av1Assembler> assembler_;
};

}  // namespace parley
