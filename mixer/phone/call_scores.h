#pragma once

// How calls sounded that are over, each by the mean opinion score (ITU-T G.107) of its whole
// length. The bounds are those of G.107 annex B. Value; the phone thread's.

#include <array>
#include <cstdint>

#include "mixer/audio/rtp_leg.h"

namespace parley {

struct CallScores {
  static constexpr std::array<double, 4> kBounds = {4.03, 3.60, 3.10, 2.58};

  uint64_t calls = 0;       // that were long enough to be scored
  uint64_t hundredths = 0;  // of all of them together
  std::array<uint64_t, kBounds.size()> below{};

  void Add(const RtpLeg::Stats& stats) {
    if (stats.scored_intervals == 0) return;
    const double score = stats.score_sum / stats.scored_intervals;
    ++calls;
    hundredths += static_cast<uint64_t>(100 * score + 0.5);
    for (size_t i = 0; i < kBounds.size(); ++i) {
      if (score < kBounds[i]) ++below[i];
    }
  }
};

}  // namespace parley
