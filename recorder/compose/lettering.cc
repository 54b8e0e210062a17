#include "recorder/compose/lettering.h"

#include <ft2build.h>
#include <raqm.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <memory>
#include <ranges>
#include <string>
#include <system_error>

#include "recorder/scene/text.h"

namespace parley {
namespace {

struct Font {
  const char* file;
  FT_Long index;
};
// What comes first. The third of Noto's is Simplified Chinese.
constexpr auto kFonts = std::to_array<Font>({
    {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 0},
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2},
    {"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0},
});
// One a script.
constexpr char kNotoFonts[] = "/usr/share/fonts/truetype/noto";
constexpr std::string_view kNotoPrefix = "NotoSans";
constexpr std::string_view kNotoSuffix = "-Regular.ttf";

constexpr char32_t kEllipsis = 0x2026;
// They join letters or keep them apart, and are not seen themselves.
constexpr char32_t kNonJoiner = 0x200C;
constexpr char32_t kJoiner = 0x200D;
// A font's size by what its lines are high.
constexpr double kSizeOfHeight = 0.8;
constexpr double kBaseline = 0.78;
constexpr size_t kMostLetters = 200;
constexpr int kFixedPoint = 64;  // of FreeType's and Raqm's lengths

struct FreeRaqm {
  void operator()(raqm_t* raqm) const { raqm_destroy(raqm); }
};

std::vector<std::string> NotoFonts() {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(kNotoFonts, error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(kNotoPrefix) && name.ends_with(kNotoSuffix)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

Lettering::Lettering() {
  if (FT_Init_FreeType(&library_) != 0) {
    library_ = nullptr;
    return;
  }
  const auto open = [this](const char* file, FT_Long index) {
    FT_Face face = nullptr;
    if (FT_New_Face(library_, file, index, &face) == 0) faces_.push_back(face);
  };
  for (const Font& font : kFonts) open(font.file, font.index);
  for (const std::string& file : NotoFonts()) open(file.c_str(), 0);
}

Lettering::~Lettering() {
  for (FT_Face face : faces_) FT_Done_Face(face);
  if (library_ != nullptr) FT_Done_FreeType(library_);
}

FT_Face Lettering::FaceOf(char32_t c, FT_Face before) const {
  const auto has = [c](FT_Face face) { return FT_Get_Char_Index(face, c) != 0; };
  if (before != nullptr && (c == kJoiner || c == kNonJoiner || has(before))) return before;
  const auto face = std::ranges::find_if(faces_, has);
  return face == faces_.end() ? nullptr : *face;
}

std::vector<Lettering::Letter> Lettering::LettersOf(std::string_view utf8) const {
  std::vector<Letter> letters;
  FT_Face face = nullptr;
  for (const char32_t c : CodePoints(utf8)) {
    FT_Face found = FaceOf(c, face);
    if (found == nullptr) continue;
    face = found;
    letters.push_back({c, face});
    // The next is only there to show that it is too long.
    if (letters.size() > kMostLetters) break;
  }
  return letters;
}

Lettering::Line Lettering::LayOut(std::span<const Letter> letters) {
  if (letters.empty()) return {};
  const std::unique_ptr<raqm_t, FreeRaqm> raqm(raqm_create());
  std::vector<uint32_t> text;
  for (const Letter& letter : letters) text.push_back(letter.c);
  if (!raqm || !raqm_set_text(raqm.get(), text.data(), text.size()) ||
      !raqm_set_freetype_load_flags(raqm.get(), FT_LOAD_DEFAULT)) {
    return {};
  }
  for (size_t i = 0; i < letters.size(); ++i) {
    if (!raqm_set_freetype_face_range(raqm.get(), letters[i].face, i, 1)) return {};
  }
  size_t count = 0;
  const raqm_glyph_t* glyphs =
      raqm_layout(raqm.get()) ? raqm_get_glyphs(raqm.get(), &count) : nullptr;
  Line line;
  long at = 0;
  for (const raqm_glyph_t& glyph : std::span(glyphs, count)) {
    // The font's picture of a character that it has not: one that is not to be seen.
    if (glyph.index == 0) continue;
    line.glyphs.push_back({.face = glyph.ftface,
                           .index = glyph.index,
                           .x = static_cast<int>((at + glyph.x_offset) / kFixedPoint),
                           .y = glyph.y_offset / kFixedPoint});
    at += glyph.x_advance;
  }
  line.width = static_cast<int>(at / kFixedPoint);
  return line;
}

Lettering::Line Lettering::LayOutCut(std::span<const Letter> letters, int most_width) const {
  const auto cut_to = [&](size_t count) {
    std::vector<Letter> cut(letters.begin(), letters.begin() + static_cast<ptrdiff_t>(count));
    FT_Face face = FaceOf(kEllipsis, cut.empty() ? nullptr : cut.back().face);
    if (face != nullptr) cut.push_back({kEllipsis, face});
    return LayOut(cut);
  };
  const auto has_room = [&](size_t count) { return cut_to(count).width <= most_width; };
  const auto counts = std::views::iota(size_t{0}, letters.size());
  const auto too_many = std::ranges::partition_point(counts, has_room);
  return too_many == counts.begin() ? Line() : cut_to(*std::ranges::prev(too_many));
}

Stencil Lettering::Draw(std::string_view utf8, int height, int most_width) {
  const std::vector<Letter> letters = LettersOf(utf8);
  for (FT_Face face : faces_) {
    FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(std::max(height * kSizeOfHeight, 1.0)));
  }
  Line line;
  if (letters.size() <= kMostLetters) line = LayOut(letters);
  if (letters.size() > kMostLetters || line.width > most_width) {
    line = LayOutCut(letters, most_width);
  }
  Stencil stencil{line.width, height, {}};
  stencil.alpha.resize(static_cast<size_t>(line.width) * static_cast<size_t>(height));
  for (const Glyph& glyph : line.glyphs) {
    Render(glyph, static_cast<int>(height * kBaseline), stencil);
  }
  return stencil;
}

void Lettering::Render(const Glyph& glyph, int baseline, Stencil& stencil) {
  if (FT_Load_Glyph(glyph.face, glyph.index, FT_LOAD_RENDER) != 0) return;
  const FT_GlyphSlot slot = glyph.face->glyph;
  if (slot->bitmap.pixel_mode != FT_PIXEL_MODE_GRAY) return;
  for (int row = 0; row < static_cast<int>(slot->bitmap.rows); ++row) {
    const int y = baseline - glyph.y - slot->bitmap_top + row;
    if (y < 0 || y >= stencil.height) continue;
    const uint8_t* from = slot->bitmap.buffer + row * slot->bitmap.pitch;
    for (int column = 0; column < static_cast<int>(slot->bitmap.width); ++column) {
      const int x = glyph.x + slot->bitmap_left + column;
      if (x < 0 || x >= stencil.width) continue;
      uint8_t& alpha = stencil.alpha[static_cast<size_t>(y) * static_cast<size_t>(stencil.width) +
                                     static_cast<size_t>(x)];
      alpha = std::max(alpha, from[column]);
    }
  }
}

}  // namespace parley
