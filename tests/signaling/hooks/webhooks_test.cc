#include "signaling/hooks/webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <future>

#include "signaling/hooks/webhook_signature.h"
#include "signaling/store/sqlite_store.h"
#include "tests/client/closed_port.h"
#include "tests/client/eventually.h"
#include "tests/client/hook_server.h"
#include "tests/client/json_text.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

class WebhooksTest : public ::testing::Test {
 protected:
  WebhooksTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    // Its tables.
    EXPECT_TRUE(SqliteStore::Open(file()));
  }
  ~WebhooksTest() override {
    hooks_.reset();
    std::filesystem::remove_all(directory_);
  }
  std::filesystem::path file() const { return directory_ / "parley.db"; }
  void Start(std::vector<std::string> urls) {
    auto started = Webhooks::Start({.urls = std::move(urls), .secret = kSecret}, file(), [this] {
      const auto steady = std::chrono::steady_clock::now().time_since_epoch();
      const auto us = std::chrono::duration_cast<std::chrono::microseconds>(steady).count();
      return Now{Timestamp::Micros(us), WallTime::UnixMicros(1'700'000'000'000'000 + us) +
                                            Duration::Seconds(wall_offset_.load())};
    });
    ASSERT_TRUE(started) << started.error();
    hooks_ = *std::move(started);
  }
  void Tell(const std::string& room, int number) {
    hooks_->Tell("participant.joined", room, R"({"number":)" + std::to_string(number) + "}");
  }
  std::vector<DeadLetter> Dead() {
    auto done = std::make_shared<std::promise<std::vector<DeadLetter>>>();
    hooks_->Read([done](std::vector<DeadLetter> dead) { done->set_value(std::move(dead)); });
    return done->get_future().get();
  }
  static bool WaitFor(const std::function<bool()>& condition) {
    return Eventually(condition, std::chrono::seconds(20));
  }
  // The numbers of a room's events that were taken, in the order they came.
  static std::vector<std::string> Taken(const std::vector<Hook>& hooks, const std::string& room) {
    std::vector<std::string> numbers;
    for (const Hook& hook : hooks) {
      if (hook.status == 204 && JsonText(hook.body, "room") == room) {
        numbers.push_back(JsonText(hook.body, "data.number"));
      }
    }
    return numbers;
  }

  std::filesystem::path directory_;
  std::atomic<int64_t> wall_offset_ = 0;
  std::unique_ptr<Webhooks> hooks_;
};

TEST_F(WebhooksTest, DeliversInOrderAndSigned) {
  HookServer server;
  Start({server.url()});
  for (int i = 0; i < 5; ++i) Tell("weekly", i);
  const auto hooks = server.Wait(5);
  ASSERT_THAT(hooks, SizeIs(5));
  EXPECT_THAT(Taken(hooks, "weekly"), ElementsAre("0", "1", "2", "3", "4"));
  for (Hook hook : hooks) {
    EXPECT_EQ(hook.headers["content-type"], "application/json");
    EXPECT_EQ(hook.headers["webhook-id"], JsonText(hook.body, "id"));
    EXPECT_EQ(JsonText(hook.body, "type"), "participant.joined");
    EXPECT_EQ(JsonText(hook.body, "at").substr(0, 2), "17") << "Unix milliseconds";
    EXPECT_EQ(hook.headers["webhook-signature"],
              SignWebhook(kSecret, hook.headers["webhook-id"],
                          std::stoll(hook.headers["webhook-timestamp"]), hook.body));
  }
  EXPECT_NE(JsonText(hooks[0].body, "id"), JsonText(hooks[1].body, "id"));
  EXPECT_TRUE(WaitFor([&] { return hooks_->counts().waiting == 0; }));
  EXPECT_EQ(hooks_->counts().delivered, 5u);
}

TEST_F(WebhooksTest, WhatIsRefusedComesAgainAndNothingOvertakesIt) {
  std::atomic<int> refusals = 2;
  HookServer server;
  server.Answer([&](const Hook& hook) {
    return JsonText(hook.body, "room") == "weekly" && refusals-- > 0 ? 500 : 204;
  });
  Start({server.url()});
  Tell("weekly", 1);
  Tell("weekly", 2);
  Tell("daily", 3);
  const auto hooks = server.Wait(5);
  ASSERT_THAT(hooks, SizeIs(5));
  EXPECT_THAT(Taken(hooks, "weekly"), ElementsAre("1", "2"));
  EXPECT_THAT(Taken(hooks, "daily"), ElementsAre("3"));
  std::set<std::string> ids;
  for (Hook hook : hooks) {
    if (JsonText(hook.body, "data.number") == "1") ids.insert(hook.headers["webhook-id"]);
  }
  EXPECT_THAT(ids, SizeIs(1)) << "the same id at every attempt";
  EXPECT_EQ(hooks_->counts().failed, 2u);
}

TEST_F(WebhooksTest, ARedirectIsAFailureAndIsNotFollowed) {
  std::atomic<bool> redirects = true;
  HookServer server;
  server.Answer([&](const Hook&) { return redirects.exchange(false) ? 302 : 204; });
  Start({server.url()});
  Tell("weekly", 1);
  ASSERT_TRUE(WaitFor([&] { return hooks_->counts().delivered == 1; }));
  EXPECT_EQ(hooks_->counts().failed, 1u);
  EXPECT_THAT(server.Wait(2), SizeIs(2)) << "the second is the second attempt";
}

TEST_F(WebhooksTest, AnEndpointThatSaysNothingHoldsUpNobody) {
  HookServer silent;
  silent.Answer([](const Hook&) { return 0; });
  HookServer other;
  Start({silent.url(), other.url()});
  for (int i = 0; i < 3; ++i) Tell("weekly", i);
  EXPECT_THAT(Taken(other.Wait(3), "weekly"), ElementsAre("0", "1", "2"));
  EXPECT_THAT(silent.Wait(1), SizeIs(1));
  // More than is kept: the oldest give way, and whoever tells does not wait.
  for (int i = 0; i < 25'000; ++i) Tell("weekly", i);
  EXPECT_TRUE(WaitFor([&] { return hooks_->counts().dropped > 0; }));
  EXPECT_LE(hooks_->counts().waiting, 2 * WebhookQueue::kWaiting);
  hooks_.reset();
}

TEST_F(WebhooksTest, WhatWaitsSurvivesTheServer) {
  const ClosedPort port;
  const std::string address = "http://127.0.0.1:" + std::to_string(port.number());
  const std::string url = address + "/hook?from=1";
  Start({url, address + "/gone"});
  for (int i = 0; i < 3; ++i) Tell("weekly", i);
  ASSERT_TRUE(WaitFor([&] { return hooks_->counts().failed > 0; }));
  hooks_.reset();
  HookServer server(port.number());
  Start({url});
  Tell("weekly", 3);
  const auto hooks = server.Wait(4);
  EXPECT_THAT(Taken(hooks, "weekly"), ElementsAre("0", "1", "2", "3"));
  EXPECT_TRUE(WaitFor([&] { return hooks_->counts().waiting == 0; }));
  hooks_.reset();
  Start({url});
  Tell("weekly", 4);
  EXPECT_THAT(Taken(server.Wait(5), "weekly"), ElementsAre("0", "1", "2", "3", "4"))
      << "nothing comes twice";
}

TEST_F(WebhooksTest, WhatIsGivenUpIsListedOverARestart) {
  HookServer server;
  server.Answer([](const Hook&) { return 503; });
  Start({server.url()});
  EXPECT_THAT(Dead(), SizeIs(0));
  Tell("weekly", 1);
  ASSERT_TRUE(WaitFor([&] { return hooks_->counts().failed > 0; }));
  wall_offset_ = 25 * 3600;
  ASSERT_TRUE(WaitFor([&] { return hooks_->counts().dead == 1; }));
  hooks_.reset();
  Start({server.url()});
  const auto dead = Dead();
  ASSERT_THAT(dead, SizeIs(1));
  EXPECT_EQ(dead[0].url, server.url());
  EXPECT_GE(dead[0].attempts, 2);
  EXPECT_EQ(server.Wait(0).size(), static_cast<size_t>(dead[0].attempts));
  EXPECT_THAT(dead[0].error, HasSubstr("503"));
  EXPECT_EQ(JsonText(dead[0].event.body, "data.number"), "1");
  EXPECT_GE(dead[0].dead_at - dead[0].event.at, WebhookQueue::kGiveUp);
}

TEST_F(WebhooksTest, OfTheDeadTheLatestAreKept) {
  auto rows = WebhookRows::Open(file());
  ASSERT_TRUE(rows);
  const auto at = WallTime::UnixMicros(1'700'000'000'000'000);
  for (uint64_t i = 1; i <= WebhookRows::kDead + 3; ++i) {
    rows->Add("http://127.0.0.1/", {.number = i,
                                    .id = "e" + std::to_string(i),
                                    .type = "room.created",
                                    .room = "weekly",
                                    .at = at,
                                    .body = "{}"});
    rows->Kill(i, 1, "no", at + Duration::Seconds(static_cast<int64_t>(i)));
  }
  EXPECT_TRUE(rows->Commit());
  const auto dead = rows->Dead();
  ASSERT_THAT(dead, SizeIs(WebhookRows::kDead));
  EXPECT_EQ(dead.front().event.number, WebhookRows::kDead + 3);
  EXPECT_EQ(dead.back().event.number, 4u);
}

}  // namespace
}  // namespace parley::test
