#pragma once

// Where things stand on a canvas of 16:9: tiles of a gallery, a stage with a strip beside it, and a
// picture inside its tile. All pure. Places and sizes are even, for chroma has half the resolution;
// tiles are whole fractions of the canvas, so that pictures of the usual layers are scaled in
// ratios that libyuv has a fast way for.

#include <cstddef>
#include <vector>

namespace parley {

struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const Rect&) const = default;
};

struct CanvasSize {
  int width = 1280;
  int height = 720;
  // Of 16:9; `height` is even.
  static CanvasSize OfHeight(int height) { return {height * 16 / 9 / 2 * 2, height}; }
  bool operator==(const CanvasSize&) const = default;
};

inline constexpr size_t kMostTiles = 25;
inline constexpr size_t kMostInStrip = 4;

// `count` 1 to kMostTiles; rows from the top, the last one centred.
std::vector<Rect> GalleryTiles(size_t count, CanvasSize canvas);

struct StageTiles {
  Rect stage;
  std::vector<Rect> strip;
};
// `others` 0 to kMostInStrip; without others the stage is the canvas.
StageTiles StageWithStrip(size_t others, CanvasSize canvas);

// The whole picture as large as the tile allows, in the middle. A little less (down to 7/8) when
// that is an exact ratio. Empty for a picture of nothing.
Rect FitPicture(const Rect& tile, int width, int height);

}  // namespace parley
