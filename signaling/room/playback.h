#pragma once

// What a client tells of how it plays what it receives. Values, any thread.

#include <cstdint>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"

namespace parley {

// Of the time since the report before.
struct PlaybackReport {
  struct Video {
    SourceId source;
    Duration frozen;
    int64_t freezes = 0;
  };
  Duration time;
  Duration heard;      // sound that was played, of all audio slots together
  Duration concealed;  // of it, what was made up for lost packets
  std::vector<Video> video;
};

struct PlaybackTotals {
  Duration time;
  Duration heard;
  Duration concealed;
  Duration frozen;
  int64_t freezes = 0;

  void Add(const PlaybackReport& report) {
    time = time + report.time;
    heard = heard + report.heard;
    concealed = concealed + report.concealed;
    for (const PlaybackReport::Video& video : report.video) {
      frozen = frozen + video.frozen;
      freezes += video.freezes;
    }
  }
};

}  // namespace parley
