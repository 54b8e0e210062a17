#pragma once

// Paints scenes onto the canvas: of each tile the newest picture or the avatar, the name, and a
// frame around whoever speaks. Draws only what changed. One thread.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "recorder/compose/canvas.h"
#include "recorder/compose/lettering.h"
#include "recorder/scene/schedule.h"

namespace parley {

class StagePainter {
 public:
  StagePainter(Canvas& canvas, const std::vector<ShownPerson>& people)
      : canvas_(canvas), people_(people) {}

  // From now on these; every tile that is another one than before is drawn anew.
  void SetScene(const std::vector<Tile>& tiles);
  // `picture` may be null: the avatar. Draws at the next Paint().
  void SetPicture(size_t tile, const AVFrame* picture);
  // True when something was drawn. The pictures that were set must still be there.
  bool Paint();

 private:
  struct Shown {
    Tile tile;
    const AVFrame* picture = nullptr;
    bool changed = true;
  };
  void PaintTile(const Tile& tile, const AVFrame* picture);
  void PaintAvatar(const Tile& tile);
  void PaintName(const Tile& tile);
  const Stencil& Letters(const std::string& text, int height, int most_width);

  Canvas& canvas_;
  const std::vector<ShownPerson>& people_;
  Lettering lettering_;
  std::vector<Shown> shown_;
  bool clear_ = true;
  std::map<std::string, Stencil> letters_;  // by text and size
  std::map<int, Stencil> discs_;            // by diameter
};

}  // namespace parley
