#pragma once

// Names as stencils, by FreeType, from the fonts that Debian brings for Latin, Cyrillic, Greek and,
// where it is installed, Chinese. A character that no font has is left out; nothing is shaped, so
// scripts that need it are drawn letter by letter. One thread.

#include <memory>
#include <string_view>
#include <vector>

#include "recorder/compose/canvas.h"

struct FT_LibraryRec_;
struct FT_FaceRec_;

namespace parley {

class Lettering {
 public:
  // Reads the fonts. Without any, everything becomes an empty stencil.
  Lettering();
  ~Lettering();
  Lettering(const Lettering&) = delete;
  Lettering& operator=(const Lettering&) = delete;

  bool has_font() const { return !faces_.empty(); }

  // One line, `height` pixels from the top of its tallest letters to the bottom of its lowest; what
  // is wider than `most_width` ends in an ellipsis.
  Stencil Draw(std::string_view utf8, int height, int most_width);

 private:
  struct Glyph {
    FT_FaceRec_* face = nullptr;
    unsigned index = 0;
  };
  Glyph Find(char32_t c) const;
  int AdvanceOf(const Glyph& glyph) const;

  FT_LibraryRec_* library_ = nullptr;
  std::vector<FT_FaceRec_*> faces_;
};

}  // namespace parley
