#include "recorder/scene/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::testing {
namespace {

using ::testing::ElementsAre;

bool Overlap(const Rect& a, const Rect& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

void ExpectGood(const std::vector<Rect>& tiles, CanvasSize canvas) {
  for (size_t i = 0; i < tiles.size(); ++i) {
    const Rect& tile = tiles[i];
    EXPECT_EQ((tile.x | tile.y | tile.width | tile.height) & 1, 0) << i;
    EXPECT_GE(tile.x, 0);
    EXPECT_GE(tile.y, 0);
    EXPECT_LE(tile.x + tile.width, canvas.width) << i << " of " << tiles.size();
    EXPECT_LE(tile.y + tile.height, canvas.height) << i << " of " << tiles.size();
    EXPECT_NEAR(static_cast<double>(tile.width) / tile.height, 16 / 9.0, 0.03);
    for (size_t j = 0; j < i; ++j) EXPECT_FALSE(Overlap(tile, tiles[j])) << i << " and " << j;
  }
}

TEST(LayoutTest, TilesOfAGalleryFillTheCanvasAndNeverOverlap) {
  for (const int height : {540, 720, 1080}) {
    const CanvasSize canvas = CanvasSize::OfHeight(height);
    for (size_t count = 1; count <= kMostTiles; ++count) {
      const auto tiles = GalleryTiles(count, canvas);
      ASSERT_EQ(tiles.size(), count);
      ExpectGood(tiles, canvas);
    }
  }
}

TEST(LayoutTest, TilesAreWholeFractionsOfTheCanvas) {
  const CanvasSize canvas{1280, 720};
  EXPECT_THAT(GalleryTiles(1, canvas), ElementsAre(Rect{0, 0, 1280, 720}));
  EXPECT_THAT(GalleryTiles(2, canvas),
              ElementsAre(Rect{0, 180, 640, 360}, Rect{640, 180, 640, 360}));
  EXPECT_THAT(GalleryTiles(3, canvas),
              ElementsAre(Rect{0, 0, 640, 360}, Rect{640, 0, 640, 360}, Rect{320, 360, 640, 360}));
  EXPECT_EQ(GalleryTiles(16, canvas).back(), (Rect{960, 540, 320, 180}));
}

TEST(LayoutTest, AStageHasThreeQuartersAndAStripBesideIt) {
  const CanvasSize canvas{1280, 720};
  for (size_t others = 1; others <= kMostInStrip; ++others) {
    auto tiles = StageWithStrip(others, canvas);
    EXPECT_EQ(tiles.stage, (Rect{0, 90, 960, 540}));
    tiles.strip.push_back(tiles.stage);
    ExpectGood(tiles.strip, canvas);
  }
  EXPECT_EQ(StageWithStrip(0, canvas).stage, (Rect{0, 0, 1280, 720}));
}

TEST(LayoutTest, APictureIsShownWholeAndPreferablyInAnExactRatio) {
  const Rect tile{100, 100, 640, 360};
  EXPECT_EQ(FitPicture(tile, 640, 360), tile);
  EXPECT_EQ(FitPicture(tile, 1280, 720), tile) << "one half";
  EXPECT_EQ(FitPicture(tile, 320, 180), tile) << "twice";
  EXPECT_EQ(FitPicture(tile, 640, 480), (Rect{180, 100, 480, 360})) << "bars at the sides";
  EXPECT_EQ(FitPicture(tile, 360, 640), (Rect{330, 120, 180, 320})) << "upright, one half";
  EXPECT_EQ(FitPicture({0, 0, 340, 192}, 640, 360), (Rect{10, 6, 320, 180})) << "nearly one half";
  EXPECT_EQ(FitPicture({0, 0, 426, 240}, 640, 360), (Rect{0, 0, 426, 238})) << "not nearly";
  EXPECT_EQ(FitPicture(tile, 16'000, 2), (Rect{100, 278, 640, 2}));
  EXPECT_EQ(FitPicture(tile, 0, 10), Rect{});
}

}  // namespace
}  // namespace parley::testing
