#include "signaling/api/jwt_token_verifier.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

constexpr WallTime kNow = WallTime::UnixMicros(1'763'885'000'000'000);

JwtKey Key() {
  const std::string secret(32, 's');
  return *JwtKey::FromSecret({reinterpret_cast<const uint8_t*>(secret.data()), secret.size()});
}

class JwtTokenVerifierTest : public ::testing::Test {
 protected:
  JwtTokenVerifierTest() : verifier_(Keys(), {}) {}

  static std::vector<JwtKey> Keys() {
    std::vector<JwtKey> keys;
    keys.push_back(Key());
    return keys;
  }
  std::expected<Grants, Error> Verify(std::string claims) const {
    const std::string exp = std::to_string(kNow.unix_seconds() + 60);
    return verifier_.Verify(MakeJwt(Key(), "{\"exp\":" + exp + "," + claims + "}"), kNow);
  }

  JwtTokenVerifier verifier_;
};

TEST_F(JwtTokenVerifierTest, DefaultsFollowTheRole) {
  const auto panelist = Verify(R"("room":"r")");
  ASSERT_TRUE(panelist);
  EXPECT_EQ(panelist->role, Role::kPanelist);
  EXPECT_EQ(panelist->publish, kAllSources);
  EXPECT_FALSE(panelist->create_rooms);
  EXPECT_TRUE(panelist->Covers("r"));
  EXPECT_FALSE(panelist->Covers("q"));
  const auto attendee = Verify(R"("room":"*","role":"attendee")");
  ASSERT_TRUE(attendee);
  EXPECT_EQ(attendee->publish, SourceKindSet());
  EXPECT_TRUE(attendee->Covers("q"));
}

TEST_F(JwtTokenVerifierTest, ClaimsAreRead) {
  const auto grants = Verify(
      R"("room":"r","role":"host","name":"Ada","publish":["microphone"],"create_rooms":true)");
  ASSERT_TRUE(grants);
  EXPECT_EQ(grants->role, Role::kHost);
  EXPECT_EQ(grants->name, "Ada");
  EXPECT_EQ(grants->publish.count(), 1u);
  EXPECT_TRUE(grants->publish.test(IndexOf(SourceKind::kMicrophone)));
  EXPECT_TRUE(grants->create_rooms);
  EXPECT_EQ(grants->expires_at.unix_seconds(), kNow.unix_seconds() + 60);
}

TEST_F(JwtTokenVerifierTest, WrongClaimsAreRefused) {
  for (std::string_view claims :
       {R"("role":"host")", R"("room":7)", R"("room":"r","role":"king")",
        R"("room":"r","publish":["microphone","keyboard"])", R"("room":"r","publish":"camera")",
        R"("room":"r","create_rooms":1)", R"("room":"r","name":["Ada"])",
        R"("room":"r","recordings":"all")"}) {
    const auto grants = Verify(std::string(claims));
    ASSERT_FALSE(grants) << claims;
    EXPECT_EQ(grants.error().code, ErrorCode::kTokenInvalid) << claims;
  }
  EXPECT_FALSE(Verify("\"room\":\"r\",\"name\":\"" + std::string(257, 'a') + "\""));
}

TEST_F(JwtTokenVerifierTest, RecordingsAreTheHostsUnlessTheTokenSaysSo) {
  EXPECT_TRUE(Verify(R"("room":"r","role":"host")")->ManagesRecordings());
  EXPECT_FALSE(Verify(R"("room":"r","role":"cohost")")->ManagesRecordings());
  EXPECT_TRUE(Verify(R"("room":"r","role":"attendee","recordings":true)")->ManagesRecordings());
  EXPECT_FALSE(Verify(R"("room":"r","role":"host","recordings":false)")->ManagesRecordings());
  EXPECT_FALSE(Verify(R"("recording":"x","role":"host","recordings":true)")->ManagesRecordings());
  Grants grants;
  grants.room = "r";
  grants.recordings = true;
  grants.expires_at = kNow + Duration::Seconds(60);
  EXPECT_TRUE(verifier_.Verify(verifier_.Make(grants, kNow), kNow)->ManagesRecordings());
}

TEST_F(JwtTokenVerifierTest, ARoomNameWithANulIsNotItsPrefix) {
  const auto grants = Verify(R"("room":"r\u0000")");
  ASSERT_TRUE(grants);
  EXPECT_FALSE(grants->Covers("r"));
}

TEST_F(JwtTokenVerifierTest, WhatWasMadeComesBack) {
  for (Role role : {Role::kHost, Role::kPanelist, Role::kAttendee}) {
    Grants grants;
    grants.room = "swift-otter-42";
    grants.role = role;
    grants.name = "A \"quoted\" \xE4\xB8\xAD";
    grants.publish.set(IndexOf(SourceKind::kCamera));
    grants.create_rooms = role == Role::kHost;
    grants.expires_at = kNow + Duration::Seconds(60);
    const auto back = verifier_.Verify(verifier_.Make(grants, kNow), kNow);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->room, grants.room);
    EXPECT_EQ(back->role, role);
    EXPECT_EQ(back->name, grants.name);
    EXPECT_EQ(back->publish, grants.publish);
    EXPECT_EQ(back->create_rooms, grants.create_rooms);
    EXPECT_EQ(back->expires_at, grants.expires_at);
  }
}

TEST_F(JwtTokenVerifierTest, AnExpiredTokenSaysSo) {
  Grants grants;
  grants.room = "r";
  grants.expires_at = kNow;
  const std::string token = verifier_.Make(grants, kNow);
  const auto later = verifier_.Verify(token, kNow + Duration::Seconds(60));
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, ErrorCode::kTokenExpired);
}

}  // namespace
}  // namespace parley
