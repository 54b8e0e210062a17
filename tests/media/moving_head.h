#pragma once

// Pictures for encoders: a head that moves and speaks before a wall, and a camera's noise on both.
// The same pictures each time. One thread.

#include <random>

#include "recorder/compose/av.h"

namespace parley::testing {

class MovingHead {
 public:
  // `noise`: steps of luma, either way.
  explicit MovingHead(unsigned noise = 2) : noise_(noise) {}
  // Picture `number` of 30 a second, into an I420 frame. Its noise goes on from the one before.
  void Paint(AVFrame& frame, int number);

 private:
  unsigned noise_;
  std::minstd_rand random_{1};
};

}  // namespace parley::testing
