#include "sfu/congestion/loss_estimator.h"

#include <algorithm>
#include <cmath>

namespace parley {
namespace {

constexpr int kLeastPackets = 10;
// What an observation weighs less than the next.
constexpr double kAgeing = 0.9;
// Per observation, while no loss speaks against it.
constexpr double kGrowth = 1.05;
// A capacity whose likelihood is this close to the best explains the losses as well (two log units:
// the usual bound of a likelihood-ratio test of one parameter).
constexpr double kAsLikely = 2.0;
// Against inherent loss, per unit of it: at a steady rate a link that is too narrow looks the same
// as one that loses packets anyway, so the first is believed until sending less has shown the
// second.
constexpr double kDoubt = 30;
// Loss up to this is believed to be inherent: a share at any rate, and more the less is sent, since
// there is little left to yield.
constexpr double kInherentAlways = 0.05;
constexpr double kInherentBalanceKbps = 150;
constexpr double kLeastKbps = 40;

double ToKbps(Bitrate rate) { return static_cast<double>(rate.bps()) / 1000; }

// The share of what is sent at `rate` that cannot pass.
double Overload(double rate_kbps, double capacity_kbps) {
  return rate_kbps <= capacity_kbps ? 0 : (rate_kbps - capacity_kbps) / rate_kbps;
}

}  // namespace

void LossEstimator::Update(const SentPackets::Summary& feedback, std::optional<Bitrate> acked,
                           Bitrate most) {
  if (feedback.settled_kept + feedback.settled_lost == 0) return;
  if (!started_) started_ = feedback.first_settled;
  kept_ += feedback.settled_kept;
  lost_ += feedback.settled_lost;
  size_ += feedback.settled_size;
  ended_ = feedback.last_settled;
  if (ended_ - *started_ >= kObservation && kept_ + lost_ >= kLeastPackets) Close(acked, most);
}

void LossEstimator::Close(std::optional<Bitrate> acked, Bitrate most) {
  observations_[count_++ % kWindow] = {static_cast<double>(kept_), static_cast<double>(lost_),
                                       ToKbps(size_ / (ended_ - *started_))};
  kept_ = lost_ = 0;
  size_ = DataSize();
  started_ = ended_;
  const bool limited = estimate_ < most;
  const double base = ToKbps(limited ? estimate_ : most);
  if (loss() == 0) {
    inherent_ = 0;
    estimate_ = Bitrate::BitsPerSecond(static_cast<int64_t>(base * kGrowth * 1000));
  } else {
    Fit(acked, base);
  }
  if (!limited && estimate_ >= most) estimate_ = Bitrate::Unlimited();
}

void LossEstimator::Fit(std::optional<Bitrate> acked, double base_kbps) {
  const double arriving = acked ? ToKbps(*acked) : base_kbps;
  const double highest = base_kbps * kGrowth;
  // By what the estimate becomes and by the capacity that speaks for it. The first stands for a
  // link that limits nothing of what was sent: towards it the estimate grows a step.
  struct Candidate {
    double estimate = 0;
    double capacity = 0;
    double inherent = 0;
    double likelihood = 0;
  };
  std::array<Candidate, 7> candidates;
  candidates[0] = {highest, std::max(highest, HighestRate())};
  size_t count = 1;
  for (double kbps :
       {highest, base_kbps, base_kbps * 0.95, base_kbps * 0.85, arriving, arriving * 0.9}) {
    kbps = std::clamp(kbps, kLeastKbps, highest);
    candidates[count++] = {kbps, kbps};
  }
  double best = -1e300;
  for (Candidate& c : candidates) {
    c.inherent = InherentLoss(c.capacity, c.estimate);
    c.likelihood = Likelihood(c.capacity, c.inherent) - kDoubt * c.inherent;
    best = std::max(best, c.likelihood);
  }
  const Candidate* chosen = nullptr;
  for (const Candidate& c : candidates) {
    if (c.likelihood < best - kAsLikely) continue;
    if (chosen == nullptr || c.estimate > chosen->estimate) chosen = &c;
  }
  inherent_ = chosen->inherent;
  estimate_ = Bitrate::BitsPerSecond(static_cast<int64_t>(chosen->estimate * 1000));
}

template <class Visit>
void LossEstimator::ForEach(Visit&& visit) const {
  double weight = 1;
  for (size_t i = 0; i < std::min(count_, kWindow); ++i) {
    visit(observations_[(count_ - 1 - i) % kWindow], weight);
    weight *= kAgeing;
  }
}

double LossEstimator::loss() const {
  double kept = 0;
  double lost = 0;
  ForEach([&](const Observation& o, double weight) {
    kept += weight * o.kept;
    lost += weight * o.lost;
  });
  return lost == 0 ? 0 : lost / (kept + lost);
}

double LossEstimator::HighestRate() const {
  double highest = 0;
  ForEach([&](const Observation& o, double) { highest = std::max(highest, o.rate_kbps); });
  return highest;
}

// The share that makes the packets kept come out as seen, given that capacity; not more than is
// believed at what would be sent.
double LossEstimator::InherentLoss(double capacity_kbps, double sent_kbps) const {
  double kept = 0;
  double passable = 0;
  ForEach([&](const Observation& o, double weight) {
    kept += weight * o.kept;
    passable += weight * (o.kept + o.lost) * (1 - Overload(o.rate_kbps, capacity_kbps));
  });
  const double most = kInherentAlways + kInherentBalanceKbps / sent_kbps;
  return passable <= 0 ? 0 : std::clamp(1 - kept / passable, 0.0, std::min(most, 0.9));
}

double LossEstimator::Likelihood(double capacity_kbps, double inherent) const {
  double sum = 0;
  ForEach([&](const Observation& o, double weight) {
    const double overload = Overload(o.rate_kbps, capacity_kbps);
    const double loss = std::clamp(inherent + (1 - inherent) * overload, 1e-4, 1 - 1e-4);
    sum += weight * (o.lost * std::log(loss) + o.kept * std::log(1 - loss));
  });
  return sum;
}

void LossEstimator::Raise(Bitrate estimate) {
  if (estimate_ < estimate) estimate_ = estimate;
}

}  // namespace parley
