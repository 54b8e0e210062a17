#include "recorder/scene/kept_time.h"

#include <algorithm>

namespace parley {

KeptTime::KeptTime(const Manifest& manifest) {
  std::vector<TimeSpan> pauses;
  for (const RecordedMark& mark : manifest.marks) {
    if (mark.kind == "pause") pauses.push_back(mark);
  }
  std::ranges::sort(pauses, {}, &TimeSpan::start_us);
  int64_t from = 0;
  const auto keep = [&](int64_t until) {
    if (until <= from) return;
    parts_.push_back({{from, until}, duration_us_});
    duration_us_ += until - from;
  };
  for (const TimeSpan& pause : pauses) {
    keep(std::min(pause.start_us, manifest.duration_us));
    from = std::max(from, pause.end_us);
  }
  keep(manifest.duration_us);
  if (parts_.empty()) parts_.push_back({});
}

int64_t KeptTime::ToOutput(int64_t recorded_us) const {
  for (const Part& part : parts_) {
    if (recorded_us < part.recorded.start_us) return part.output_us;
    if (recorded_us < part.recorded.end_us) {
      return part.output_us + recorded_us - part.recorded.start_us;
    }
  }
  return duration_us_;
}

int64_t KeptTime::ToRecorded(int64_t output_us) const {
  auto part = std::ranges::upper_bound(parts_, output_us, {}, &Part::output_us);
  if (part != parts_.begin()) --part;
  return part->recorded.start_us + output_us - part->output_us;
}

}  // namespace parley
