#include "sfu/wire/fmtp.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Fmtp, FindsParametersWithoutCaseAndSpaces) {
  Fmtp fmtp("a=1; Level-Asymmetry-Allowed=1 ;b;c=;d=x=y");
  EXPECT_EQ(fmtp.Find("level-asymmetry-allowed"), "1");
  EXPECT_EQ(fmtp.Find("b"), "");
  EXPECT_EQ(fmtp.Find("c"), "");
  EXPECT_EQ(fmtp.Find("d"), "x=y");
  EXPECT_FALSE(fmtp.Find("e"));
  EXPECT_EQ(fmtp.FindNumber("a"), 1u);
  EXPECT_FALSE(fmtp.FindNumber("d"));
  EXPECT_FALSE(Fmtp("").Find("a"));
}

TEST(Fmtp, ReadsH264) {
  auto h264 =
      H264Fmtp::Parse("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42E01f");
  ASSERT_TRUE(h264);
  EXPECT_EQ(h264->profile_level_id, 0x42e01fu);
  EXPECT_EQ(h264->packetization_mode, 1);
  EXPECT_TRUE(h264->level_asymmetry_allowed);
}

TEST(Fmtp, H264DefaultsToBaselineAtLevel1) {
  auto h264 = H264Fmtp::Parse("");
  ASSERT_TRUE(h264);
  EXPECT_EQ(h264->profile_level_id, 0x42000au);
  EXPECT_EQ(h264->packetization_mode, 0);
  EXPECT_FALSE(h264->level_asymmetry_allowed);
}

TEST(Fmtp, RefusesWrongH264) {
  EXPECT_FALSE(H264Fmtp::Parse("profile-level-id=42e01"));
  EXPECT_FALSE(H264Fmtp::Parse("profile-level-id=42e01g"));
  EXPECT_FALSE(H264Fmtp::Parse("profile-level-id=42e01f0"));
  EXPECT_FALSE(H264Fmtp::Parse("packetization-mode=3"));
  EXPECT_FALSE(H264Fmtp::Parse("packetization-mode="));
}

// RFC 6184 table 5 and what browsers write.
TEST(Fmtp, TellsH264ProfilesApart) {
  EXPECT_EQ(H264ProfileOf(0x42e01f), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(H264ProfileOf(0x42c016), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(H264ProfileOf(0x4d801f), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(H264ProfileOf(0x58c01f), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(H264ProfileOf(0x42001f), H264Profile::kBaseline);
  EXPECT_EQ(H264ProfileOf(0x58801f), H264Profile::kBaseline);
  EXPECT_EQ(H264ProfileOf(0x4d001f), H264Profile::kMain);
  EXPECT_EQ(H264ProfileOf(0x640c1f), H264Profile::kConstrainedHigh);
  EXPECT_EQ(H264ProfileOf(0x64001f), H264Profile::kHigh);
  EXPECT_EQ(H264ProfileOf(0xf4001f), H264Profile::kPredictiveHigh444);
  EXPECT_FALSE(H264ProfileOf(0x58001f));
  EXPECT_FALSE(H264ProfileOf(0));
}

TEST(Fmtp, ReadsProfilesOfVp9AndAv1) {
  EXPECT_EQ(Vp9ProfileId(""), 0);
  EXPECT_EQ(Vp9ProfileId("profile-id=2"), 2);
  EXPECT_FALSE(Vp9ProfileId("profile-id=4"));
  EXPECT_FALSE(Vp9ProfileId("profile-id=x"));
  EXPECT_EQ(Av1Profile("level-idx=5;profile=1;tier=0"), 1);
  EXPECT_EQ(Av1Profile("level-idx=5"), 0);
  EXPECT_FALSE(Av1Profile("profile=3"));
}

TEST(Fmtp, ReadsOpus) {
  OpusFmtp opus = OpusFmtp::Parse(
      "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1;usedtx=1;maxaveragebitrate=96000;"
      "maxplaybackrate=16000");
  EXPECT_TRUE(opus.stereo && opus.sprop_stereo && opus.use_inband_fec && opus.use_dtx);
  EXPECT_EQ(opus.min_ptime, 10u);
  EXPECT_EQ(opus.max_average_bitrate, 96000u);
  EXPECT_EQ(opus.max_playback_rate, 16000u);
  OpusFmtp plain = OpusFmtp::Parse("sprop-stereo=0");
  EXPECT_FALSE(plain.stereo || plain.sprop_stereo || plain.use_inband_fec || plain.use_dtx);
  EXPECT_EQ(plain.max_playback_rate, 48000u);
}

TEST(Fmtp, ReadsRedAndRtx) {
  EXPECT_EQ(RedBlockPayloadType("111/111"), 111);
  EXPECT_EQ(RedBlockPayloadType("111"), 111);
  EXPECT_FALSE(RedBlockPayloadType("111/112"));
  EXPECT_FALSE(RedBlockPayloadType(""));
  EXPECT_FALSE(RedBlockPayloadType("128/128"));
  EXPECT_EQ(RtxApt("apt=96;rtx-time=3000"), 96);
  EXPECT_FALSE(RtxApt("apt=200"));
  EXPECT_FALSE(RtxApt("rtx-time=3000"));
}

}  // namespace
}  // namespace parley
