#include "mixer/audio/e_model.h"

#include <algorithm>
#include <cmath>

namespace parley {
namespace {

// Of a narrow-band connection with default values (G.107 clause 7.7).
constexpr double kBestRating = 93.2;

struct Equipment {
  double impairment;  // Ie
  double robustness;  // Bpl
};

// G.711 with concealment as in its appendix I (G.113 appendix I). The narrow-band model has nothing
// better than G.711, so wide-band codecs count as that.
Equipment EquipmentOf(AudioCodec) { return {0, 25.1}; }

// Clause 7.4: absolute delay, with echo well cancelled.
double DelayImpairment(double ms) {
  if (ms <= 100) return 0;
  const double x = std::log2(ms / 100);
  const double sixth = 1.0 / 6;
  return 25 *
         (std::pow(1 + std::pow(x, 6), sixth) - 3 * std::pow(1 + std::pow(x / 3, 6), sixth) + 2);
}

}  // namespace

double TransmissionRating(AudioCodec codec, const CallImpairments& impairments) {
  const Equipment e = EquipmentOf(codec);
  const double percent = 100 * std::clamp(impairments.loss, 0.0, 1.0);
  const double lost = (95 - e.impairment) * percent /
                      (percent / std::max(impairments.burst_ratio, 1.0) + e.robustness);
  const double delay = DelayImpairment(impairments.one_way_delay.seconds() * 1000);
  return std::clamp(kBestRating - delay - e.impairment - lost, 0.0, kBestRating);
}

double MeanOpinionScore(double rating) {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return std::max(1.0, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

}  // namespace parley
