#include "signaling/api/workers_api.h"

#include <gtest/gtest.h>

#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using enum HttpMethod;

class WorkersApiTest : public ::testing::Test, protected ApiWorld {
 protected:
  HttpResponse Change(const std::string& worker, const std::string& body) {
    return Call(kPatch, "/api/v1/workers/" + worker, body, Token(Role::kHost));
  }
};

TEST_F(WorkersApiTest, ListsWhatEachHasToDo) {
  media.cpu_times[1] = Duration::Millis(1234);
  const auto response = Call(kGet, "/api/v1/workers", "", Token(Role::kHost));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"workers":[{"worker":0,"transports":0,"cpu_ms":0,"draining":false},)"
                           R"({"worker":1,"transports":0,"cpu_ms":1234,"draining":false}]})");
}

TEST_F(WorkersApiTest, DrainsOneAndNoLonger) {
  EXPECT_EQ(Change("1", R"({"draining":true})").status, 204);
  EXPECT_TRUE(rooms.WorkerLoads()[1].draining);
  EXPECT_FALSE(rooms.WorkerLoads()[0].draining);
  EXPECT_EQ(Change("1", R"({"draining":false})").status, 204);
  EXPECT_FALSE(rooms.WorkerLoads()[1].draining);
}

TEST_F(WorkersApiTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(Change("2", R"({"draining":true})").status, 404);
  EXPECT_EQ(Change("x", R"({"draining":true})").status, 404);
  EXPECT_EQ(Change("-1", R"({"draining":true})").status, 404);
  EXPECT_EQ(Change("1", R"({"draining":"yes"})").status, 400);
  EXPECT_EQ(Change("1", "{}").status, 400);
  EXPECT_EQ(Call(kPost, "/api/v1/workers", "{}", Token(Role::kHost)).status, 405);
  EXPECT_EQ(Call(kGet, "/api/v1/workers/1", "", Token(Role::kHost)).status, 405);
}

TEST_F(WorkersApiTest, IsForHostsOfAllRooms) {
  EXPECT_EQ(Call(kGet, "/api/v1/workers").status, 401);
  EXPECT_EQ(Call(kGet, "/api/v1/workers", "", Token(Role::kHost, "weekly")).status, 403);
  EXPECT_EQ(Call(kPatch, "/api/v1/workers/1", R"({"draining":true})", Token(Role::kCohost)).status,
            403);
  EXPECT_FALSE(rooms.WorkerLoads()[1].draining);
}

}  // namespace
}  // namespace parley::test
