#pragma once

// Whether we send clearly less than the estimate allows, so that what arrives says nothing of what
// could: a budget that fills at a share of the estimate and is spent by what is sent. Value.

#include <algorithm>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class ApplicationLimit {
 public:
  void HandleSent(DataSize size, Bitrate estimate, Timestamp now) {
    Fill(now);
    budget_ms_ -= Cost(size, estimate);
    Judge();
  }
  bool IsLimited(Timestamp now) {
    Fill(now);
    Judge();
    return limited_;
  }

 private:
  // Half a second of the estimate's share, either way.
  static constexpr double kWindowMs = 500;
  static constexpr double kShare = 0.65;
  static constexpr double kBegin = 0.8;
  static constexpr double kEnd = 0.5;

  // How long the share of the estimate takes for it.
  static double Cost(DataSize size, Bitrate estimate) {
    return static_cast<double>(size.bits()) * 1000 /
           std::max(1.0, static_cast<double>(estimate.bps()) * kShare);
  }
  void Fill(Timestamp now) {
    if (at_) budget_ms_ += static_cast<double>((now - *at_).us()) / 1000;
    budget_ms_ = std::clamp(budget_ms_, -kWindowMs, kWindowMs);
    at_ = now;
  }
  void Judge() {
    if (budget_ms_ > kWindowMs * kBegin) limited_ = true;
    if (budget_ms_ < kWindowMs * kEnd) limited_ = false;
  }

  double budget_ms_ = 0;
  std::optional<Timestamp> at_;
  bool limited_ = false;
};

}  // namespace parley
