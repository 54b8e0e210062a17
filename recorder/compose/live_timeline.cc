#include "recorder/compose/live_timeline.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace parley {

std::expected<void, std::string> LiveTimeline::Update() {
  state_ = RecordingState::Load(directory_);
  if (!state_) return std::unexpected("there is no recording");
  if (segment_ > 0) ReadFile();
  while (segment_ < state_->segments) {
    if (segment_++ > 0) reader_.BeginSegment();
    read_ = 0;
    file_.reset();
    ReadFile();
  }
  return {};
}

void LiveTimeline::ReadFile() {
  if (!file_) {
    auto file = StoredFile::Open(TimelinePath(directory_, segment_));
    if (!file) return;
    file_ = *std::move(file);
  }
  const uint64_t size = file_->size();
  std::string text(static_cast<size_t>(size - std::min<uint64_t>(size, read_)), '\0');
  text.resize(file_->ReadAt(read_, {reinterpret_cast<uint8_t*>(text.data()), text.size()}));
  read_ += reader_.ReadLines(text);
}

// Of SOURCE-SEGMENT-PART.
bool LiveTimeline::IsOpen(const RecordedTrack& track) const {
  const size_t dash = track.file.find('-');
  if (track.finished || dash == std::string::npos) return false;
  uint32_t segment = 0;
  std::from_chars(track.file.data() + dash + 1, track.file.data() + track.file.size(), segment);
  return segment == segment_;
}

Manifest LiveTimeline::Read(int64_t now_us) {
  TimelineReader reader = reader_;
  Manifest manifest = reader.Finish();
  const int64_t last = manifest.duration_us;
  const auto extend = [last](TimeSpan& span) {
    if (span.end_us >= last) span.end_us = kOnAndOnUs;
  };
  newest_us_ = 0;
  if (goes_on()) {
    for (RecordedTrack& track : manifest.tracks) {
      const bool quiet = track.kind == "camera" && track.end_us + kQuietUs < now_us;
      if (IsOpen(track)) newest_us_ = std::max(newest_us_, track.end_us);
      if (IsOpen(track) && !quiet) track.end_us = kOnAndOnUs;
    }
    for (RecordedPerson& person : manifest.participants) {
      if (!person.present.empty()) extend(person.present.back());
    }
    if (!manifest.speakers.empty()) extend(manifest.speakers.back());
    if (!manifest.marks.empty()) extend(manifest.marks.back());
    manifest.duration_us = kOnAndOnUs;
  }
  manifest.started_at_us = state_ ? state_->started_at_us : 0;
  return manifest;
}

}  // namespace parley
