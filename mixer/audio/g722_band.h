#pragma once

// One sub-band of G.722: the adaptive step and the predictor that encoder and decoder keep alike
// (ITU-T G.722 clause 6.2). Copying it copies the whole state. Value, nothing allocates.

#include <array>
#include <cstdint>

namespace parley {

class G722Band {
 public:
  static G722Band Lower() { return {32, 18432, 8}; }
  static G722Band Higher() { return {8, 22528, 10}; }

  // The predicted sample.
  int prediction() const { return prediction_; }
  // The quantiser's step.
  int step() const { return step_; }
  // Follows a quantised difference: `log_step_change` is the code's multiplier.
  void Adapt(int difference, int log_step_change);

 private:
  G722Band(int step, int max_log_step, int exponent_offset)
      : step_(step), max_log_step_(max_log_step), exponent_offset_(exponent_offset) {}
  void AdaptStep(int log_step_change);
  void AdaptPoles(int partial);
  void AdaptZeros(int difference);

  int step_;
  int max_log_step_;
  int exponent_offset_;
  int log_step_ = 0;
  int prediction_ = 0;
  int zero_prediction_ = 0;             // the zeros' share of prediction_
  std::array<int, 2> poles_{};          // coefficients
  std::array<int, 2> reconstructed_{};  // newest first
  std::array<int, 2> partial_{};        // signals without the poles' share, newest first
  std::array<int, 6> zeros_{};          // coefficients
  std::array<int, 6> doubled_{};        // quantised differences, times two, newest first
};

}  // namespace parley
