// What is painted, looked at pixel by pixel.

#include <gtest/gtest.h>

#include "recorder/compose/picture_source.h"
#include "recorder/compose/stage_painter.h"
#include "tests/recorder/compose/test_recording.h"

namespace parley::testing {
namespace {

constexpr CanvasSize kCanvas{640, 360};
constexpr Rect kWhole{0, 0, 640, 360};

int LumaAt(const Canvas& canvas, int x, int y) {
  return canvas.frame().data[0][y * canvas.frame().linesize[0] + x];
}

AvFrame Grey(int width, int height, uint8_t luma) {
  Canvas canvas({width, height});
  canvas.Fill({0, 0, width, height}, {.y = luma});
  return AvFrame(av_frame_clone(&canvas.frame()));
}

TEST(ColourTest, IsBt601) {
  EXPECT_EQ(Colour::OfRgb(255, 255, 255).y, 235);
  EXPECT_EQ(Colour::OfRgb(0, 0, 0).y, 16);
  EXPECT_NEAR(Colour::OfRgb(255, 0, 0).v, 240, 1);
  EXPECT_NEAR(Colour::OfHsl(0, 1, 0.5).v, 240, 1);
  EXPECT_NEAR(Colour::OfHsl(240, 1, 0.5).u, 240, 1);
  EXPECT_NEAR(Colour::OfHsl(123, 0, 0.5).u, 128, 1);
}

TEST(CanvasTest, WhatReachesOverTheEdgeIsClipped) {
  Canvas canvas({16, 16});
  canvas.Begin();
  canvas.Fill({-4, -4, 100, 100}, {.y = 50});
  canvas.Shade({10, 10, 100, 100}, {.y = 200}, 255);
  canvas.Blend(Disc(12), -6, -6, {.y = 120});
  canvas.Blend(Disc(12), 12, 12, {.y = 120});
  EXPECT_EQ(LumaAt(canvas, 8, 8), 50);
  EXPECT_EQ(LumaAt(canvas, 11, 10), 200);
  EXPECT_EQ(LumaAt(canvas, 0, 0), 120);
}

TEST(StagePainterTest, DrawsOnlyWhenSomethingChanged) {
  Canvas canvas(kCanvas);
  const std::vector<ShownPerson> people = {{"p1", ""}};
  StagePainter painter(canvas, people);
  painter.SetScene({Tile{kWhole, 0, 0}});
  EXPECT_TRUE(painter.Paint());
  EXPECT_FALSE(painter.Paint());
  painter.SetScene({Tile{kWhole, 0, 0}});
  EXPECT_FALSE(painter.Paint()) << "the same scene";
  const AvFrame picture = Grey(320, 180, 180);
  painter.SetPicture(0, picture.get());
  EXPECT_TRUE(painter.Paint());
  EXPECT_NEAR(LumaAt(canvas, 320, 180), 180, 1);
  painter.SetScene({Tile{kWhole, 0, 0, false, true}});
  painter.SetPicture(0, picture.get());
  EXPECT_TRUE(painter.Paint()) << "now speaking";
  EXPECT_NE(LumaAt(canvas, 1, 180), LumaAt(canvas, 320, 180));
}

TEST(StagePainterTest, NamesAndInitialsAreWritten) {
  Lettering lettering;
  if (!lettering.has_font()) GTEST_SKIP() << "no font is installed";
  Canvas canvas(kCanvas);
  const std::vector<ShownPerson> people = {{"p1", "Ada Lovelace"}};
  StagePainter painter(canvas, people);
  painter.SetScene({Tile{kWhole, 0, std::nullopt}});
  painter.Paint();
  const auto bright = [&](const Rect& rect) {
    int count = 0;
    for (int y = rect.y; y < rect.y + rect.height; ++y) {
      for (int x = rect.x; x < rect.x + rect.width; ++x) count += LumaAt(canvas, x, y) > 200;
    }
    return count;
  };
  EXPECT_GT(bright({250, 110, 140, 140}), 300) << "initials in the middle";
  EXPECT_GT(bright({0, 310, 200, 50}), 100) << "the name below";
  EXPECT_EQ(bright({0, 0, 640, 100}), 0);
  // Painting a picture again does not make what stands on it darker.
  const AvFrame upright = Grey(180, 320, 180);
  painter.SetPicture(0, upright.get());
  painter.Paint();
  const int shade = LumaAt(canvas, 13, 350);
  for (int i = 0; i < 5; ++i) {
    painter.SetPicture(0, upright.get());
    painter.Paint();
  }
  EXPECT_EQ(LumaAt(canvas, 13, 350), shade);
}

TEST(LetteringTest, WhatIsTooWideEndsInAnEllipsisAndAnythingCanBeDrawn) {
  Lettering lettering;
  if (!lettering.has_font()) GTEST_SKIP() << "no font is installed";
  const Stencil whole = lettering.Draw("Ada Lovelace", 20, 1000);
  const Stencil cut = lettering.Draw("Ada Lovelace", 20, whole.width / 2);
  EXPECT_GT(cut.width, whole.width / 4);
  EXPECT_LE(cut.width, whole.width / 2);
  EXPECT_EQ(whole.alpha.size(), static_cast<size_t>(whole.width * 20));
  EXPECT_EQ(lettering.Draw("Ada", 20, 0).width, 0);
  EXPECT_LE(lettering.Draw(std::string(5000, 'w') + "\xFF\xF0", 20, 300).width, 300);
  EXPECT_EQ(lettering.Draw("", 20, 100).width, 0);
}

// The columns from `from` on, `width` of them.
std::vector<uint8_t> Columns(const Stencil& stencil, int from, int width) {
  std::vector<uint8_t> columns;
  for (int y = 0; y < stencil.height; ++y) {
    const auto row = stencil.alpha.begin() + y * stencil.width + from;
    columns.insert(columns.end(), row, row + width);
  }
  return columns;
}

TEST(LetteringTest, LettersStandInTheOrderAndTheFormsInWhichTheyAreRead) {
  Lettering lettering;
  if (!lettering.has_font()) GTEST_SKIP() << "no font is installed";
  const auto width = [&](const char* text) { return lettering.Draw(text, 40, 1000).width; };
  // Hebrew from the right, also behind a name in Latin.
  const Stencil alef = lettering.Draw("\u05D0", 40, 1000);
  const Stencil both = lettering.Draw("\u05D0\u05D1", 40, 1000);
  ASSERT_GT(alef.width, 0);
  EXPECT_EQ(both.width, alef.width + width("\u05D1"));
  EXPECT_EQ(Columns(both, both.width - alef.width, alef.width), alef.alpha);
  const Stencil mixed = lettering.Draw("A\u05D0\u05D1", 40, 1000);
  EXPECT_EQ(Columns(mixed, width("A"), both.width), both.alpha);
  // Arabic joins, lam and alef become one.
  EXPECT_LT(width("\u0633\u0644\u0645"), width("\u0633") + width("\u0644") + width("\u0645"));
  EXPECT_LT(width("\u0644\u0627"), width("\u0644") + width("\u0627"));
  // A mark stands above its letter.
  EXPECT_EQ(width("e\u0301"), width("e"));
}

TEST(LetteringTest, ScriptsOfOtherFontsAreShaped) {
  Lettering lettering;
  if (!lettering.Has(0x0915) || !lettering.Has(0x0E01)) GTEST_SKIP() << "no such font is installed";
  const auto width = [&](const char* text) { return lettering.Draw(text, 40, 1000).width; };
  // Devanagari: two consonants without a vowel become one.
  EXPECT_LT(width("\u0915\u094D\u0937"), width("\u0915") + width("\u0937"));
  // Thai: two marks above one letter.
  EXPECT_EQ(width("\u0E17\u0E35\u0E48"), width("\u0E17"));
}

TEST(LetteringTest, WhatReadsFromTheRightIsCutAtTheLeft) {
  Lettering lettering;
  if (!lettering.has_font()) GTEST_SKIP() << "no font is installed";
  const std::string name = "\u05D0\u05D1\u05D2\u05D3\u05D4\u05D5\u05D6\u05D7";
  const Stencil whole = lettering.Draw(name, 40, 1000);
  const Stencil cut = lettering.Draw(name, 40, whole.width / 2);
  const int kept = cut.width - lettering.Draw("\u2026", 40, 1000).width;
  ASSERT_GT(kept, 0);
  EXPECT_EQ(Columns(cut, cut.width - kept, kept), Columns(whole, whole.width - kept, kept));
}

TEST(PictureSourceTest, DecodesOnlyWhatThePictureNeeds) {
  TestRecording recording("pictures");
  const auto file = recording.directory() /
                    recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(8));
  auto source = PictureSource::Open(file);
  ASSERT_TRUE(source) << source.error();
  EXPECT_TRUE(source->Advance(0));
  EXPECT_EQ(source->frames_decoded(), 1u);
  EXPECT_FALSE(source->Advance(10'000));
  EXPECT_TRUE(source->Advance(7'100'000)) << "was hidden for seven seconds";
  EXPECT_LE(source->frames_decoded(), 5u) << "only from the last key frame on";
  EXPECT_TRUE(source->Advance(100'000'000));
  EXPECT_FALSE(source->Advance(200'000'000));
  EXPECT_EQ(source->frames_damaged(), 0u);
  EXPECT_FALSE(PictureSource::Open(recording.Output("nothing.webm")));
}

}  // namespace
}  // namespace parley::testing
