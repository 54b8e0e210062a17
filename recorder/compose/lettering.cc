#include "recorder/compose/lettering.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <array>
#include <utility>

#include "recorder/scene/text.h"

namespace parley {
namespace {

struct Font {
  const char* file;
  FT_Long index;
};
// In the order in which a letter is looked for. The third of Noto's is Simplified Chinese.
constexpr auto kFonts = std::to_array<Font>({
    {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 0},
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2},
    {"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0},
});
constexpr char32_t kEllipsis = 0x2026;
// A font's size by what its lines are high.
constexpr double kSizeOfHeight = 0.8;
constexpr double kBaseline = 0.78;
constexpr size_t kMostLetters = 200;

}  // namespace

Lettering::Lettering() {
  if (FT_Init_FreeType(&library_) != 0) {
    library_ = nullptr;
    return;
  }
  for (const Font& font : kFonts) {
    FT_Face face = nullptr;
    if (FT_New_Face(library_, font.file, font.index, &face) == 0) faces_.push_back(face);
  }
}

Lettering::~Lettering() {
  for (FT_Face face : faces_) FT_Done_Face(face);
  if (library_ != nullptr) FT_Done_FreeType(library_);
}

Lettering::Glyph Lettering::Find(char32_t c) const {
  for (FT_Face face : faces_) {
    if (const FT_UInt index = FT_Get_Char_Index(face, c); index != 0) return {face, index};
  }
  return {};
}

int Lettering::AdvanceOf(const Glyph& glyph) const {
  if (FT_Load_Glyph(glyph.face, glyph.index, FT_LOAD_DEFAULT) != 0) return 0;
  return static_cast<int>(glyph.face->glyph->advance.x >> 6);
}

Stencil Lettering::Draw(std::string_view utf8, int height, int most_width) {
  for (FT_Face face : faces_) {
    FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(std::max(height * kSizeOfHeight, 1.0)));
  }
  const Glyph ellipsis = Find(kEllipsis);
  const int ellipsis_width = ellipsis.face != nullptr ? AdvanceOf(ellipsis) : 0;
  std::vector<std::pair<Glyph, int>> line;  // each with where it begins
  int width = 0;
  for (const char32_t c : CodePoints(utf8)) {
    const Glyph glyph = Find(c);
    if (glyph.face == nullptr) continue;
    line.emplace_back(glyph, width);
    width += AdvanceOf(glyph);
    if (width <= most_width && line.size() < kMostLetters) continue;
    while (!line.empty() && line.back().second + ellipsis_width > most_width) line.pop_back();
    width = line.empty() ? 0 : line.back().second;
    if (!line.empty()) line.pop_back();
    if (ellipsis.face != nullptr && width + ellipsis_width <= most_width) {
      line.emplace_back(ellipsis, width);
      width += ellipsis_width;
    }
    break;
  }
  Stencil stencil{width, height, {}};
  stencil.alpha.resize(static_cast<size_t>(width) * static_cast<size_t>(height));
  const int baseline = static_cast<int>(height * kBaseline);
  for (const auto& [glyph, at] : line) {
    if (FT_Load_Glyph(glyph.face, glyph.index, FT_LOAD_RENDER) != 0) continue;
    const FT_GlyphSlot slot = glyph.face->glyph;
    if (slot->bitmap.pixel_mode != FT_PIXEL_MODE_GRAY) continue;
    for (int row = 0; row < static_cast<int>(slot->bitmap.rows); ++row) {
      const int y = baseline - slot->bitmap_top + row;
      if (y < 0 || y >= height) continue;
      const uint8_t* from = slot->bitmap.buffer + row * slot->bitmap.pitch;
      for (int column = 0; column < static_cast<int>(slot->bitmap.width); ++column) {
        const int x = at + slot->bitmap_left + column;
        if (x < 0 || x >= width) continue;
        uint8_t& alpha = stencil.alpha[static_cast<size_t>(y) * static_cast<size_t>(width) +
                                       static_cast<size_t>(x)];
        alpha = std::max(alpha, from[column]);
      }
    }
  }
  return stencil;
}

}  // namespace parley
