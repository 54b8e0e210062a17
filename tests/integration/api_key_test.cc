// API keys that are made and removed beside the real server.

#include <gtest/gtest.h>

#include <string>

#include "tests/client/eventually.h"
#include "tests/client/hook_server.h"
#include "tests/integration/server_process.h"

namespace parley::test {
namespace {

bool Comes(const ServerProcess& server, const std::string& key, int status) {
  return Eventually([&] { return server.Post("/api/v1/rooms", "{}", key).status == status; });
}

TEST(ApiKeyTest, ARunningServerTakesAndRefusesThemWithinSeconds) {
  // Webhooks have a connection of their own to the file that both processes write.
  HookServer endpoint;
  ServerProcess server;
  ASSERT_TRUE(server.Start("[webhooks]\nurls = [\"" + endpoint.url() +
                           "\"]\nsecret = \"0123456789abcdef0123456789abcdef\"\n"));
  const std::string key = server.Command("key add crm-1 --scope rooms");
  ASSERT_TRUE(key.starts_with("pk_")) << key;
  EXPECT_TRUE(Comes(server, key, 201));
  EXPECT_EQ(server.Post("/api/v1/rooms/weekly/check", R"({"token":")" + key + R"("})").status, 401);
  server.Command("key remove crm-1");
  EXPECT_TRUE(Comes(server, key, 401));
  EXPECT_GE(endpoint.Wait(1).size(), 1u);
}

}  // namespace
}  // namespace parley::test
