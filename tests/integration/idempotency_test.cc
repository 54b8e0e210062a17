// Requests that are sent again because their answer was lost, over the real server, which is killed
// meanwhile.

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <signal.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/client/json_text.h"
#include "tests/integration/server_process.h"

namespace parley::test {
namespace {

HttpReply Make(const ServerProcess& server, const std::string& token, const std::string& key,
               const std::string& body) {
  return Fetch(server.port(),
               {.method = "POST",
                .target = "/api/v1/rooms",
                .headers = {{"Authorization", "Bearer " + token}, {"Idempotency-Key", key}},
                .body = body});
}

size_t RoomsOf(const ServerProcess& server, const std::string& token) {
  rapidjson::Document list;
  list.Parse(Fetch(server.port(),
                   {.target = "/api/v1/rooms", .headers = {{"Authorization", "Bearer " + token}}})
                 .body);
  return list.IsObject() && list.HasMember("rooms") ? list["rooms"].Size() : 0;
}

TEST(IdempotencyTest, ARoomIsMadeOnceHoweverOftenItIsAskedForAndOverAKill) {
  ServerProcess server;
  ASSERT_TRUE(server.Start());
  const std::string token = server.HostToken();
  const std::string body = R"({"title":"Weekly"})";
  // Quoted, as the draft has it, or not.
  const HttpReply first = Make(server, token, "\"8e03978e-40d5\"", body);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(Make(server, token, "8e03978e-40d5", body).body, first.body);
  ASSERT_EQ(server.End(SIGKILL), -SIGKILL);
  ASSERT_TRUE(server.Start());
  // The port is another, and so would be the address in a new answer.
  EXPECT_EQ(Make(server, token, "8e03978e-40d5", body).body, first.body);
  EXPECT_EQ(RoomsOf(server, token), 1u);
  const HttpReply other = Make(server, token, "8e03978e-40d5", R"({"title":"Daily"})");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(JsonText(other.body, "error.code"), "bad_request");
}

// Whenever the server dies: what it answered is there once, what it did not answer at most once.
TEST(IdempotencyTest, AKillInTheMiddleOfManyMakesNoneTwice) {
  ServerProcess server;
  ASSERT_TRUE(server.Start());
  const std::string token = server.HostToken();
  const auto key = [](size_t i) { return "key-" + std::to_string(i); };
  std::vector<HttpReply> before(200);
  std::thread asks([&] {
    for (size_t i = 0; i < before.size(); ++i) {
      before[i] = Make(server, token, key(i), "{}");
      if (before[i].status == 0) return;
    }
  });
  while (server.Metric("parley_rooms") < 20) std::this_thread::yield();
  ASSERT_EQ(server.End(SIGKILL), -SIGKILL);
  asks.join();
  ASSERT_TRUE(server.Start());
  for (size_t i = 0; i < before.size(); ++i) {
    const HttpReply again = Make(server, token, key(i), "{}");
    EXPECT_EQ(again.status, 201) << again.body;
    if (before[i].status == 201) {
      EXPECT_EQ(again.body, before[i].body) << i;
    }
  }
  EXPECT_EQ(RoomsOf(server, token), before.size());
}

}  // namespace
}  // namespace parley::test
