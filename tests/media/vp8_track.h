#pragma once

// A track of VP8 whose pictures are painted by whoever asks for it; for tests and benches.

#include <filesystem>
#include <functional>

#include "recorder/compose/av.h"
#include "sfu/base/units.h"

namespace parley::testing {

struct PicturesOptions {
  int width = 320;
  int height = 180;
  int frame_rate = 25;
  int key_interval = 25;  // pictures
  int painted = 0;        // pictures, which then come again and again; 0: all are
  int64_t bitrate = 1'000'000;
  int quantizer = 0;  // 1 to 63, the same for all pictures; 0: as the bitrate wants it
};

// Picture k stands at `from` + k / frame rate; `paint` gets an I420 frame and k. Those that come
// again begin with a key frame.
void WriteVp8Track(const std::filesystem::path& path, Duration from, Duration length,
                   const PicturesOptions& options,
                   const std::function<void(AVFrame& frame, int number)>& paint);

}  // namespace parley::testing
