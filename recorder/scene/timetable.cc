#include "recorder/scene/timetable.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "recorder/scene/text.h"

namespace parley {
namespace {

// Between two files of a source; the last picture stays so long.
constexpr int64_t kBridgedUs = 2'000'000;
// Who speaks shorter than that gets no stage.
constexpr int64_t kStageUs = 1'000'000;

class Maker {
 public:
  explicit Maker(const Manifest& manifest) : manifest_(manifest) {}

  Timetable Make() {
    ListPeople();
    for (size_t i = 0; i < manifest_.tracks.size(); ++i) AddTrack(i);
    for (const RecordedPerson& person : manifest_.participants) {
      const auto index = index_.find(person.id);
      if (index == index_.end()) continue;
      for (const TimeSpan& span : person.present) {
        AddSpan(span, Change::Kind::kHere, Change::Kind::kGone, index->second, 0);
      }
    }
    for (const RecordedSpeech& speech : manifest_.speakers) {
      const auto index = index_.find(speech.participant);
      if (index == index_.end()) continue;
      AddSpan(speech, Change::Kind::kSpeaks, Change::Kind::kSilent, index->second, 0);
      if (speech.end_us - speech.start_us >= kStageUs) {
        table_.changes.push_back({speech.start_us, Change::Kind::kSpeaksLong, index->second, 0});
      }
    }
    std::ranges::sort(table_.changes, {}, [](const Change& change) {
      return std::tuple(change.at_us, change.kind, change.person, change.track);
    });
    return std::move(table_);
  }

 private:
  // In the order in which they came, those without a track left out.
  void ListPeople() {
    std::map<std::string_view, std::string_view> with_tracks;  // by id, the name
    for (const RecordedTrack& track : manifest_.tracks) with_tracks[track.participant] = {};
    const auto list = [&](const std::string& id, const std::string& name) {
      if (!with_tracks.contains(id) || !index_.emplace(id, table_.people.size()).second) return;
      table_.people.push_back({id, OneLine(name)});
    };
    for (const RecordedPerson& person : manifest_.participants) list(person.id, person.name);
    for (const RecordedTrack& track : manifest_.tracks) list(track.participant, {});
  }

  void AddSpan(const TimeSpan& span, Change::Kind on, Change::Kind off, size_t person,
               size_t track) {
    if (span.end_us <= span.start_us) return;
    table_.changes.push_back({span.start_us, on, person, track});
    table_.changes.push_back({span.end_us, off, person, track});
  }

  void AddTrack(size_t index) {
    const RecordedTrack& track = manifest_.tracks[index];
    const size_t person = index_.at(track.participant);
    TimeSpan span = track;
    if (track.kind == "screen") {
      // A screen on which nothing moves sends nothing.
      span.end_us = UntilNextPart(track);
      AddSpan(span, Change::Kind::kScreenOn, Change::Kind::kScreenOff, person, index);
      return;
    }
    if (track.kind != "camera") {
      AddSpan(span, Change::Kind::kHere, Change::Kind::kGone, person, 0);
      return;
    }
    for (const TimeSpan& gap : track.gaps) {
      AddSpan({span.start_us, std::min(gap.start_us, track.end_us)}, Change::Kind::kCameraOn,
              Change::Kind::kCameraOff, person, index);
      span.start_us = std::max(span.start_us, gap.end_us);
    }
    span.end_us = UntilNextPart(track);
    AddSpan(span, Change::Kind::kCameraOn, Change::Kind::kCameraOff, person, index);
  }

  int64_t UntilNextPart(const RecordedTrack& track) const {
    int64_t end = track.end_us;
    for (const RecordedTrack& other : manifest_.tracks) {
      const bool follows = other.source == track.source && other.start_us > track.start_us &&
                           other.start_us - track.end_us < kBridgedUs;
      if (follows) end = other.start_us;
    }
    return end;
  }

  const Manifest& manifest_;
  Timetable table_;
  std::map<std::string_view, size_t> index_;  // of people, by id
};

}  // namespace

Timetable MakeTimetable(const Manifest& manifest) { return Maker(manifest).Make(); }

}  // namespace parley
