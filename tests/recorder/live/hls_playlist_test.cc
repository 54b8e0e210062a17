#include "recorder/live/hls_playlist.h"

#include <gtest/gtest.h>

namespace parley::testing {
namespace {

HlsSegment Segment(uint64_t number, uint32_t run = 0) {
  return {.number = number,
          .seconds = 2,
          .run = run,
          .starts_at_us = 1'700'000'000'250'000 + static_cast<int64_t>(number) * 2'000'000};
}

TEST(HlsPlaylistTest, ListsTheNewestSegmentsBehindTheirHead) {
  HlsPlaylist list;
  EXPECT_EQ(list.next_number(), 0u);
  EXPECT_EQ(list.next_run(), 0u);
  for (uint64_t i = 0; i < 8; ++i) list.Add(Segment(i));
  EXPECT_EQ(list.next_number(), 8u);
  EXPECT_EQ(list.next_run(), 1u);
  const std::string text = list.ToText(false);
  EXPECT_TRUE(
      text.starts_with("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:3\n"
                       "#EXT-X-MEDIA-SEQUENCE:2\n"))
      << text;
  EXPECT_NE(text.find("#EXT-X-MAP:URI=\"0-init.mp4\"\n#EXT-X-PROGRAM-DATE-TIME:"
                      "2023-11-14T22:13:24.250Z\n#EXTINF:2.000,\n2.m4s\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("DISCONTINUITY\n"), std::string::npos);
  EXPECT_FALSE(text.ends_with("#EXT-X-ENDLIST\n"));
  EXPECT_TRUE(list.ToText(true).ends_with("7.m4s\n#EXT-X-ENDLIST\n"));
}

TEST(HlsPlaylistTest, AnotherRunIsADiscontinuityAndCountedOnceItIsGone) {
  HlsPlaylist list;
  list.Add(Segment(0, 0));
  list.Add(Segment(1, 1));
  const std::string text = list.ToText(false);
  EXPECT_NE(text.find("0.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"1-init.mp4\"\n"),
            std::string::npos)
      << text;
  for (uint64_t i = 2; i < 8; ++i) list.Add(Segment(i, 1));
  EXPECT_NE(list.ToText(false).find("#EXT-X-DISCONTINUITY-SEQUENCE:1\n"), std::string::npos);
}

TEST(HlsPlaylistTest, IsReadAsItWasWritten) {
  HlsPlaylist list;
  for (uint64_t i = 0; i < 9; ++i) list.Add(Segment(i, static_cast<uint32_t>(i / 4)));
  const std::string text = list.ToText(false);
  const HlsPlaylist again = HlsPlaylist::Parse(text);
  EXPECT_EQ(again.ToText(false), text);
  EXPECT_EQ(again.next_number(), 9u);
  EXPECT_EQ(again.next_run(), 3u);
}

TEST(HlsPlaylistTest, WhatIsNoPlaylistIsAnEmptyOne) {
  for (const char* text : {"", "\n\n", "#EXTINF:", "hello", "#EXT-X-MEDIA-SEQUENCE:x\n../a.m4s"}) {
    EXPECT_TRUE(HlsPlaylist::Parse(text).segments().empty()) << text;
  }
}

TEST(HlsPlaylistTest, KnowsItsFilesByTheirNames) {
  for (const char* name : {"live.m3u8", "0.m4s", "12345678901.m4s", "3-init.mp4"}) {
    EXPECT_TRUE(IsHlsFile(name)) << name;
  }
  for (const char* name : {"", ".m4s", "1.m4s.part", "../1.m4s", "a.m4s", "-init.mp4", "1.mp4",
                           "123456789012.m4s", "live.m3u8.part"}) {
    EXPECT_FALSE(IsHlsFile(name)) << name;
  }
}

}  // namespace
}  // namespace parley::testing
