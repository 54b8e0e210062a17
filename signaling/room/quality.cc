#include "signaling/room/quality.h"

#include <algorithm>
#include <array>

namespace parley {
namespace {

struct Step {
  int quality;
  float loss;           // share, of the worse direction
  Duration round_trip;  // at most
};

// Opus with FEC hides a few percent; above 400 ms (ITU-T G.114: 150 ms one way and some) people
// talk over each other.
constexpr std::array<Step, 3> kSteps = {{{4, 0.02F, Duration::Millis(200)},
                                         {3, 0.05F, Duration::Millis(400)},
                                         {2, 0.15F, Duration::Millis(800)}}};

}  // namespace

int RateQuality(const TransportStats& stats) {
  const float loss = std::max(stats.uplink_loss, stats.downlink_loss);
  for (const Step& step : kSteps) {
    if (loss <= step.loss && stats.round_trip <= step.round_trip) return step.quality;
  }
  return 1;
}

}  // namespace parley
