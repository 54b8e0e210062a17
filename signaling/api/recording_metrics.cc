#include "signaling/api/recording_metrics.h"

#include "signaling/api/metrics.h"
#include "signaling/api/recordings_api.h"
#include "signaling/recording/recording_desk.h"

namespace parley {

void AddRecordingMetrics(Metrics& metrics, const RecordingDesk& desk, const RecordingsApi& api) {
  const auto add = [&](Metrics::Type type, const char* name, const char* help, auto value) {
    metrics.Add(type, name, help, {}, [value] { return static_cast<double>(value()); });
  };
  const auto atomic = [&](Metrics::Type type, const char* name, const char* help,
                          const std::atomic<uint64_t>& value) {
    add(type, name, help, [&value] { return value.load(std::memory_order_relaxed); });
  };
  using enum Metrics::Type;
  add(kGauge, "parley_recordings", "Meetings that are being recorded",
      [&desk] { return desk.recording_count(); });
  add(kCounter, "parley_recordings_started_total", "Recordings that began or went on",
      [&desk] { return desk.started(); });
  add(kCounter, "parley_recordings_failed_total", "Recordings that ended by themselves",
      [&desk] { return desk.failed(); });
  add(kGauge, "parley_recording_disk_free_bytes",
      "Free on the disk of recordings, as last seen while one was written or begun",
      [&desk] { return desk.disk().free(); });
  add(kGauge, "parley_recording_disk_step",
      "What recordings give up for want of room: 0 nothing, 1 composing, 2 large pictures, "
      "3 pictures, 4 everything",
      [&desk] { return static_cast<int>(desk.disk().step()); });
  atomic(kGauge, "parley_recordings_stored", "Recordings on the disk, once a minute",
         api.counts().stored);
  atomic(kGauge, "parley_recordings_stored_bytes", "What they take of it, once a minute",
         api.counts().bytes);
  atomic(kCounter, "parley_recordings_expired_total", "Recordings deleted by their age",
         api.counts().expired);
  const CompositionQueue::Counts& made = api.composition_counts();
  atomic(kGauge, "parley_compositions_waiting", "Files of recordings that wait to be made",
         made.waiting);
  atomic(kGauge, "parley_compositions_running", "Files of recordings that are being made",
         made.running);
  atomic(kCounter, "parley_compositions_done_total", "Files that were made of recordings",
         made.done);
  atomic(kCounter, "parley_compositions_failed_total", "Files of recordings that could not be made",
         made.failed);
  atomic(kGauge, "parley_composition_frame_rate",
         "Pictures a second of what is being made, or was last; fewer when the machine is busy",
         made.frame_rate);
  atomic(kGauge, "parley_composition_steps_down",
         "What that has given up for want of processor: 0 nothing, 1 every second picture, 2 and 3 "
         "encodes faster, 4 two of three pictures",
         made.steps_down);
  atomic(kCounter, "parley_composers_died_total", "Composers that were killed or crashed",
         made.died);
  const Uploader::Counts* uploads = api.upload_counts();
  if (uploads == nullptr) return;
  atomic(kGauge, "parley_uploads_waiting", "Recordings that are not copied elsewhere yet",
         uploads->waiting);
  atomic(kCounter, "parley_uploaded_files_total", "Files of recordings copied elsewhere",
         uploads->files);
  atomic(kGauge, "parley_uploads_deleting",
         "Recordings that are deleted, but for their copies elsewhere", uploads->deleting);
  atomic(kCounter, "parley_upload_failures_total",
         "Copies, and deletions of copies, that are tried again", uploads->failures);
}

}  // namespace parley
