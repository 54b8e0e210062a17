#pragma once

// The recording's time without its pauses: what is composed runs on where a pause was. Value, any
// thread; all times in microseconds.

#include <cstdint>
#include <vector>

#include "recorder/library/manifest.h"

namespace parley {

class KeptTime {
 public:
  explicit KeptTime(const Manifest& manifest);

  int64_t duration_us() const { return duration_us_; }
  // What is in a pause is moved to its end; within 0 and duration_us().
  int64_t ToOutput(int64_t recorded_us) const;
  // Of 0 and more; behind the end it runs on.
  int64_t ToRecorded(int64_t output_us) const;

 private:
  struct Part {
    TimeSpan recorded;
    int64_t output_us = 0;  // where it begins
  };
  std::vector<Part> parts_;  // in order, at least one
  int64_t duration_us_ = 0;
};

}  // namespace parley
