#include "signaling/api/webhooks_api.h"

#include <gtest/gtest.h>

#include "signaling/hooks/dead_letters.h"
#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using enum HttpMethod;

class OneDead final : public DeadLetters {
 public:
  void Read(std::function<void(std::vector<DeadLetter>)> done) override {
    const auto at = WallTime::UnixMicros(1'763'885'000'000'000);
    done({{.event = {.number = 1,
                     .id = "e1",
                     .type = "room.created",
                     .room = "weekly",
                     .at = at,
                     .body = R"({"id":"e1"})"},
           .url = "https://example.org/",
           .attempts = 3,
           .dead_at = at,
           .error = "It answered with the status 503."}});
  }
};

class WebhooksApiTest : public ::testing::Test, protected ApiWorld {};

TEST_F(WebhooksApiTest, ListsWhatWasGivenUp) {
  OneDead dead;
  context.dead_letters = &dead;
  const auto response = Call(kGet, "/api/v1/webhooks/dead", "", Token(Role::kHost));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"dead":[{"event":{"id":"e1"},"url":"https://example.org/","attempts":3,)"
            R"("error":"It answered with the status 503.","dead_at":1763885000000}]})");
}

TEST_F(WebhooksApiTest, IsForHostsOfAllRooms) {
  EXPECT_EQ(Call(kGet, "/api/v1/webhooks/dead").status, 401);
  EXPECT_EQ(Call(kGet, "/api/v1/webhooks/dead", "", Token(Role::kHost, "weekly")).status, 403);
  EXPECT_EQ(Call(kGet, "/api/v1/webhooks/dead", "", Token(Role::kCohost)).status, 403);
  EXPECT_EQ(Call(kPost, "/api/v1/webhooks/dead", "", Token(Role::kHost)).status, 405);
  EXPECT_EQ(Call(kGet, "/api/v1/webhooks", "", Token(Role::kHost)).status, 404);
  EXPECT_EQ(Call(kGet, "/api/v1/webhooks/dead", "", Token(Role::kHost)).body, R"({"dead":[]})")
      << "where there are none";
}

}  // namespace
}  // namespace parley::test
