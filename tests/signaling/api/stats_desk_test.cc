// What a host is told of a room's media: by whom it may be asked, and what becomes of workers that
// are late.

#include "signaling/api/stats_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using enum HttpMethod;

class StatsDeskTest : public ::testing::Test, protected ApiWorld {
 protected:
  // Without waiting for what comes later.
  HttpResponse Ask(const std::string& room, const std::string& token, HttpMethod method = kGet) {
    HttpRequest request;
    request.method = method;
    request.path = "/api/v1/rooms/" + room + "/stats";
    if (!token.empty()) request.authorization = "Bearer " + token;
    return *api.Handle(request, kNow);
  }
  void Tell(int worker, uint32_t question, std::vector<PeerStats> peers = {}) {
    const Event event = RoomStats{
        WorkerIndex(static_cast<uint8_t>(worker)), question,
        std::make_shared<const WorkerRoomStats>(WorkerRoomStats{.peers = std::move(peers)})};
    api.HandleEvents(std::span(&event, 1), kNow);
  }
  const std::string host_token = Token(Role::kHost);
};

TEST_F(StatsDeskTest, OnlyAHostOfTheRoomIsTold) {
  MakeRoom("mine");
  MakeRoom("other");
  EXPECT_EQ(Ask("mine", "").status, 401);
  EXPECT_EQ(CodeOf(Ask("mine", Token(Role::kPanelist))), "forbidden");
  EXPECT_EQ(CodeOf(Ask("mine", Token(Role::kCohost))), "forbidden");
  EXPECT_EQ(CodeOf(Ask("other", Token(Role::kHost, "mine"))), "forbidden");
  EXPECT_EQ(CodeOf(Ask("none", host_token)), "room_not_found");
  EXPECT_EQ(Ask("mine", host_token, kPost).status, 405);
  EXPECT_TRUE(media.SentOf<AskStats>().empty());
}

TEST_F(StatsDeskTest, AnswersWhenEveryWorkerHasTold) {
  MakeRoom("mine");
  int wakes = 0;
  context.wake = [&] { ++wakes; };
  const HttpResponse response = Ask("mine", host_token);
  ASSERT_TRUE(response.later);
  const auto asked = media.SentOf<AskStats>();
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].second.question, asked[1].second.question);
  Tell(0, asked[0].second.question);
  EXPECT_FALSE(response.later->ready());
  Tell(1, asked[0].second.question + 7);
  EXPECT_FALSE(response.later->ready()) << "an answer to something else";
  Tell(1, asked[0].second.question);
  ASSERT_TRUE(response.later->ready());
  EXPECT_EQ(wakes, 1);
  const HttpResponse answer = response.later->Take();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("room":"mine")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("complete":true,"participants":[])"));
  Tell(0, asked[0].second.question);
}

TEST_F(StatsDeskTest, AWorkerThatIsLateIsLeftOut) {
  MakeRoom("mine");
  const HttpResponse response = Ask("mine", host_token);
  Tell(0, media.SentOf<AskStats>()[0].second.question);
  Now later = kNow;
  later.steady = kNow.steady + StatsDesk::kPatience - Duration::Millis(1);
  api.HandleTimeout(later);
  EXPECT_FALSE(response.later->ready());
  later.steady = kNow.steady + StatsDesk::kPatience;
  api.HandleTimeout(later);
  ASSERT_TRUE(response.later->ready());
  EXPECT_THAT(response.later->Take().body, HasSubstr(R"("complete":false)"));
  Tell(1, media.SentOf<AskStats>()[0].second.question);
}

TEST_F(StatsDeskTest, QuestionsAreBounded) {
  MakeRoom("mine");
  const HttpResponse first = Ask("mine", host_token);
  const HttpResponse again = Ask("mine", host_token);
  EXPECT_EQ(again.status, 429);
  EXPECT_EQ(CodeOf(again), "too_many_requests");
  EXPECT_EQ(again.header("Retry-After"), "1");
  for (size_t i = 1; i < StatsDesk::kMostQuestions; ++i) {
    const std::string name = "room-" + std::to_string(i);
    MakeRoom(name);
    EXPECT_TRUE(Ask(name, host_token).later) << name;
  }
  MakeRoom("last");
  EXPECT_EQ(CodeOf(Ask("last", host_token)), "too_many_requests");
  Now later = kNow;
  later.steady = kNow.steady + StatsDesk::kPatience;
  api.HandleTimeout(later);
  EXPECT_TRUE(Ask("last", host_token).later);
  EXPECT_TRUE(Ask("mine", host_token).later);
}

TEST_F(StatsDeskTest, ARoomThatIsDeletedMeanwhileIsNotFound) {
  MakeRoom("mine");
  const HttpResponse response = Ask("mine", host_token);
  rooms.Forget("mine", kNow);
  Tell(0, media.SentOf<AskStats>()[0].second.question);
  Tell(1, media.SentOf<AskStats>()[0].second.question);
  ASSERT_TRUE(response.later->ready());
  EXPECT_EQ(CodeOf(response.later->Take()), "room_not_found");
}

}  // namespace
}  // namespace parley::test
