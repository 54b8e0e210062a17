#pragma once

// Where the link was last seen full: an average of the throughput at over-use and how far it
// scatters (draft-ietf-rmcat-gcc-02 section 5.5). Value.

#include <algorithm>
#include <cmath>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class LinkCapacity {
 public:
  void Add(Bitrate throughput) {
    const double sample = static_cast<double>(throughput.bps()) / 1000;
    kbps_ = known_ ? kbps_ + kShare * (sample - kbps_) : sample;
    known_ = true;
    const double error = (kbps_ - sample) * (kbps_ - sample) / std::max(kbps_, 1.0);
    deviation_ = std::clamp((1 - kShare) * deviation_ + kShare * error, 0.4, 2.5);
  }
  void Reset() { known_ = false; }

  bool known() const { return known_; }
  Bitrate estimate() const { return Kbps(kbps_); }
  // Within these bounds, three deviations wide, the link is taken to be the same.
  Bitrate upper() const { return known_ ? Kbps(kbps_ + 3 * Scatter()) : Bitrate::Unlimited(); }
  Bitrate lower() const { return known_ ? Kbps(std::max(kbps_ - 3 * Scatter(), 0.0)) : Bitrate(); }

 private:
  static constexpr double kShare = 0.05;

  double Scatter() const { return std::sqrt(deviation_ * kbps_); }
  static Bitrate Kbps(double kbps) {
    return Bitrate::BitsPerSecond(static_cast<int64_t>(kbps * 1000));
  }

  bool known_ = false;
  double kbps_ = 0;
  double deviation_ = 0.4;  // squared, over the rate
};

}  // namespace parley
