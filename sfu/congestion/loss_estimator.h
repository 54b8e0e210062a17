#pragma once

// The loss-based estimate. Loss that does not depend on what is sent (a bad radio link) is no
// reason to send less; loss that grows with the rate is. Over the last observations the model
//   loss(rate) = inherent + (1 - inherent) * (rate - capacity) / rate   above the capacity,
//   loss(rate) = inherent                                                below it
// is fitted by likelihood to a handful of candidate capacities, and the best is the estimate; where
// several explain the same, the highest. draft-ietf-rmcat-gcc-02 section 6 takes all loss as
// congestion above 10 %; that is why this is another. Value, nothing allocates.

#include <array>
#include <cstddef>
#include <optional>

#include "sfu/base/units.h"
#include "sfu/congestion/sent_packets.h"

namespace parley {

class LossEstimator {
 public:
  static constexpr size_t kWindow = 20;
  // What one observation covers at least.
  static constexpr Duration kObservation = Duration::Millis(250);

  // Of one feedback. `acked` is what arrives, `most` the delay-based estimate.
  void Update(const SentPackets::Summary& feedback, std::optional<Bitrate> acked, Bitrate most);

  // Unlimited while no loss limits.
  Bitrate estimate() const { return estimate_; }
  // Share lost over the window, 0..1.
  double loss() const;
  // The part of it that sending less would not mend.
  double inherent_loss() const { return inherent_; }
  // A probe found more than the losses allowed.
  void Raise(Bitrate estimate);

 private:
  struct Observation {
    double kept = 0;
    double lost = 0;
    double rate_kbps = 0;
  };

  void Close(std::optional<Bitrate> acked, Bitrate most);
  void Fit(std::optional<Bitrate> acked, double base_kbps);
  double HighestRate() const;
  double InherentLoss(double capacity_kbps, double sent_kbps) const;
  double Likelihood(double capacity_kbps, double inherent) const;
  template <class Visit>
  void ForEach(Visit&& visit) const;

  std::array<Observation, kWindow> observations_;
  size_t count_ = 0;  // ever
  int kept_ = 0;      // of the observation at hand
  int lost_ = 0;
  DataSize size_;
  std::optional<Timestamp> started_;
  Timestamp ended_;
  Bitrate estimate_ = Bitrate::Unlimited();
  double inherent_ = 0;
};

}  // namespace parley
