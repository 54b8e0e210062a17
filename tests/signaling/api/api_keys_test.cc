#include "signaling/api/api_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using enum HttpMethod;

ApiKeyRow Row(const std::string& key, const std::string& scopes) {
  return {.name = scopes, .hash = HashApiKey(key), .scopes = scopes, .created_at = {}};
}

TEST(ApiKeysTest, AKeyIsLongRandomAndToldFromATokenByItsBeginning) {
  SeededRandom random(1);
  const std::string key = MakeApiKey(random);
  EXPECT_TRUE(IsApiKey(key));
  EXPECT_GE(key.size(), 40u);
  EXPECT_NE(MakeApiKey(random), key);
  EXPECT_FALSE(IsApiKey("eyJhbGciOiJIUzI1NiJ9.e30.x"));
}

TEST(ApiKeysTest, ScopesThatAreNotKnownHereAreLeftOut) {
  const ApiKeys keys({Row("pk_a", "reports future rooms")}, nullptr);
  const auto scopes = keys.Check("pk_a");
  ASSERT_TRUE(scopes);
  EXPECT_EQ(scopes->count(), 2u);
  EXPECT_TRUE(scopes->test(static_cast<size_t>(Scope::kRooms)));
  EXPECT_TRUE(scopes->test(static_cast<size_t>(Scope::kReports)));
}

TEST(ApiKeysTest, AreReadAgainEveryFewSecondsAndOnceAtATime) {
  std::vector<ApiKeys::Reader> reading;
  ApiKeys keys({Row("pk_a", "rooms")},
               [&](ApiKeys::Reader done) { reading.push_back(std::move(done)); });
  Now now{Timestamp::Seconds(1000), {}};
  keys.HandleTimeout(now);
  keys.HandleTimeout(now);
  now.steady = now.steady + ApiKeys::kReload;
  keys.HandleTimeout(now);
  ASSERT_EQ(reading.size(), 1u);
  reading[0]({Row("pk_b", "rooms")});
  EXPECT_FALSE(keys.Check("pk_a")) << "it was removed";
  EXPECT_TRUE(keys.Check("pk_b"));
  now.steady = now.steady + ApiKeys::kReload;
  keys.HandleTimeout(now);
  EXPECT_EQ(reading.size(), 2u);
}

TEST(ApiKeysTest, WhatIsReadMayComeAfterTheEnd) {
  ApiKeys::Reader late;
  {
    ApiKeys keys({}, [&](ApiKeys::Reader done) { late = std::move(done); });
    keys.HandleTimeout({Timestamp::Seconds(1000), {}});
  }
  late({Row("pk_a", "rooms")});
}

// Every resource that takes a token, with the scope that opens it; none: keys do not.
struct Resource {
  HttpMethod method;
  const char* path;
  const char* scope;
};
constexpr Resource kResources[] = {
    {kGet, "/api/v1/rooms", "rooms"},
    {kPost, "/api/v1/rooms", "rooms"},
    {kDelete, "/api/v1/rooms/none", "rooms"},
    {kGet, "/api/v1/rooms/none/meeting", "meetings"},
    {kPost, "/api/v1/rooms/none/acts", "meetings"},
    {kGet, "/api/v1/rooms/none/stats", "stats"},
    {kGet, "/api/v1/rooms/none/report", "reports"},
    {kGet, "/api/v1/rooms/none/report/chat.csv", "reports"},
    {kGet, "/api/v1/recordings", "recordings"},
    {kGet, "/api/v1/recordings/rabcdefghijklmnop", "recordings"},
    {kPatch, "/api/v1/recordings/rabcdefghijklmnop", "recordings"},
    {kDelete, "/api/v1/recordings/rabcdefghijklmnop", "recordings"},
    {kPost, "/api/v1/recordings/rabcdefghijklmnop/tickets", "recordings"},
    {kGet, "/api/v1/recordings/rabcdefghijklmnop/files/chat.txt", "recordings"},
    {kGet, "/api/v1/recordings/rabcdefghijklmnop/compositions", "recordings"},
    {kPost, "/api/v1/recordings/rabcdefghijklmnop/compositions", "recordings"},
    {kDelete, "/api/v1/recordings/rabcdefghijklmnop/compositions/720p.mp4", "recordings"},
    {kGet, "/api/v1/webhooks/dead", "webhooks"},
    {kGet, "/metrics", "metrics"},
};

class ApiKeyScopesTest : public ::testing::Test, protected ApiWorld {
 protected:
  ApiKeyScopesTest() {
    // From elsewhere: /metrics asks who is there.
    host = "meet.example.org";
    std::vector<ApiKeyRow> rows;
    for (const std::string_view scope : kScopeNames) {
      rows.push_back(Row("pk_" + std::string(scope), std::string(scope)));
    }
    keys.emplace(std::move(rows), [](const ApiKeys::Reader&) {});
    context.keys = &*keys;
  }
  std::optional<ApiKeys> keys;
};

TEST_F(ApiKeyScopesTest, EachPairOfResourceAndScopeIsAsTheTableSays) {
  for (const Resource& resource : kResources) {
    for (const std::string_view scope : kScopeNames) {
      const auto response = Call(resource.method, resource.path, "", "pk_" + std::string(scope));
      SCOPED_TRACE(std::string(resource.path) + " with " + std::string(scope));
      if (scope == resource.scope) {
        EXPECT_NE(response.status, 401);
        EXPECT_NE(response.status, 403);
      } else {
        EXPECT_EQ(response.status, 403);
        EXPECT_THAT(response.body,
                    HasSubstr("This API key has not the scope " + std::string(resource.scope)));
      }
    }
    EXPECT_EQ(Call(resource.method, resource.path, "", "pk_unknown").status, 401);
  }
}

TEST_F(ApiKeyScopesTest, AKeyIsNoTokenOfTheMeetingNorOfACapture) {
  MakeRoom("weekly");
  EXPECT_EQ(CodeOf(Call(kPost, "/api/v1/rooms/weekly/check", R"({"token":"pk_rooms"})")),
            "token_invalid");
  EXPECT_EQ(Call(kPost, "/whip/weekly", "v=0", "pk_rooms", "application/sdp").status, 401);
  EXPECT_EQ(Call(kGet, "/api/v1/recordings?ticket=pk_recordings").status, 401)
      << "nor does it stand in an address";
}

}  // namespace
}  // namespace parley::test
