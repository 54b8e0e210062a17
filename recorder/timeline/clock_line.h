#pragma once

// One source's RTP clock as a line against the server's steady clock, fitted through samples of
// when which RTP time was. Medians (Theil-Sen), so that a few absurd samples change nothing; what
// it tells is slewed towards the fit and never stepped. Sans-IO; bounded by kWindow. One thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class ClockLine {
 public:
  static constexpr size_t kWindow = 64;
  static constexpr double kMaxSkew = 1e-3;  // of a source's clock: real ones stay below 200 ppm
  static constexpr double kMaxSlew = 1e-3;  // correction per time that passes

  // `clock_rate` in Hz, 8000 or more.
  explicit ClockLine(uint32_t clock_rate) : nominal_us_(1e6 / clock_rate) {}

  // `rtp` is unwrapped and what the peer says; `at` is ours and after that of the last sample, or
  // the sample is dropped. The first sample is believed; later ones correct it.
  void AddSample(int64_t rtp, Timestamp at);
  // Better ones follow: what it tells is slewed from where it is to what those say.
  void ForgetSamples() { samples_.clear(); }
  // Nothing before the first sample, or for an `rtp` that is centuries away.
  std::optional<Timestamp> Map(int64_t rtp) const;
  // Of the source's clock against ours: 100e-6 runs 100 ppm fast. Zero in the first 10 s.
  double skew() const { return nominal_us_ / fit_rate_ - 1; }

 private:
  struct Sample {
    int64_t rtp;
    double us;  // since origin_
  };
  double Told(double rtp) const { return told_us_ + (rtp - told_rtp_) * rate_; }
  double FitRate() const;
  double FitAt(double rtp) const;

  double nominal_us_;  // per tick
  std::deque<Sample> samples_;
  bool begun_ = false;
  Timestamp origin_;
  int64_t first_rtp_ = 0;          // RTP times below count from here
  double fit_rate_ = nominal_us_;  // microseconds per tick
  double told_rtp_ = 0;            // the line that Map tells goes through here...
  double told_us_ = 0;
  double rate_ = nominal_us_;  // ...with this slope
};

}  // namespace parley
