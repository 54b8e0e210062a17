#pragma once

// Who is where from when on: the list of scenes that a recording is composed of, from its manifest
// alone. A tile shows a track while that has pictures, and the person's avatar otherwise. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "recorder/library/manifest.h"
#include "recorder/scene/layout.h"

namespace parley {

enum class LayoutKind : uint8_t {
  kGallery,  // everyone alike, up to kMostTiles
  kSpeaker,  // whoever speaks large
};

struct Tile {
  Rect rect;
  size_t person = 0;            // of Schedule::people
  std::optional<size_t> track;  // of Manifest::tracks; none: the avatar
  bool screen = false;
  bool speaking = false;
  bool operator==(const Tile&) const = default;
};

struct Scene {
  int64_t at_us = 0;  // recorded time
  std::vector<Tile> tiles;
};

struct ShownPerson {
  std::string id;
  std::string name;  // on one line
};

struct Schedule {
  std::vector<ShownPerson> people;
  std::vector<Scene> scenes;  // in order, the first at 0; each differs from the one before
};

// Shown is who is there, or heard or seen, and has a track at any time; more than fit are chosen by
// who spoke last. A shared screen has the stage in both layouts.
Schedule MakeSchedule(const Manifest& manifest, LayoutKind layout, CanvasSize canvas);

}  // namespace parley
