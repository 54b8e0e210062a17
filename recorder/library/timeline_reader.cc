#include "recorder/library/timeline_reader.h"

#include <algorithm>
#include <utility>

#include "recorder/library/json_fields.h"
#include "recorder/mux/file_layout.h"
#include "recorder/storage/stored_file.h"
#include "recorder/timeline/timeline_line.h"

namespace parley {
namespace {

// A day and more in one recording is a clock that jumped.
constexpr int64_t kMostUs = int64_t{7} * 24 * 3600 * 1'000'000;

int64_t Number(const rapidjson::Value& object, const char* name) {
  return std::clamp<int64_t>(NumberField(object, name), 0, kMostUs);
}

// Made of what the recorder makes names of, so that it leads nowhere else.
bool IsFileName(const std::string& name) {
  return !name.empty() && name.size() < 64 && name[0] != '.' &&
         name.find_first_not_of("0123456789-.abcdefghijklmnopqrstuvwxyz") == std::string::npos;
}

}  // namespace

void TimelineReader::ReadSegment(const std::filesystem::path& file) {
  BeginSegment();
  if (auto stored = StoredFile::Open(file)) ReadLines(stored->ReadText());
}

size_t TimelineReader::ReadLines(std::string_view text) {
  const TimelineText read = ReadTimeline(text);
  for (const TimelineLine& line : read.lines) {
    rapidjson::Document record;
    record.Parse<rapidjson::kParseIterativeFlag>(line.record.data(), line.record.size());
    if (record.HasParseError() || !record.IsObject()) continue;
    const int64_t at = Number(record, "at_us");
    last_us_ = std::max(last_us_, at);
    Read(record, at);
  }
  return read.whole_size;
}

void TimelineReader::Read(const rapidjson::Value& record, int64_t at) {
  const std::string type = TextField(record, "type");
  const std::string participant = TextField(record, "participant");
  if (type == "begin") {
    // One that is still paused says so again, then.
    EndPause(at);
  } else if (type == "joined" || type == "renamed") {
    RecordedPerson& person = PersonOf(participant);
    person.name = TextField(record, "name");
    if (type == "renamed") return;
    person.role = TextField(record, "role");
    here_since_.emplace(participant, at);
  } else if (type == "left") {
    const auto here = here_since_.find(participant);
    if (here == here_since_.end()) return;
    PersonOf(participant).present.push_back({here->second, at});
    here_since_.erase(here);
  } else if (type == "speaker") {
    SetSpeaker(participant, at);
  } else if (type == "chat") {
    manifest_.chat.push_back(
        {at, participant, TextField(record, "name"), TextField(record, "text")});
  } else if (type == "pause") {
    if (!paused_since_) paused_since_ = at;
  } else if (type == "resume") {
    EndPause(at);
  } else if (type == "track") {
    ReadTrack(record, at);
  } else if (type == "written" || type == "finished") {
    ReadProgress(record, type == "finished");
  } else if (type == "gap") {
    ReadGap(record);
  }
}

void TimelineReader::ReadTrack(const rapidjson::Value& record, int64_t at) {
  RecordedTrack track;
  track.start_us = track.end_us = at;
  track.file = TextField(record, "file");
  track.source = static_cast<uint32_t>(Number(record, "source"));
  track.participant = TextField(record, "participant");
  track.kind = TextField(record, "kind");
  track.codec = TextField(record, "codec");
  track.width = static_cast<uint32_t>(Number(record, "width"));
  track.height = static_cast<uint32_t>(Number(record, "height"));
  if (IsFileName(track.file)) manifest_.tracks.push_back(std::move(track));
}

void TimelineReader::ReadProgress(const rapidjson::Value& record, bool finished) {
  const auto track =
      std::ranges::find(manifest_.tracks, TextField(record, "file"), &RecordedTrack::file);
  if (track == manifest_.tracks.end()) return;
  track->end_us = std::max(track->end_us, Number(record, "end_us"));
  track->size = static_cast<uint64_t>(Number(record, "bytes"));
  track->finished = finished;
}

void TimelineReader::ReadGap(const rapidjson::Value& record) {
  const auto source = static_cast<uint32_t>(Number(record, "source"));
  const TimeSpan gap{Number(record, "start_us"), Number(record, "end_us")};
  if (gap.end_us <= gap.start_us) return;
  // The newest of the source's files.
  for (auto track = manifest_.tracks.rbegin(); track != manifest_.tracks.rend(); ++track) {
    if (track->source != source) continue;
    track->gaps.push_back(gap);
    return;
  }
}

void TimelineReader::SetSpeaker(const std::string& participant, int64_t at) {
  if (speech_ && speech_->participant == participant) return;
  if (speech_ && at > speech_->start_us) {
    speech_->end_us = at;
    manifest_.speakers.push_back(*std::move(speech_));
  }
  speech_.reset();
  if (!participant.empty()) speech_.emplace(RecordedSpeech{{at, at}, participant});
}

RecordedPerson& TimelineReader::PersonOf(const std::string& id) {
  const auto known = std::ranges::find(manifest_.participants, id, &RecordedPerson::id);
  if (known != manifest_.participants.end()) return *known;
  manifest_.participants.push_back({.id = id, .name = {}, .role = {}, .present = {}});
  return manifest_.participants.back();
}

void TimelineReader::CloseOpen(int64_t at) {
  SetSpeaker({}, at);
  for (const auto& [id, since] : here_since_) PersonOf(id).present.push_back({since, at});
  here_since_.clear();
}

void TimelineReader::EndPause(int64_t at) {
  if (paused_since_) manifest_.marks.push_back({{*paused_since_, at}, "pause"});
  paused_since_.reset();
}

Manifest TimelineReader::Finish() {
  for (RecordedTrack& track : manifest_.tracks) {
    if (!track.finished) LookAt(track);
    last_us_ = std::max(last_us_, track.end_us);
    manifest_.size += track.size;
  }
  CloseOpen(last_us_);
  EndPause(last_us_);
  // A file in which nothing was written whole says nothing.
  std::erase_if(manifest_.tracks,
                [](const RecordedTrack& track) { return track.end_us <= track.start_us; });
  manifest_.duration_us = last_us_;
  return std::exchange(manifest_, {});
}

void TimelineReader::LookAt(RecordedTrack& track) const {
  auto file = StoredFile::Open(directory_ / track.file);
  if (!file) return;
  const auto layout = FileLayout::Read(*file);
  if (!layout) return;
  const ClusterScan scan = ScanClusters(*file, std::max(track.size, layout->clusters_at));
  if (scan.clusters > 0) {
    track.end_us = std::max(track.end_us, static_cast<int64_t>(scan.last_ms) * 1000);
  }
  track.size = scan.whole_size;
}

}  // namespace parley
