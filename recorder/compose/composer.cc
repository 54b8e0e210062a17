#include "recorder/compose/composer.h"

#include <algorithm>
#include <ranges>
#include <string_view>
#include <utility>

namespace parley {
namespace {

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kChunkUs = 20'000;
constexpr size_t kChunkSamples = 960;  // a channel
// Cameras are not that punctual: a picture may come so much before its turn, and those behind it
// all the later.
constexpr int64_t kEarlyTicks = 2;
// A picture that does not change is given again, so that a player can go there.
constexpr int64_t kUnchangedSeconds = 2;
constexpr size_t kMostSourcesOpen = 64;
// It should be made in at most so many times the time that the recording has: rather fewer pictures
// than a file that comes a day late.
constexpr int64_t kMostTimes = 3;

}  // namespace

Composer::Composer(const std::filesystem::path& directory, Manifest manifest,
                   const ComposeOptions& options)
    : directory_(directory),
      manifest_(std::move(manifest)),
      options_(options),
      time_(manifest_),
      size_(CanvasSize::OfHeight(options.height)),
      schedule_(MakeSchedule(manifest_, options.layout, size_)),
      canvas_(size_),
      painter_(canvas_, schedule_.people),
      mix_(directory, manifest_),
      sound_(kChunkSamples * SoundSource::kChannels),
      ladder_(size_.height),
      rung_(ladder_.rung()) {
  chunks_ = (time_.duration_us() + kChunkUs - 1) / kChunkUs;
  if (options_.video) ticks_ = std::max<int64_t>(time_.duration_us() * tick_rate() / kSecondUs, 1);
}

std::expected<std::unique_ptr<Composer>, std::string> Composer::Open(
    const std::filesystem::path& directory, Manifest manifest, const std::filesystem::path& output,
    const ComposeOptions& options) {
  std::unique_ptr<Composer> composer(new Composer(directory, std::move(manifest), options));
  OutputSettings settings{.container = options.container,
                          .video = {},
                          .title = composer->manifest_.title,
                          .created_us = composer->manifest_.started_at_us,
                          .duration_us = composer->time_.duration_us()};
  if (options.video) {
    settings.video = {.size = composer->size_,
                      .frame_rate = options.frame_rate,
                      .tick_rate = composer->tick_rate(),
                      .preset = composer->preset()};
  }
  auto file = OutputFile::Create(output, settings);
  if (!file) return std::unexpected(file.error());
  composer->output_ = *std::move(file);
  return composer;
}

std::expected<bool, std::string> Composer::Step() {
  for (int64_t i = 0; i < tick_rate() && tick_ < ticks_; ++i, ++tick_) {
    if (auto added = AddTick(); !added) return std::unexpected(added.error());
    const int64_t until = (tick_ + 1) * kSecondUs / tick_rate();
    if (auto added = AddSoundUntil(until); !added) return std::unexpected(added.error());
  }
  if (tick_ < ticks_) return true;
  const int64_t until = (chunk_ + 1) * kChunkUs + kSecondUs;
  if (auto added = AddSoundUntil(until); !added) return std::unexpected(added.error());
  if (chunk_ < chunks_) return true;
  if (auto finished = output_->Finish(); !finished) return std::unexpected(finished.error());
  return false;
}

void Composer::HandlePassed(Duration passed) {
  if (ticks_ == 0) return;
  const int64_t made_us = tick_ * kSecondUs / tick_rate();
  ladder_.Note(passed, Duration::Micros(kMostTimes * made_us), Duration::Zero());
}

int Composer::frame_rate() const {
  return ticks_ > 0 ? options_.frame_rate / ladder_.rung().stride : 0;
}

double Composer::fraction() const {
  const int64_t all = ticks_ > 0 ? ticks_ : chunks_;
  const int64_t done = ticks_ > 0 ? tick_ : chunk_;
  return all > 0 ? static_cast<double>(done) / static_cast<double>(all) : 0;
}

ComposeReport Composer::report() const {
  ComposeReport report = report_;
  report.packets_damaged = mix_.packets_damaged();
  report.files_unreadable += mix_.files_unreadable();
  for (const auto& source : std::views::values(sources_)) {
    if (source) report.frames_damaged += source->frames_damaged();
  }
  return report;
}

OutputFile::Result Composer::AddSoundUntil(int64_t output_us) {
  for (; chunk_ < chunks_ && chunk_ * kChunkUs < output_us; ++chunk_) {
    const int64_t recorded = time_.ToRecorded(chunk_ * kChunkUs);
    mix_.Read(recorded * SoundSource::kRate / kSecondUs, sound_);
    if (auto added = output_->AddSound(sound_); !added) return added;
  }
  return {};
}

int64_t Composer::tick_rate() const { return kTicksPerPicture * options_.frame_rate; }

OutputFile::Result Composer::AddTick() {
  const bool at_end = tick_ == 0 || tick_ + 1 == ticks_;
  if (!at_end && tick_ + kEarlyTicks < turn_) return {};
  const int64_t recorded = time_.ToRecorded(tick_ * kSecondUs / tick_rate());
  EnterScene(recorded);
  // What is nearest to the time for which it stands, as soon as one of them begins.
  const bool begins = IsDue(recorded + kSecondUs / tick_rate() / 2);
  if (begins || at_end)
    UpdatePictures(recorded + kSecondUs * rung_.stride / options_.frame_rate / 2);
  const bool due = at_end || tick_ - encoded_tick_ >= kUnchangedSeconds * tick_rate();
  if (!painter_.Paint() && !due) return {};
  if (auto stepped = EnterRung(); !stepped) return stepped;
  encoded_tick_ = tick_;
  turn_ = std::max(turn_, tick_) + kTicksPerPicture * rung_.stride;
  ++report_.pictures;
  return output_->AddPicture(canvas_.frame(), tick_);
}

OutputFile::Result Composer::EnterRung() {
  const std::string_view before = preset();
  rung_ = ladder_.rung();
  return preset() == before ? OutputFile::Result() : output_->SetPreset(preset());
}

void Composer::EnterScene(int64_t recorded_us) {
  const size_t before = scene_.value_or(0);
  size_t now = before;
  while (now + 1 < schedule_.scenes.size() && schedule_.scenes[now + 1].at_us <= recorded_us) ++now;
  if (scene_ == now) return;
  scene_ = now;
  const Scene& scene = schedule_.scenes[now];
  painter_.SetScene(scene.tiles);
  CloseHidden(scene, recorded_us);
  for (size_t i = 0; i < scene.tiles.size(); ++i) {
    if (!scene.tiles[i].track) continue;
    const PictureSource* source = SourceOf(*scene.tiles[i].track);
    if (source != nullptr && source->picture() != nullptr) {
      painter_.SetPicture(i, source->picture());
    }
  }
}

bool Composer::IsDue(int64_t recorded_us) {
  return std::ranges::any_of(schedule_.scenes[*scene_].tiles, [&](const Tile& tile) {
    PictureSource* source = tile.track ? SourceOf(*tile.track) : nullptr;
    return source != nullptr && source->IsDue(recorded_us);
  });
}

void Composer::UpdatePictures(int64_t recorded_us) {
  const std::vector<Tile>& tiles = schedule_.scenes[*scene_].tiles;
  for (size_t i = 0; i < tiles.size(); ++i) {
    if (!tiles[i].track) continue;
    PictureSource* source = SourceOf(*tiles[i].track);
    if (source != nullptr && source->Advance(recorded_us)) {
      painter_.SetPicture(i, source->picture());
    }
  }
}

PictureSource* Composer::SourceOf(size_t track) {
  const auto known = sources_.find(track);
  if (known != sources_.end()) return known->second.get();
  auto opened = PictureSource::Open(directory_ / manifest_.tracks[track].file);
  if (!opened) ++report_.files_unreadable;
  auto source = opened ? std::make_unique<PictureSource>(*std::move(opened)) : nullptr;
  return sources_.emplace(track, std::move(source)).first->second.get();
}

// Those that are over, and of more than can be kept all; they are read again when they are seen.
void Composer::CloseHidden(const Scene& scene, int64_t recorded_us) {
  const bool many = sources_.size() > kMostSourcesOpen;
  std::erase_if(sources_, [&](const auto& entry) {
    const auto& [track, source] = entry;
    if (!source) return false;
    const bool shown = std::ranges::find(scene.tiles, track, &Tile::track) != scene.tiles.end();
    if (shown || (!many && manifest_.tracks[track].end_us > recorded_us)) return false;
    report_.frames_damaged += source->frames_damaged();
    return true;
  });
}

}  // namespace parley
