#include "recorder/compose/live_composer.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace parley {
namespace {

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kChunkUs = 20'000;
constexpr size_t kChunkSamples = 960;  // a channel
// The timeline is looked at so often.
constexpr int64_t kRefreshUs = 500'000;
// A picture that does not change is given again after that.
constexpr int64_t kUnchangedUs = 500'000;
// A track's file is read from so long before it is seen.
constexpr int64_t kLeadUs = 10'000'000;
// So often in a row what is written is older than what should be made: the clocks differ.
constexpr int kMostBehind = 10;
// Farther behind than that, what lies between is left out.
constexpr int64_t kMostLateUs = 5'000'000;

bool SameNames(const Manifest& a, const Manifest& b) {
  const auto files = [](const Manifest& m) {
    return std::views::transform(m.tracks, &RecordedTrack::file);
  };
  return std::ranges::equal(files(a), files(b));
}

}  // namespace

LiveComposer::LiveComposer(const std::filesystem::path& directory,
                           const std::filesystem::path& output, const LiveOptions& options)
    : directory_(directory),
      options_(options),
      timeline_(directory),
      writer_(output),
      ladder_(options.height),
      rung_(ladder_.rung()),
      mix_(directory),
      sound_(kChunkSamples * SoundSource::kChannels) {}

std::expected<std::unique_ptr<LiveComposer>, std::string> LiveComposer::Open(
    const std::filesystem::path& directory, const std::filesystem::path& output,
    const LiveOptions& options, WallTime now) {
  std::unique_ptr<LiveComposer> composer(new LiveComposer(directory, output, options));
  if (auto read = composer->timeline_.Update(); !read) return std::unexpected(read.error());
  const int64_t recorded = now.unix_us() - composer->timeline_.started_at_us();
  composer->origin_us_ = std::max<int64_t>(recorded - kDelayUs, 0);
  if (auto began = composer->BeginRun(composer->origin_us_); !began) {
    return std::unexpected(began.error());
  }
  return composer;
}

HlsWriter::Result LiveComposer::BeginRun(int64_t recorded_us) {
  begin_us_ = recorded_us;
  tick_ = encoded_tick_ = chunk_ = 0;
  const CanvasSize size = CanvasSize::OfHeight(rung_.height);
  stage_ = std::make_unique<Stage>(size, schedule_.people);
  shown_.clear();
  refreshed_us_ = -1;
  return writer_.BeginRun({.size = size,
                           .frame_rate = options_.frame_rate,
                           .tick_rate = tick_rate(),
                           .preset = rung_.preset,
                           .live = true},
                          timeline_.started_at_us() + recorded_us);
}

Duration LiveComposer::UntilNext(Duration passed) const {
  const int64_t next_us = TickUs(tick_ + kTicksPerPicture - 1);
  return std::max(Duration::Zero(), Duration::Micros(next_us - ToRecorded(passed)));
}

std::expected<bool, std::string> LiveComposer::Step(Duration passed) {
  const int64_t due = ToRecorded(passed);
  if (due - TickUs(tick_) > kMostLateUs) {
    if (auto moved = MoveTo(due); !moved) return std::unexpected(moved.error());
  }
  for (int i = 0; i < tick_rate() && TickUs(tick_) <= due; ++i, ++tick_) {
    const int64_t now = TickUs(tick_);
    if (refreshed_us_ < 0 || now - refreshed_us_ >= kRefreshUs) {
      if (auto read = timeline_.Update(); !read) return std::unexpected(read.error());
      Refresh(now);
      if (const int64_t error = ClockError(now); error != 0) {
        origin_us_ += error;
        auto moved = MoveTo(now + error);
        if (!moved) return std::unexpected(moved.error());
        return true;
      }
    }
    if (!timeline_.goes_on() && now >= manifest_.duration_us) return false;
    if (auto added = AddTick(); !added) return std::unexpected(added.error());
  }
  return true;
}

void LiveComposer::HandleWorked(Duration worked, Duration passed) {
  ladder_.Note(worked, passed, late(passed));
}

int64_t LiveComposer::ClockError(int64_t recorded_us) {
  const int64_t newest = timeline_.newest_us();
  const bool grew = newest > std::exchange(newest_us_, newest);
  if (newest > recorded_us + kMostLateUs) return newest - kDelayUs - recorded_us;
  if (grew) behind_ = newest < recorded_us + kChunkUs ? behind_ + 1 : 0;
  if (behind_ < kMostBehind) return 0;
  return std::min<int64_t>(newest - kDelayUs, recorded_us) - recorded_us;
}

HlsWriter::Result LiveComposer::MoveTo(int64_t recorded_us) {
  behind_ = 0;
  // Whoever goes on, or a little back, keeps the pictures that are there.
  if (recorded_us < TickUs(tick_) - kMostLateUs) {
    sources_.clear();
    mix_ = SoundMix(directory_);
    heard_.clear();
  }
  return BeginRun(std::max<int64_t>(recorded_us, 0));
}

void LiveComposer::Refresh(int64_t recorded_us) {
  refreshed_us_ = recorded_us;
  Manifest manifest = timeline_.Read(recorded_us);
  const bool same = SameNames(manifest, manifest_);
  manifest_ = std::move(manifest);
  const size_t people = schedule_.people.size();
  schedule_ = MakeSchedule(manifest_, options_.layout, stage_->canvas.size());
  // Tiles name people and tracks by their places, which may be others now.
  if (!same || people != schedule_.people.size()) {
    stage_->painter.SetScene({});
    shown_.clear();
  }
  FollowSound(recorded_us);
}

void LiveComposer::FollowSound(int64_t recorded_us) {
  for (const RecordedTrack& track : manifest_.tracks) {
    if (!IsSound(track)) continue;
    const auto known = std::ranges::find(heard_, track.file, &RecordedTrack::file);
    if (known != heard_.end()) {
      known->end_us = track.end_us;
    } else if (track.end_us > recorded_us) {
      mix_.Follow(heard_.emplace_back(track), recorded_us - kLeadUs);
    }
  }
}

bool LiveComposer::IsPaused(int64_t recorded_us) const {
  return std::ranges::any_of(manifest_.marks, [&](const RecordedMark& mark) {
    return mark.kind == "pause" && mark.start_us <= recorded_us && recorded_us < mark.end_us;
  });
}

HlsWriter::Result LiveComposer::AddTick() {
  const int64_t tick_us = TickUs(tick_);
  if (writer_.NeedsPicture(tick_) && ladder_.rung() != rung_) {
    const bool same =
        ladder_.rung().preset == rung_.preset && ladder_.rung().height == rung_.height;
    rung_ = ladder_.rung();
    if (!same) {
      if (auto began = BeginRun(tick_us); !began) return began;
      Refresh(tick_us);
      return AddTick();
    }
  }
  // A segment's sound follows its first picture, and none stands for less than its time before
  // that.
  const bool turn = tick_ - encoded_tick_ >= kTicksPerPicture * rung_.stride &&
                    !writer_.NeedsPicture(tick_ + kTicksPerPicture - 1);
  if (turn || writer_.NeedsPicture(tick_)) {
    if (auto added = AddPicture(tick_us); !added) return added;
  }
  const int64_t until = (tick_ + 1) * kSecondUs / tick_rate();
  for (; chunk_ * kChunkUs < until; ++chunk_) {
    mix_.Read((begin_us_ + chunk_ * kChunkUs) * SoundSource::kRate / kSecondUs, sound_);
    if (auto added = writer_.AddSound(sound_); !added) return added;
  }
  return {};
}

HlsWriter::Result LiveComposer::AddPicture(int64_t tick_us) {
  const bool begins = writer_.NeedsPicture(tick_);
  ShowScene(tick_us);
  // The nearest one, before or behind the time for which it stands, as soon as one of them begins.
  if (begins || IsDue(tick_us + kSecondUs / tick_rate() / 2)) {
    UpdatePictures(tick_us + rung_.stride * kSecondUs / options_.frame_rate / 2);
  }
  const bool due = begins || (tick_ - encoded_tick_) * kSecondUs >= kUnchangedUs * tick_rate();
  if (!stage_->painter.Paint() && !due) return {};
  encoded_tick_ = tick_;
  return writer_.AddPicture(stage_->canvas.frame(), tick_);
}

bool LiveComposer::IsDue(int64_t recorded_us) {
  return std::ranges::any_of(shown_, [&](const Tile& tile) {
    PictureSource* source = tile.track ? SourceOf(*tile.track, recorded_us) : nullptr;
    return source != nullptr && source->IsDue(recorded_us);
  });
}

void LiveComposer::ShowScene(int64_t recorded_us) {
  std::vector<Tile> tiles;
  if (!IsPaused(recorded_us)) {
    const auto next = std::ranges::upper_bound(schedule_.scenes, recorded_us, {}, &Scene::at_us);
    tiles = next == schedule_.scenes.begin() ? next->tiles : std::prev(next)->tiles;
  }
  if (tiles == shown_) return;
  shown_ = std::move(tiles);
  stage_->painter.SetScene(shown_);
  CloseHidden(recorded_us);
  for (size_t i = 0; i < shown_.size(); ++i) {
    if (!shown_[i].track) continue;
    const PictureSource* source = SourceOf(*shown_[i].track, recorded_us);
    if (source != nullptr && source->picture() != nullptr) {
      stage_->painter.SetPicture(i, source->picture());
    }
  }
}

void LiveComposer::UpdatePictures(int64_t recorded_us) {
  for (size_t i = 0; i < shown_.size(); ++i) {
    if (!shown_[i].track) continue;
    PictureSource* source = SourceOf(*shown_[i].track, recorded_us);
    if (source != nullptr && source->Advance(recorded_us)) {
      stage_->painter.SetPicture(i, source->picture());
    }
  }
}

size_t LiveComposer::blind() const {
  return static_cast<size_t>(std::ranges::count_if(shown_, [this](const Tile& tile) {
    if (!tile.track) return false;
    const auto source = sources_.find(manifest_.tracks[*tile.track].file);
    return source != sources_.end() && source->second && source->second->picture() == nullptr;
  }));
}

// Those that are over, and of more than can be kept all.
void LiveComposer::CloseHidden(int64_t recorded_us) {
  const bool many = sources_.size() > kMostSourcesOpen;
  std::erase_if(sources_, [&](const auto& entry) {
    const auto track = std::ranges::find(manifest_.tracks, entry.first, &RecordedTrack::file);
    if (track == manifest_.tracks.end()) return true;
    const auto index = static_cast<size_t>(track - manifest_.tracks.begin());
    if (std::ranges::find(shown_, index, &Tile::track) != shown_.end()) return false;
    return many || track->end_us <= recorded_us;
  });
}

PictureSource* LiveComposer::SourceOf(size_t track, int64_t recorded_us) {
  const std::string& file = manifest_.tracks[track].file;
  const auto known = sources_.find(file);
  if (known != sources_.end()) return known->second.get();
  auto opened = PictureSource::Follow(directory_ / file, recorded_us - kLeadUs);
  auto source = opened ? std::make_unique<PictureSource>(*std::move(opened)) : nullptr;
  return sources_.emplace(file, std::move(source)).first->second.get();
}

}  // namespace parley
