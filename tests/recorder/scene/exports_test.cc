#include "recorder/scene/exports.h"

#include <gtest/gtest.h>

namespace parley::testing {
namespace {

constexpr int64_t kSecond = 1'000'000;

Manifest Meeting() {
  Manifest manifest;
  manifest.duration_us = 4000 * kSecond;
  manifest.participants = {{"p1", "Ada <b>&\nLovelace", "host", {}}, {"p2", "", "panelist", {}}};
  return manifest;
}

TEST(ExportsTest, SpeakersBecomeSubtitlesWithNames) {
  Manifest manifest = Meeting();
  manifest.speakers = {{{kSecond / 4, 2 * kSecond}, "p1"},
                       {{2 * kSecond, 2 * kSecond + 1000}, "p2"},
                       {{3661 * kSecond, 3662 * kSecond}, "p2"},
                       {{3670 * kSecond, 3672 * kSecond}, "nobody"}};
  EXPECT_EQ(SpeakersAsWebVtt(manifest, KeptTime(manifest)),
            "WEBVTT\n"
            "\n00:00:00.250 --> 00:00:02.000\n"
            "<v Ada &lt;b&gt;&amp; Lovelace>Ada &lt;b&gt;&amp; Lovelace\n"
            "\n01:01:01.000 --> 01:01:02.000\n<v ?>?\n");
}

TEST(ExportsTest, ChatBecomesLinesAndKeepsThem) {
  Manifest manifest = Meeting();
  manifest.chat = {{kSecond * 65, "p1", "Ada", "hello"},
                   {kSecond * 3700, "p2", "", "two\n\nlines \x01\n"}};
  EXPECT_EQ(ChatAsText(manifest, KeptTime(manifest)),
            "[0:01:05] Ada: hello\n[1:01:40] ?: two\n    lines\n");
}

TEST(ExportsTest, TimesAreThoseOfWhatIsComposed) {
  Manifest manifest = Meeting();
  manifest.marks = {{{10 * kSecond, 40 * kSecond}, "pause"}};
  manifest.chat = {{kSecond * 65, "p1", "Ada", "hello"}};
  EXPECT_EQ(ChatAsText(manifest, KeptTime(manifest)), "[0:00:35] Ada: hello\n");
}

TEST(KeptTimeTest, PausesAreLeftOutAndFoundAgain) {
  Manifest manifest;
  manifest.duration_us = 100;
  manifest.marks = {
      {{90, 200}, "pause"}, {{20, 40}, "pause"}, {{30, 50}, "pause"}, {{60, 70}, "damage"}};
  const KeptTime time(manifest);
  EXPECT_EQ(time.duration_us(), 60);
  EXPECT_EQ(time.ToOutput(19), 19);
  EXPECT_EQ(time.ToOutput(45), 20);
  EXPECT_EQ(time.ToOutput(51), 21);
  EXPECT_EQ(time.ToOutput(95), 60);
  EXPECT_EQ(time.ToRecorded(19), 19);
  EXPECT_EQ(time.ToRecorded(20), 50);
  EXPECT_EQ(time.ToRecorded(59), 89);
}

TEST(KeptTimeTest, NothingButAPauseIsNothing) {
  Manifest manifest;
  manifest.duration_us = 100;
  manifest.marks = {{{0, 100}, "pause"}};
  const KeptTime time(manifest);
  EXPECT_EQ(time.duration_us(), 0);
  EXPECT_EQ(time.ToOutput(50), 0);
}

}  // namespace
}  // namespace parley::testing
