#pragma once

// What /metrics tells of recordings and of what is made of them. Signaling thread.

namespace parley {

class Metrics;
class RecordingDesk;
class RecordingsApi;

void AddRecordingMetrics(Metrics& metrics, const RecordingDesk& desk, const RecordingsApi& api);

}  // namespace parley
