#include "signaling/api/kept_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signaling/api/later_response.h"
#include "signaling/api/responses.h"
#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;

class KeptAnswersTest : public ::testing::Test {
 protected:
  KeptAnswersTest() { world.context.answers = &answers; }

  HttpRequest Request(std::string key, std::string body, std::string path = "/api/v1/rooms") {
    HttpRequest request;
    request.method = HttpMethod::kPost;
    request.path = std::move(path);
    request.body = std::move(body);
    request.idempotency_key = std::move(key);
    request.authorization = "Bearer " + token;
    request.host = "localhost";
    return request;
  }
  HttpResponse Ask(const HttpRequest& request) { return *world.api.Handle(request, now); }

  ApiWorld world;
  std::vector<AnswerRow> saved;
  WallTime forgotten_before;
  KeptAnswers answers{{}, [this](AnswerRow row, WallTime before) {
                        saved.push_back(std::move(row));
                        forgotten_before = before;
                        return uint64_t{saved.size()};
                      }};
  std::string token = world.Token(Role::kHost, "*", true);
  Now now = ApiWorld::kNow;
};

TEST_F(KeptAnswersTest, TheSameRequestIsDoneOnce) {
  const HttpResponse first = Ask(Request("k1", R"({"title":"Weekly"})"));
  EXPECT_EQ(first.status, 201);
  const HttpResponse again = Ask(Request("k1", R"({"title":"Weekly"})"));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("Content-Type"), "application/json");
  EXPECT_EQ(again.hold, 1u) << "until the answer is on the disk";
  EXPECT_EQ(world.rooms.room_count(), 1u);
  EXPECT_EQ(Ask(Request("k2", R"({"title":"Weekly"})")).status, 201);
  EXPECT_EQ(Ask(Request("", R"({"title":"Weekly"})")).status, 201);
  EXPECT_EQ(world.rooms.room_count(), 3u);
}

TEST_F(KeptAnswersTest, AKeyIsGoodForOneRequest) {
  ASSERT_EQ(Ask(Request("k1", R"({"title":"Weekly"})")).status, 201);
  for (const HttpRequest& other :
       {Request("k1", R"({"title":"Daily"})"),
        Request("k1", R"({"title":"Weekly"})", "/api/v1/host-links/redeem")}) {
    const HttpResponse refused = Ask(other);
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr(R"("field":"Idempotency-Key")"));
    EXPECT_THAT(refused.body, HasSubstr("another request"));
  }
  EXPECT_EQ(world.rooms.room_count(), 1u);
}

TEST_F(KeptAnswersTest, WhatWasRefusedMayBeTriedAgain) {
  EXPECT_EQ(Ask(Request("k1", R"({"name":"A"})")).status, 400);
  EXPECT_EQ(Ask(Request("k1", R"({"name":"weekly"})")).status, 201);
  EXPECT_TRUE(world.rooms.Find("weekly"));
}

TEST_F(KeptAnswersTest, OneBearersKeyIsNothingToAnother) {
  ASSERT_EQ(Ask(Request("k1", R"({"title":"Weekly"})")).status, 201);
  now.wall = now.wall + Duration::Seconds(1);
  HttpRequest other = Request("k1", R"({"title":"Weekly"})");
  other.authorization = "Bearer " + world.Token(Role::kHost, "swift-otter-42", true);
  EXPECT_EQ(Ask(other).status, 201);
  EXPECT_EQ(world.rooms.room_count(), 2u);
}

TEST_F(KeptAnswersTest, AnExpiredBearerIsToldNothing) {
  ASSERT_EQ(Ask(Request("k1", R"({"title":"Weekly"})")).status, 201);
  now.wall = now.wall + Duration::Seconds(3600);
  EXPECT_EQ(Ask(Request("k1", R"({"title":"Weekly"})")).status, 401);
}

TEST_F(KeptAnswersTest, KeysAreBoundedAndVisible) {
  for (const std::string& bad :
       {std::string(256, 'k'), std::string("a b"), std::string("a\xC3\xA4"), std::string("\x01")}) {
    EXPECT_EQ(Ask(Request(bad, "{}")).status, 400);
  }
  EXPECT_EQ(Ask(Request(std::string(255, 'k'), "{}")).status, 201);
  EXPECT_EQ(world.rooms.room_count(), 1u);
}

TEST_F(KeptAnswersTest, WhatChangesNothingNeedsNone) {
  const std::string invite = world.MakeRoom("weekly").invite;
  const auto check = [&](const std::string& of) {
    return Ask(Request("k1", R"({"invite":")" + of + "\"}", "/api/v1/rooms/weekly/check")).status;
  };
  EXPECT_EQ(check(invite), 200);
  EXPECT_EQ(check("wrong"), 403);
  EXPECT_EQ(answers.size(), 0u);
}

TEST_F(KeptAnswersTest, AHostLinkIsRedeemedOnceAndTheAnswerIsNotLost) {
  const std::string body = R"({"link":")" + world.host_link.Renew(world.random) + "\"}";
  HttpRequest request = Request("k1", body, "/api/v1/host-links/redeem");
  request.authorization.clear();
  const HttpResponse first = Ask(request);
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(Ask(request).body, first.body);
  request.idempotency_key = "k2";
  EXPECT_EQ(Ask(request).status, 403);
}

TEST_F(KeptAnswersTest, AnotherStartOfTheServerKnowsThem) {
  const HttpResponse first = Ask(Request("k1", R"({"title":"Weekly"})"));
  KeptAnswers restarted(saved, [](AnswerRow, WallTime) { return uint64_t{9}; });
  world.context.answers = &restarted;
  const HttpResponse again = Ask(Request("k1", R"({"title":"Weekly"})"));
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.hold, 0u);
  EXPECT_EQ(Ask(Request("k1", "{}")).status, 422);
}

TEST_F(KeptAnswersTest, TheyAreForgottenAfterADay) {
  const HttpRequest request = Request("k1", "{}");
  HttpResponse response;
  response.status = 201;
  (void)answers.Keep(request, response, now);
  now.wall = now.wall + (KeptAnswers::kLife - Duration::Micros(1));
  EXPECT_TRUE(answers.Find(request, now));
  now.wall = now.wall + Duration::Micros(1);
  EXPECT_FALSE(answers.Find(request, now));
  (void)answers.Keep(Request("k2", "{}"), response, now);
  EXPECT_EQ(forgotten_before, now.wall) << "the store forgets it too";
}

TEST_F(KeptAnswersTest, OfTooManyTheOldestGiveWay) {
  HttpResponse response;
  response.status = 201;
  const auto request = [&](size_t i) { return Request("k" + std::to_string(i), "{}"); };
  for (size_t i = 0; i < KeptAnswers::kMost + 5; ++i) {
    now.wall = now.wall + Duration::Micros(1);
    (void)answers.Keep(request(i), response, now);
  }
  EXPECT_EQ(answers.size(), KeptAnswers::kMost);
  EXPECT_FALSE(answers.Find(request(4), now));
  EXPECT_TRUE(answers.Find(request(5), now));
  EXPECT_EQ(forgotten_before, saved[5].at);
}

TEST_F(KeptAnswersTest, WhileAnAnswerIsMadeTheSecondIsToldToWait) {
  const HttpRequest request = Request("k1", "{}");
  auto work = std::make_shared<LaterResponse>();
  HttpResponse response;
  response.later = work;
  response = answers.Keep(request, std::move(response), now);
  const auto waiting = answers.Find(request, now);
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->status, 409);
  EXPECT_EQ(waiting->header("Retry-After"), "1");
  EXPECT_EQ(answers.Find(Request("k1", R"({"a":1})"), now)->status, 422);

  answers.HandleTimeout(now);
  EXPECT_FALSE(response.later->ready());
  work->Give(JsonResponse(202, R"({"file":"720p.mp4"})"));
  EXPECT_FALSE(response.later->ready()) << "not before it is kept";
  answers.HandleTimeout(now);
  ASSERT_TRUE(response.later->ready());
  EXPECT_EQ(response.later->Take().status, 202);
  const auto again = answers.Find(request, now);
  EXPECT_EQ(again->status, 202);
  EXPECT_EQ(again->body, R"({"file":"720p.mp4"})");
}

TEST_F(KeptAnswersTest, WhatAnotherThreadRefusedIsNotKept) {
  const HttpRequest request = Request("k1", "{}");
  auto work = std::make_shared<LaterResponse>();
  HttpResponse response;
  response.later = work;
  response = answers.Keep(request, std::move(response), now);
  work->Give(ErrorResponse(409, Error::Of(ErrorCode::kBadRequest, "It is written still.")));
  answers.HandleTimeout(now);
  EXPECT_EQ(response.later->Take().status, 409);
  EXPECT_FALSE(answers.Find(request, now));
}

}  // namespace
}  // namespace parley::test
