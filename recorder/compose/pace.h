#pragma once

// How many pictures a second a composition can afford: on a machine that has too little left over
// for it half or a third of what was asked for, until there is more again. Rather that than a file
// that comes a day late. Pure; time is given.

#include "sfu/base/units.h"

namespace parley {

class Pace {
 public:
  static constexpr int kMostStride = 3;
  // Looked at again after so long.
  static constexpr Duration kWindow = Duration::Seconds(10);
  // Seconds made a second: with less it steps down, with more it steps up.
  static constexpr double kSlow = 1.0 / 3;
  static constexpr double kFast = 1.0;

  // `made` of the output is there after `passed`, both since the beginning; they never go back.
  void Note(Duration made, Duration passed);
  // One in so many pictures is made: 1 to kMostStride.
  int stride() const { return stride_; }

 private:
  Duration made_ = Duration::Zero();    // at the window's beginning
  Duration passed_ = Duration::Zero();  // at the window's beginning
  int stride_ = 1;
};

}  // namespace parley
