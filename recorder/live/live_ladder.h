#pragma once

// What a composition can afford: a live one must keep up with the clock, and a file must come in
// time, so on a machine that has too little left over for it it steps down to fewer pictures, then
// to a faster preset, then to a smaller canvas (a file keeps its own); and up again when there has
// been room for long. Pure; time is given.

#include <cstddef>
#include <string_view>

#include "sfu/base/units.h"

namespace parley {

struct LiveRung {
  int stride = 1;           // one in so many pictures is made
  const char* preset = "";  // of x264
  int height = 0;           // of the canvas
  friend bool operator==(const LiveRung& a, const LiveRung& b) {
    return a.stride == b.stride && std::string_view(a.preset) == b.preset && a.height == b.height;
  }
};

class LiveLadder {
 public:
  // Looked at after so long.
  static constexpr Duration kWindow = Duration::Seconds(4);
  // Of a window at work: with more it steps down, with less for kCalm windows it steps up.
  static constexpr double kBusy = 0.9;
  static constexpr double kIdle = 0.4;
  static constexpr int kCalm = 8;
  // Farther behind the clock than that it steps down, too.
  static constexpr Duration kLate = Duration::Millis(1000);

  // From `height` downwards.
  explicit LiveLadder(int height) : height_(height) {}

  // So long it was at work of so much time, since the beginning, and is so far behind.
  void Note(Duration worked, Duration passed, Duration late);
  LiveRung rung() const;
  size_t steps_down() const { return step_; }

 private:
  const int height_;
  Duration worked_ = Duration::Zero();  // at the window's beginning
  Duration passed_ = Duration::Zero();  // at the window's beginning
  size_t step_ = 0;
  int calm_ = 0;
};

}  // namespace parley
