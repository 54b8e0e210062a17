#include "recorder/scene/layout.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr int Even(int n) { return n & ~1; }

// What libyuv scales without interpolating freely, largest first.
constexpr std::array<std::pair<int, int>, 6> kExactRatios = {
    {{2, 1}, {1, 1}, {3, 4}, {1, 2}, {3, 8}, {1, 4}}};

Rect Centred(const Rect& tile, int width, int height) {
  return {tile.x + Even((tile.width - width) / 2), tile.y + Even((tile.height - height) / 2), width,
          height};
}

}  // namespace

std::vector<Rect> GalleryTiles(size_t count, CanvasSize canvas) {
  PARLEY_CHECK(count >= 1 && count <= kMostTiles);
  const int n = static_cast<int>(count);
  int columns = 1;
  while (columns * columns < n) ++columns;
  const int rows = (n + columns - 1) / columns;
  const int width = Even(canvas.width / columns);
  const int height = Even(canvas.height / columns);
  const int top = Even((canvas.height - rows * height) / 2);
  std::vector<Rect> tiles;
  for (int i = 0; i < n; ++i) {
    const int row = i / columns;
    const int in_row = std::min(columns, n - row * columns);
    const int left = Even((canvas.width - in_row * width) / 2);
    tiles.push_back({left + i % columns * width, top + row * height, width, height});
  }
  return tiles;
}

StageTiles StageWithStrip(size_t others, CanvasSize canvas) {
  PARLEY_CHECK(others <= kMostInStrip);
  if (others == 0) return {{0, 0, canvas.width, canvas.height}, {}};
  const int width = Even(canvas.width / 4);
  const int height = Even(canvas.height / 4);
  StageTiles tiles;
  tiles.stage = Centred({0, 0, canvas.width - width, canvas.height}, canvas.width - width,
                        Even(canvas.height * 3 / 4));
  const int n = static_cast<int>(others);
  const int top = Even((canvas.height - n * height) / 2);
  for (int i = 0; i < n; ++i) {
    tiles.strip.push_back({canvas.width - width, top + i * height, width, height});
  }
  return tiles;
}

Rect FitPicture(const Rect& tile, int width, int height) {
  if (width <= 0 || height <= 0) return {};
  int fit_width = tile.width;
  auto fit_height = static_cast<int>(int64_t{tile.width} * height / width);
  if (fit_height > tile.height) {
    fit_height = tile.height;
    fit_width = static_cast<int>(int64_t{tile.height} * width / height);
  }
  for (const auto& [numerator, denominator] : kExactRatios) {
    if (width % (2 * denominator) != 0 || height % (2 * denominator) != 0) continue;
    const int exact_width = width / denominator * numerator;
    const int exact_height = height / denominator * numerator;
    const bool fits = exact_width <= tile.width && exact_height <= tile.height;
    if (fits && exact_width * 8 >= fit_width * 7) return Centred(tile, exact_width, exact_height);
  }
  return Centred(tile, std::max(Even(fit_width), 2), std::max(Even(fit_height), 2));
}

}  // namespace parley
