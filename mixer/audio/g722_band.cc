#include "mixer/audio/g722_band.h"

#include <algorithm>

namespace parley {
namespace {

int Saturate(int v) { return std::clamp(v, -32768, 32767); }
// `amount` when the signs are alike, else less than nothing by as much. Without a branch: the signs
// of sound are hard to predict.
int Towards(int a, int b, int amount) {
  const int unlike = (a ^ b) >> 31;
  return (amount ^ unlike) - unlike;
}

// 2^(11 + i/32), the inverse of the logarithmic step's fraction (G.722 table 17).
constexpr std::array<int, 32> kInverseLog = {
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008};

}  // namespace

void G722Band::Adapt(int difference, int log_step_change) {
  AdaptStep(log_step_change);
  const int partial = Saturate(zero_prediction_ + difference);
  const int reconstructed = Saturate(prediction_ + difference);
  AdaptPoles(partial);
  AdaptZeros(difference);

  partial_ = {partial, partial_[0]};
  reconstructed_ = {reconstructed, reconstructed_[0]};
  std::copy_backward(doubled_.begin(), doubled_.end() - 1, doubled_.end());
  doubled_[0] = Saturate(2 * difference);

  int pole_prediction = 0;
  for (size_t i = 0; i < 2; ++i) {
    pole_prediction += poles_[i] * Saturate(2 * reconstructed_[i]) >> 15;
  }
  zero_prediction_ = 0;
  for (size_t i = 0; i < 6; ++i) {
    zero_prediction_ += zeros_[i] * doubled_[i] >> 15;
  }
  zero_prediction_ = Saturate(zero_prediction_);
  prediction_ = Saturate(Saturate(pole_prediction) + zero_prediction_);
}

void G722Band::AdaptStep(int log_step_change) {
  log_step_ = std::clamp((log_step_ * 127 >> 7) + log_step_change, 0, max_log_step_);
  const int fraction = kInverseLog[static_cast<size_t>(log_step_ >> 6 & 31)];
  const int exponent = exponent_offset_ - (log_step_ >> 11);
  step_ = (exponent < 0 ? fraction << -exponent : fraction >> exponent) << 2;
}

// Clause 6.2.1.6 (UPPOL2, UPPOL1): sign-sign gradient with leakage; the second pole is held within
// 0.75, the first within what keeps the filter stable beside it.
void G722Band::AdaptPoles(int partial) {
  const int slope = Saturate(4 * poles_[0]);
  const int follow = std::min(Towards(partial, partial_[0], -slope), 32767) >> 7;
  const int second = std::clamp(
      Towards(partial, partial_[1], 128) + follow + (poles_[1] * 32512 >> 15), -12288, 12288);
  const int first = Saturate(Towards(partial, partial_[0], 192) + (poles_[0] * 32640 >> 15));
  const int bound = 15360 - second;
  poles_ = {std::clamp(first, -bound, bound), second};
}

void G722Band::AdaptZeros(int difference) {
  const int gain = difference == 0 ? 0 : 128;
  for (size_t i = 0; i < 6; ++i) {
    zeros_[i] = Saturate(Towards(difference, doubled_[i], gain) + (zeros_[i] * 32640 >> 15));
  }
}

}  // namespace parley
