#include "signaling/recording/retention.h"

#include "sfu/base/log.h"

namespace parley {

std::optional<WallTime> ExpiryOf(const RecordingSummary& summary, int keep_days) {
  // When one ended that is locked nobody knows, and its key may come back.
  if (summary.state.locked || summary.state.state == "recording") return std::nullopt;
  const int64_t days = summary.state.keep_days > 0 ? summary.state.keep_days : keep_days;
  if (days <= 0) return std::nullopt;
  return WallTime::UnixMicros(summary.state.started_at_us + summary.duration_us) +
         Duration::Seconds(86'400 * days);
}

size_t DeleteExpired(RecordingLibrary& library, CompositionQueue& queue, int keep_days,
                     WallTime now) {
  size_t deleted = 0;
  for (const RecordingSummary& summary : library.List("")) {
    const auto expiry = ExpiryOf(summary, keep_days);
    if (!expiry || now < *expiry) continue;
    queue.Forget(summary.state.id);
    if (library.Delete(summary.state.id) != RecordingLibrary::Outcome::kDone) continue;
    LogInfo("recording_expired", {{"recording", summary.state.id}});
    ++deleted;
  }
  return deleted;
}

}  // namespace parley
