#include "recorder/compose/stage_painter.h"

#include <algorithm>
#include <utility>

#include "recorder/scene/text.h"

namespace parley {
namespace {

const Colour kGround = Colour::OfRgb(14, 16, 20);
const Colour kTileGround = Colour::OfRgb(30, 34, 41);
const Colour kWhite = Colour::OfRgb(255, 255, 255);
const Colour kSpeaking = Colour::OfRgb(90, 190, 120);
constexpr uint8_t kNameShade = 150;
constexpr int kEdge = 2;  // around each of several, painted over it: tiles keep their exact ratios
// As the room has it (web/ui/styles/parts.css).
constexpr double kAvatarSaturation = 0.42;
constexpr double kAvatarLightness = 0.34;
constexpr size_t kMostLetters = 500;  // stencils kept

int Even(int n) { return n & ~1; }

}  // namespace

void StagePainter::SetScene(const std::vector<Tile>& tiles) {
  const bool same_places = std::ranges::equal(tiles, shown_, {}, &Tile::rect,
                                              [](const Shown& s) { return s.tile.rect; });
  if (!same_places) clear_ = true;
  std::vector<Shown> next;
  for (size_t i = 0; i < tiles.size(); ++i) {
    if (same_places && tiles[i] == shown_[i].tile) {
      next.push_back(shown_[i]);
    } else {
      next.push_back({.tile = tiles[i]});
    }
  }
  shown_ = std::move(next);
}

void StagePainter::SetPicture(size_t tile, const AVFrame* picture) {
  shown_[tile].picture = picture;
  shown_[tile].changed = true;
}

bool StagePainter::Paint() {
  const bool any = clear_ || std::ranges::any_of(shown_, [](const Shown& s) { return s.changed; });
  if (!any) return false;
  canvas_.Begin();
  if (clear_) {
    const CanvasSize size = canvas_.size();
    canvas_.Fill({0, 0, size.width, size.height}, kGround);
  }
  for (Shown& shown : shown_) {
    if (shown.changed || clear_) PaintTile(shown.tile, shown.picture);
    shown.changed = false;
  }
  clear_ = false;
  return true;
}

void StagePainter::PaintTile(const Tile& tile, const AVFrame* picture) {
  if (picture == nullptr) {
    canvas_.Fill(tile.rect, kTileGround);
    PaintAvatar(tile);
  } else {
    const Rect fit = FitPicture(tile.rect, picture->width, picture->height);
    // The name's shade must not fall on itself.
    if (fit != tile.rect) canvas_.Fill(tile.rect, kTileGround);
    canvas_.Draw(*picture, fit);
  }
  PaintName(tile);
  if (tile.speaking) {
    canvas_.Outline(tile.rect, std::max(Even(tile.rect.height / 60), 2), kSpeaking);
  } else if (shown_.size() > 1) {
    canvas_.Outline(tile.rect, kEdge, kGround);
  }
}

void StagePainter::PaintAvatar(const Tile& tile) {
  const ShownPerson& person = people_[tile.person];
  const int diameter = Even(tile.rect.height * 2 / 5);
  const int x = tile.rect.x + Even((tile.rect.width - diameter) / 2);
  const int y = tile.rect.y + Even((tile.rect.height - diameter) / 2);
  auto disc = discs_.find(diameter);
  if (disc == discs_.end()) disc = discs_.emplace(diameter, Disc(diameter)).first;
  canvas_.Blend(disc->second, x, y,
                Colour::OfHsl(HueOf(person.id), kAvatarSaturation, kAvatarLightness));
  const Stencil& letters = Letters(Initials(person.name), diameter / 2, diameter);
  canvas_.Blend(letters, x + (diameter - letters.width) / 2, y + (diameter - letters.height) / 2,
                kWhite);
}

void StagePainter::PaintName(const Tile& tile) {
  const int height = Even(std::clamp(tile.rect.height / 14, 14, 28));
  const int margin = Even(height / 3);
  const Stencil& letters = Letters(people_[tile.person].name, height, tile.rect.width - 6 * margin);
  if (letters.width == 0) return;
  const Rect shade{tile.rect.x + margin, tile.rect.y + tile.rect.height - height - 3 * margin,
                   Even(letters.width + 2 * margin + 1), height + 2 * margin};
  canvas_.Shade(shade, {}, kNameShade);
  canvas_.Blend(letters, shade.x + margin, shade.y + margin, kWhite);
}

const Stencil& StagePainter::Letters(const std::string& text, int height, int most_width) {
  std::string key = std::to_string(height) + ' ' + std::to_string(most_width) + ' ' + text;
  const auto known = letters_.find(key);
  if (known != letters_.end()) return known->second;
  if (letters_.size() >= kMostLetters) letters_.clear();
  return letters_.emplace(std::move(key), lettering_.Draw(text, height, most_width)).first->second;
}

}  // namespace parley
