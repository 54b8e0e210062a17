#include "signaling/recording/recording_mender.h"

#include <utility>

#include "recorder/library/repair.h"
#include "sfu/base/log.h"

namespace parley {
namespace {

// An orphaned recorder completes its files first.
constexpr int kAttempts = 50;
constexpr std::chrono::milliseconds kBetween{200};

}  // namespace

void RecordingMender::MendAll() {
  thread_.Post([this] {
    std::vector<std::filesystem::path> unfinished;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
      auto state = RecordingState::Load(entry.path());
      if (!state || state->state != "recording") continue;
      if (state->locked) {
        LogWarning("recording_locked", {{"recording", state->id}});
        continue;
      }
      unfinished.push_back(entry.path());
      const std::lock_guard lock(mutex_);
      interrupted_.push_back(*std::move(state));
    }
    for (const auto& recording : unfinished) MendNow(recording);
  });
}

void RecordingMender::Mend(const std::string& id) {
  thread_.Post([this, id] { MendNow(directory_ / id); });
}

void RecordingMender::MendNow(const std::filesystem::path& recording) {
  for (int attempt = 0; attempt < kAttempts && !thread_.stopping(); ++attempt) {
    if (attempt > 0) thread_.Wait(kBetween);
    const auto state = RecordingState::Load(recording);
    // What a recorder left that died is completed only now.
    if (!state || (state->state != "recording" && state->segments == 1)) return;
    const auto report = RepairRecording(recording);
    if (report) {
      return LogInfo("recording_mended",
                     {{"recording", state->id}, {"bytes_cut", report->bytes_cut}});
    }
  }
  LogWarning("recording_not_mended", {{"recording", recording.filename().string()}});
}

std::vector<RecordingState> RecordingMender::TakeInterrupted() {
  const std::lock_guard lock(mutex_);
  return std::exchange(interrupted_, {});
}

}  // namespace parley
