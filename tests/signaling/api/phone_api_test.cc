#include "signaling/api/phone_api.h"

#include <gtest/gtest.h>

#include <vector>

#include "signaling/room/trunk_standing.h"
#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using enum HttpMethod;
using State = TrunkStanding::State;

class PhoneApiTest : public ::testing::Test, protected ApiWorld {
 protected:
  HttpResponse List(const std::string& token) {
    return Call(kGet, "/api/v1/phone/trunks", "", token);
  }
};

TEST_F(PhoneApiTest, TellsHowTheServerStandsWithItsProviders) {
  const std::vector<TrunkStanding> trunks = {{.name = "192.0.2.1",
                                              .state = State::kUnwatched,
                                              .since = WallTime::UnixMicros(1'000'000),
                                              .reason = {},
                                              .next_try = {}},
                                             {.name = "sip.example.org",
                                              .state = State::kDown,
                                              .since = WallTime::UnixMicros(2'000'000),
                                              .reason = "refused",
                                              .status = 403,
                                              .next_try = WallTime::UnixMicros(3'000'000)}};
  context.trunks = [&trunks] { return std::span(trunks); };
  const auto response = List(Token(Role::kHost));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"trunks":[{"trunk":"192.0.2.1","state":"unwatched","since":1000},)"
            R"({"trunk":"sip.example.org","state":"down","since":2000,"reason":"refused",)"
            R"("status":403,"next_try_at":3000}]})");
}

TEST_F(PhoneApiTest, AServerWithoutPhonesHasNoProviders) {
  EXPECT_EQ(List(Token(Role::kHost)).body, R"({"trunks":[]})");
}

TEST_F(PhoneApiTest, IsForHostsOfAllRooms) {
  EXPECT_EQ(List("").status, 401);
  EXPECT_EQ(List(Token(Role::kHost, "weekly")).status, 403);
  EXPECT_EQ(List(Token(Role::kCohost)).status, 403);
}

TEST_F(PhoneApiTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(Call(kPost, "/api/v1/phone/trunks", "{}", Token(Role::kHost)).status, 405);
  EXPECT_EQ(Call(kGet, "/api/v1/phone", "", Token(Role::kHost)).status, 404);
  EXPECT_EQ(Call(kGet, "/api/v1/phone/trunks/1", "", Token(Role::kHost)).status, 404);
}

}  // namespace
}  // namespace parley::test
