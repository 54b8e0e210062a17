#pragma once

// Names as stencils, in whatever script they are written: Raqm puts letters into the order and the
// forms in which they are read, FreeType draws them, from the fonts that Debian brings. A character
// that no installed font has is left out. One thread.

#include <cstdint>
#include <span>
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
  bool Has(char32_t c) const { return FaceOf(c, nullptr) != nullptr; }

  // One line, `height` pixels from the top of its tallest letters to the bottom of its lowest; what
  // is wider than `most_width` ends in an ellipsis. Reads from the side its first letter does.
  Stencil Draw(std::string_view utf8, int height, int most_width);

 private:
  // A character, and the font it is drawn from.
  struct Letter {
    char32_t c;
    FT_FaceRec_* face;
  };
  // Where a form of a font goes, in pixels from the left and up from the baseline.
  struct Glyph {
    FT_FaceRec_* face;
    uint32_t index;
    int x;
    int y;
  };
  struct Line {
    std::vector<Glyph> glyphs;
    int width = 0;
  };

  // Of `before` where that has it: marks stay with their letters, and words in one font.
  FT_FaceRec_* FaceOf(char32_t c, FT_FaceRec_* before) const;
  std::vector<Letter> LettersOf(std::string_view utf8) const;
  static Line LayOut(std::span<const Letter> letters);
  // The most of `letters` that has room with an ellipsis behind it.
  Line LayOutCut(std::span<const Letter> letters, int most_width) const;
  static void Render(const Glyph& glyph, int baseline, Stencil& stencil);

  FT_LibraryRec_* library_ = nullptr;
  std::vector<FT_FaceRec_*> faces_;  // in the order in which a letter is looked for
};

}  // namespace parley
