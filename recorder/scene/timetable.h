#pragma once

// A manifest as changes in order of time: who comes and goes, speaks, and has which track's
// pictures to show. Pure.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "recorder/library/manifest.h"
#include "recorder/scene/schedule.h"

namespace parley {

struct Change {
  // At the same time, ends come before beginnings.
  enum class Kind : uint8_t {
    kGone,
    kSilent,
    kCameraOff,
    kScreenOff,
    kHere,
    kSpeaks,
    kSpeaksLong,  // long enough to be given the stage
    kCameraOn,
    kScreenOn,
  };
  int64_t at_us = 0;
  Kind kind{};
  size_t person = 0;
  size_t track = 0;  // of kCameraOn and kScreenOn
};

struct Timetable {
  std::vector<ShownPerson> people;
  std::vector<Change> changes;
};

Timetable MakeTimetable(const Manifest& manifest);

}  // namespace parley
