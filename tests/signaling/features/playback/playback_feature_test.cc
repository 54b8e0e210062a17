#include "signaling/features/playback/playback_feature.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

constexpr const char* kReport =
    R"({"ms":10000,"heard_ms":9000,"concealed_ms":90,"video":[{"source":18,"frozen_ms":400,"freezes":1}]})";

TEST(PlaybackFeatureTest, ReportsAddUpAndTheLastIsKept) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(ada.Ask("playback", kReport));
  ASSERT_TRUE(ada.Ask("playback", R"({"ms":5000,"heard_ms":5000,"concealed_ms":0})"));
  const Participant* participant = meeting.room().participants().front();
  EXPECT_EQ(participant->playback.time, Duration::Seconds(15));
  EXPECT_EQ(participant->playback.heard, Duration::Seconds(14));
  EXPECT_EQ(participant->playback.concealed, Duration::Millis(90));
  EXPECT_EQ(participant->playback.frozen, Duration::Millis(400));
  EXPECT_EQ(participant->playback.freezes, 1);
  EXPECT_TRUE(participant->last_playback.video.empty());
  ASSERT_TRUE(bob.Ask("playback", kReport));
  EXPECT_EQ(meeting.rooms->playback().freezes, 2);
  meeting.ExpectAgreement();
}

TEST(PlaybackFeatureTest, WhatCannotBeIsRefused) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  const auto refused = [&](const std::string& data) {
    EXPECT_EQ(ada.Refusal("playback", data), "bad_request") << data;
    return std::string(ada.error()["field"].GetString());
  };
  EXPECT_EQ(refused("{}"), "ms");
  EXPECT_EQ(refused(R"({"ms":0,"heard_ms":0,"concealed_ms":0})"), "ms");
  EXPECT_EQ(refused(R"({"ms":60001,"heard_ms":0,"concealed_ms":0})"), "ms");
  EXPECT_EQ(refused(R"({"ms":10000,"heard_ms":-1,"concealed_ms":0})"), "heard_ms");
  EXPECT_EQ(refused(R"({"ms":10000,"heard_ms":240001,"concealed_ms":0})"), "heard_ms");
  EXPECT_EQ(refused(R"({"ms":10000,"heard_ms":100,"concealed_ms":101})"), "concealed_ms");
  const auto video = [](const std::string& entries) {
    return R"({"ms":10000,"heard_ms":0,"concealed_ms":0,"video":[)" + entries + "]}";
  };
  EXPECT_EQ(refused(video("7")), "video.source");
  EXPECT_EQ(refused(video(R"({"source":0,"frozen_ms":1,"freezes":1})")), "video.source");
  EXPECT_EQ(refused(video(R"({"source":1,"frozen_ms":3600001,"freezes":1})")), "video.frozen_ms");
  EXPECT_EQ(refused(video(R"({"source":1,"frozen_ms":1,"freezes":"many"})")), "video.freezes");
  std::string many;
  for (size_t i = 0; i <= PlaybackFeature::kVideos; ++i) {
    many += (i == 0 ? "" : ",") + std::string(R"({"source":1,"frozen_ms":1,"freezes":1})");
  }
  EXPECT_EQ(refused(video(many)), "video");
  EXPECT_EQ(meeting.rooms->playback().freezes, 0);
}

}  // namespace
}  // namespace parley::test
