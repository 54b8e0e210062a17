#pragma once

// What the server tells about a source before its packets come (recorder/FORMAT.md). Value.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sfu/base/ids.h"
#include "sfu/wire/codec.h"

namespace parley {

struct TrackSource {
  Ssrc ssrc;  // of what comes of it
  SourceId id;
  std::string participant;
  std::string kind;  // camera, screen, microphone, screen_audio, phone
  Codec codec = Codec::kOpus;
  uint32_t clock_rate = 48'000;
  uint8_t channels = 2;

  bool is_video() const { return codec >= Codec::kVp8; }
  bool is_screen() const { return kind == "screen"; }
  // Nothing when it is not what FORMAT.md says, or no codec of ours.
  static std::optional<TrackSource> Parse(Ssrc ssrc, std::string_view json);
};

std::string_view CodecWord(Codec codec);

}  // namespace parley
