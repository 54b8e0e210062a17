#include "bench/load/published_media.h"

#include "recorder/compose/av.h"
#include "tests/media/clip_files.h"

namespace parley::bench {

PublishedMedia PublishedMedia::Load(size_t packets_per_frame) {
  constexpr const char* kFiles = PARLEY_MEDIA_FILES;
  av_log_set_level(AV_LOG_ERROR);
  return {
      .voice = testing::LoadVoiceClip(kFiles, kRound, kAudioSize - kHeaderSize),
      .camera = testing::LoadCameraClip(
          kFiles, kRound, packets_per_frame * (kVideoSize - kHeaderSize - kDescriptorSize)),
  };
}

}  // namespace parley::bench
