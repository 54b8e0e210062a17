#include "recorder/scene/schedule.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "recorder/scene/timetable.h"

namespace parley {
namespace {

constexpr int64_t kNever = -1;

struct State {
  int here = 0;  // spans that hold: presence, and sound
  std::optional<size_t> camera;
  std::optional<size_t> screen;
  int64_t screen_since_us = 0;
  int64_t spoke_us = kNever;  // began last
  bool speaking = false;

  bool shown() const { return here > 0 || camera || screen; }
};

class Scheduler {
 public:
  Scheduler(size_t people, LayoutKind layout, CanvasSize canvas)
      : layout_(layout), canvas_(canvas), people_(people) {}

  void Apply(const Change& change) {
    State& state = people_[change.person];
    switch (change.kind) {
      case Change::Kind::kHere:
        ++state.here;
        break;
      case Change::Kind::kGone:
        --state.here;
        break;
      case Change::Kind::kSpeaks:
        state.speaking = true;
        state.spoke_us = change.at_us;
        break;
      case Change::Kind::kSpeaksLong:
        on_stage_ = change.person;
        break;
      case Change::Kind::kSilent:
        state.speaking = false;
        break;
      case Change::Kind::kCameraOn:
        state.camera = change.track;
        break;
      case Change::Kind::kCameraOff:
        if (state.camera == change.track) state.camera.reset();
        break;
      case Change::Kind::kScreenOn:
        state.screen = change.track;
        state.screen_since_us = change.at_us;
        break;
      case Change::Kind::kScreenOff:
        if (state.screen == change.track) state.screen.reset();
        break;
    }
  }

  std::vector<Tile> Tiles() const {
    std::vector<size_t> shown;
    for (size_t i = 0; i < people_.size(); ++i) {
      if (people_[i].shown()) shown.push_back(i);
    }
    if (shown.empty()) return {};
    if (const auto sharer = Sharer()) {
      Tile stage{.rect = {}, .person = *sharer, .track = people_[*sharer].screen, .screen = true};
      return WithStage(stage, shown);
    }
    if (layout_ == LayoutKind::kSpeaker) {
      const size_t person = Speaker(shown);
      std::erase(shown, person);
      return WithStage(PersonTile(person), shown);
    }
    Choose(shown, kMostTiles);
    const std::vector<Rect> rects = GalleryTiles(shown.size(), canvas_);
    std::vector<Tile> tiles;
    for (size_t i = 0; i < shown.size(); ++i) {
      tiles.push_back(PersonTile(shown[i]));
      tiles.back().rect = rects[i];
    }
    return tiles;
  }

 private:
  Tile PersonTile(size_t person) const {
    return {.rect = {},
            .person = person,
            .track = people_[person].camera,
            .speaking = people_[person].speaking};
  }

  // Whose screen was shared last, of those that still are.
  std::optional<size_t> Sharer() const {
    std::optional<size_t> sharer;
    for (size_t i = 0; i < people_.size(); ++i) {
      if (!people_[i].screen) continue;
      if (!sharer || people_[i].screen_since_us >= people_[*sharer].screen_since_us) sharer = i;
    }
    return sharer;
  }

  size_t Speaker(const std::vector<size_t>& shown) const {
    if (on_stage_ && people_[*on_stage_].shown()) return *on_stage_;
    const auto seen =
        std::ranges::find_if(shown, [&](size_t i) { return people_[i].camera.has_value(); });
    return seen != shown.end() ? *seen : shown.front();
  }

  // Keeps `most` of them, in their order: who spoke last, then who is seen, then who came first.
  void Choose(std::vector<size_t>& shown, size_t most) const {
    if (shown.size() <= most) return;
    std::ranges::sort(shown, {}, [&](size_t i) {
      return std::tuple(-people_[i].spoke_us, !people_[i].camera, i);
    });
    shown.resize(most);
    std::ranges::sort(shown);
  }

  std::vector<Tile> WithStage(Tile stage, std::vector<size_t> others) const {
    Choose(others, kMostInStrip);
    const StageTiles rects = StageWithStrip(others.size(), canvas_);
    stage.rect = rects.stage;
    std::vector<Tile> tiles = {stage};
    for (size_t i = 0; i < others.size(); ++i) {
      tiles.push_back(PersonTile(others[i]));
      tiles.back().rect = rects.strip[i];
    }
    return tiles;
  }

  LayoutKind layout_;
  CanvasSize canvas_;
  std::vector<State> people_;
  std::optional<size_t> on_stage_;
};

}  // namespace

Schedule MakeSchedule(const Manifest& manifest, LayoutKind layout, CanvasSize canvas) {
  Timetable table = MakeTimetable(manifest);
  Scheduler scheduler(table.people.size(), layout, canvas);
  Schedule schedule;
  schedule.people = std::move(table.people);
  schedule.scenes.push_back({});
  for (size_t i = 0; i < table.changes.size();) {
    const int64_t at = table.changes[i].at_us;
    if (at > 0 && at >= manifest.duration_us) break;
    while (i < table.changes.size() && table.changes[i].at_us == at) {
      scheduler.Apply(table.changes[i++]);
    }
    std::vector<Tile> tiles = scheduler.Tiles();
    if (tiles == schedule.scenes.back().tiles) continue;
    if (at <= 0) {
      schedule.scenes.back().tiles = std::move(tiles);
    } else {
      schedule.scenes.push_back({at, std::move(tiles)});
    }
  }
  return schedule;
}

}  // namespace parley
