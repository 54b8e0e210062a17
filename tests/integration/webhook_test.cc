// What another server is told of the real one, which is killed meanwhile.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <vector>

#include "signaling/hooks/webhook_signature.h"
#include "tests/client/closed_port.h"
#include "tests/client/eventually.h"
#include "tests/client/hook_server.h"
#include "tests/client/json_text.h"
#include "tests/integration/member.h"
#include "tests/integration/server_process.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

std::string ConfigFor(const std::string& url) {
  return "[webhooks]\nurls = [\"" + url + "\"]\nsecret = \"" + kSecret + "\"\n";
}

std::vector<std::string> Types(const std::vector<Hook>& hooks) {
  std::vector<std::string> types;
  for (const Hook& hook : hooks) {
    if (hook.status == 204) types.push_back(JsonText(hook.body, "type"));
  }
  return types;
}

TEST(WebhookTest, EventsComeSignedAndInOrder) {
  HookServer endpoint;
  ServerProcess server;
  ASSERT_TRUE(server.Start(ConfigFor(endpoint.url())));
  const std::string token = server.HostToken();
  ASSERT_EQ(server.Post("/api/v1/rooms", R"({"name":"weekly","title":"Weekly"})", token).status,
            201);
  for (Hook hook : endpoint.Wait(1)) {
    EXPECT_EQ(JsonText(hook.body, "type"), "room.created");
    EXPECT_EQ(JsonText(hook.body, "room"), "weekly");
    EXPECT_EQ(JsonText(hook.body, "data.title"), "Weekly");
    EXPECT_EQ(hook.headers["webhook-signature"],
              SignWebhook(kSecret, hook.headers["webhook-id"],
                          std::stoll(hook.headers["webhook-timestamp"]), hook.body));
  }
}

TEST(WebhookTest, WhatWaitsIsDeliveredByTheServerAfterAKilledOne) {
  const ClosedPort port;
  const std::string config =
      ConfigFor("http://127.0.0.1:" + std::to_string(port.number()) + "/hook?from=1");
  ServerProcess server;
  ASSERT_TRUE(server.Start(config));
  const std::string token = server.HostToken();
  ASSERT_EQ(server.Post("/api/v1/rooms", R"({"name":"weekly"})", token).status, 201);
  EXPECT_TRUE(Eventually([&] { return server.Metric("parley_webhooks_failed_total") > 0; }));
  EXPECT_EQ(server.Metric("parley_webhooks_waiting"), 1);
  EXPECT_EQ(server.End(SIGKILL), -SIGKILL);
  HookServer endpoint(port.number());
  ASSERT_TRUE(server.Start(config));
  EXPECT_THAT(Types(endpoint.Wait(1)), ElementsAre("room.created"));
}

TEST(WebhookTest, AnEndpointThatSaysNothingDelaysNobody) {
  HookServer endpoint;
  endpoint.Answer([](const Hook&) { return 0; });
  ServerProcess server;
  ASSERT_TRUE(server.Start(ConfigFor(endpoint.url())));
  const std::string token = server.HostToken();
  const std::string room = server.Post("/api/v1/rooms", "{}", token).body;
  EXPECT_THAT(endpoint.Wait(1), SizeIs(1));
  const TestIdentity identity;
  TestPeerLoop loop;
  std::vector<std::unique_ptr<Member>> members;
  for (uint32_t i = 1; i <= 5; ++i) {
    members.push_back(std::make_unique<Member>(identity, loop, i));
    EXPECT_THAT(members.back()->Join(server.port(), false, JsonText(room, "name"),
                                     JsonText(room, "invite"), "Ada"),
                HasSubstr("participant"));
  }
  EXPECT_TRUE(Eventually([&] { return server.Metric("parley_webhooks_waiting") == 7; }));
  // Nothing was waited for: the first delivery is still on its way.
  EXPECT_EQ(server.Metric("parley_webhooks_delivered_total"), 0);
  EXPECT_EQ(server.End(SIGTERM), 0);
}

}  // namespace
}  // namespace parley::test
