#include "signaling/api/whip_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/signaling/api/api_world.h"
#include "tests/signaling/sample_offer.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using enum HttpMethod;

constexpr const char* kSdp = "application/sdp";
constexpr const char* kFragment = "application/trickle-ice-sdpfrag";

class WhipApiTest : public ::testing::Test, protected ApiWorld {
 protected:
  WhipApiTest() { MakeRoom("stage"); }
  HttpResponse Publish() {
    return Call(kPost, "/whip/stage", MakeOffer({.audio_slots = 0, .video_slots = 0}), token_,
                kSdp);
  }
  HttpResponse Patch(const HttpResponse& created, std::string body, std::string if_match) {
    return Call(kPatch, std::string(created.header("Location")), std::move(body), token_, kFragment,
                std::move(if_match));
  }
  const std::string token_ = Token(Role::kPanelist, "stage");
};

TEST_F(WhipApiTest, PublishingIsCreatedWithALocation) {
  const HttpResponse created = Publish();
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.header("Content-Type"), kSdp);
  EXPECT_THAT(std::string(created.header("Location")), StartsWith("/whip/stage/"));
  EXPECT_THAT(std::string(created.header("ETag")), ::testing::MatchesRegex("\"[^\"]+\""));
  EXPECT_EQ(created.header("Access-Control-Allow-Origin"), "*");
  EXPECT_THAT(std::string(created.header("Access-Control-Expose-Headers")), HasSubstr("Location"));
  EXPECT_THAT(created.body, StartsWith("v=0\r\n"));
  EXPECT_EQ(rooms.participant_count(), 1u);

  const std::string location(created.header("Location"));
  EXPECT_EQ(Call(kDelete, location).status, 401);
  EXPECT_EQ(Call(kDelete, location, "", token_).status, 200);
  EXPECT_EQ(rooms.participant_count(), 0u);
  EXPECT_EQ(Call(kDelete, location, "", token_).status, 404);
}

TEST_F(WhipApiTest, PlayingIsCreatedBelowWhep) {
  const HttpResponse created =
      Call(kPost, "/whep/stage", MakeOffer({.sends = {}, .audio_slots = 1, .video_slots = 1}),
           Token(Role::kAttendee, "stage"), kSdp);
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_THAT(std::string(created.header("Location")), StartsWith("/whep/stage/"));
}

TEST_F(WhipApiTest, WhatCannotBeCreatedSaysWhy) {
  const std::string offer = MakeOffer({.audio_slots = 0, .video_slots = 0});
  EXPECT_EQ(Call(kPost, "/whip/stage", offer, "", kSdp).status, 401);
  EXPECT_EQ(Call(kPost, "/whip/stage", offer, "bad", kSdp).status, 401);
  EXPECT_EQ(Call(kPost, "/whip/stage", offer, token_, "text/plain").status, 415);
  EXPECT_EQ(Call(kPost, "/whip/stage", "v=1", token_, kSdp).status, 400);
  EXPECT_EQ(Call(kPost, "/whip/gone", offer, Token(Role::kHost), kSdp).status, 404);
  EXPECT_EQ(Call(kPost, "/whip/stage", offer, Token(Role::kAttendee, "stage"), kSdp).status, 403);
  EXPECT_EQ(rooms.participant_count(), 0u);
}

TEST_F(WhipApiTest, TricklingNeedsTheEtagOfTheSession) {
  const HttpResponse created = Publish();
  const std::string etag(created.header("ETag"));
  const std::string trickle =
      "a=ice-ufrag:ufr4\r\na=ice-pwd:0123456789abcdefghijkl\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
      "a=mid:0\r\na=candidate:1 1 udp 2130706431 192.0.2.9 5000 typ "
      "host\r\na=end-of-candidates\r\n";
  EXPECT_EQ(Patch(created, trickle, "").status, 428);
  EXPECT_EQ(Patch(created, trickle, "\"other\"").status, 412);
  EXPECT_EQ(Patch(created, trickle, "W/" + etag).status, 412);
  const HttpResponse good = Patch(created, trickle, etag);
  EXPECT_EQ(good.status, 204) << good.body;
  EXPECT_TRUE(good.body.empty());
  EXPECT_EQ(
      Call(kPatch, std::string(created.header("Location")), trickle, token_, kSdp, etag).status,
      415);
}

TEST_F(WhipApiTest, RestartingGivesANewEtagAndCredentials) {
  const HttpResponse created = Publish();
  const std::string restart =
      "a=ice-ufrag:new4\r\na=ice-pwd:zyxwvutsrqponmlkjihgfe\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
      "a=mid:0\r\n";
  const HttpResponse restarted = Patch(created, restart, "*");
  ASSERT_EQ(restarted.status, 200) << restarted.body;
  EXPECT_EQ(restarted.header("Content-Type"), kFragment);
  EXPECT_THAT(restarted.body, HasSubstr("a=ice-ufrag:"));
  EXPECT_NE(restarted.header("ETag"), created.header("ETag"));
  EXPECT_EQ(media.SentOf<RestartIce>().size(), 1u);
  EXPECT_EQ(Patch(created, restart, std::string(created.header("ETag"))).status, 412);
}

TEST_F(WhipApiTest, OptionsAndOtherMethods) {
  const HttpResponse endpoint = Call(kOptions, "/whip/stage");
  EXPECT_EQ(endpoint.status, 204);
  EXPECT_EQ(endpoint.header("Accept-Post"), kSdp);
  EXPECT_THAT(std::string(endpoint.header("Access-Control-Allow-Headers")),
              HasSubstr("Authorization"));
  EXPECT_EQ(Call(kOptions, "/whip/stage/x").header("Accept-Patch"), kFragment);
  for (HttpMethod method : {kGet, kHead, kPut, kPatch, kDelete}) {
    EXPECT_EQ(Call(method, "/whip/stage", "", token_).status, 405);
  }
  for (HttpMethod method : {kGet, kHead, kPut, kPost}) {
    EXPECT_EQ(Call(method, "/whip/stage/x", "", token_).status, 405);
  }
  for (const char* path : {"/whip", "/whip/", "/whip/stage/", "/whip/stage/x/y", "/whip//x"}) {
    EXPECT_EQ(Call(kPost, path, "", token_).status, 404) << path;
  }
}

TEST_F(WhipApiTest, TooManyJoinsSayWhenToComeBack) {
  HttpResponse last;
  for (int i = 0; i < limits.joins_per_minute + 1; ++i) {
    last = Call(kPost, "/whip/stage", "v=1", token_, kSdp);
  }
  EXPECT_EQ(last.status, 429);
  EXPECT_GE(std::stoi(std::string(last.header("Retry-After"))), 1);
}

}  // namespace
}  // namespace parley::test
