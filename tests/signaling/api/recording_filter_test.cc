// Recordings found by room, date and words, through the API that asks for them.

#include "signaling/api/recording_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPath = "/api/v1/recordings";
constexpr const char* kMarch = "raaaaaaaaaaaaaaaa";
constexpr const char* kApril = "rbbbbbbbbbbbbbbbb";
constexpr const char* kMay = "rcccccccccccccccc";

class RecordingFilterTest : public ::testing::Test, protected ApiWorld {
 protected:
  RecordingFilterTest() {
    Make(kMarch, "weekly", "Budget", 1000);
    Make(kApril, "weekly", "Größe 100%", 2000);
    Make(kMay, "budget-round", "", 3000);
  }
  ~RecordingFilterTest() override { std::filesystem::remove_all(recordings); }

  void Make(const std::string& id, const std::string& room, const std::string& title,
            int64_t started_at_ms) const {
    std::filesystem::create_directories(recordings / id);
    const RecordingState state{.id = id,
                               .room = room,
                               .title = title,
                               .started_at_us = started_at_ms * 1000,
                               .state = "finished",
                               .segments = 1};
    EXPECT_FALSE(state.Save(recordings / id));
  }
  HttpResponse Get(const std::vector<std::string>& query) {
    HttpRequest request;
    request.path = kPath;
    request.query = query;
    request.authorization = "Bearer " + token_;
    return Answer(request);
  }
  std::vector<std::string> Found(const std::vector<std::string>& query) {
    const auto response = Get(query);
    EXPECT_EQ(response.status, 200) << response.body;
    next_ = Member(response, "next");
    rapidjson::Document document;
    document.Parse(response.body);
    std::vector<std::string> ids;
    for (const auto& each : document["recordings"].GetArray())
      ids.emplace_back(each["id"].GetString());
    return ids;
  }
  void ExpectRefused(const std::vector<std::string>& query, const char* sentence) {
    const auto response = Get(query);
    EXPECT_EQ(response.status, 400) << query.back();
    EXPECT_THAT(response.body, HasSubstr(sentence)) << query.back();
  }

  const std::string token_ = Token(Role::kHost);
  std::string next_;
};

TEST_F(RecordingFilterTest, ByRoom) {
  EXPECT_THAT(Found({"room=weekly"}), ElementsAre(kApril, kMarch));
  EXPECT_THAT(Found({"room=nobody-there"}), IsEmpty());
}

TEST_F(RecordingFilterTest, ByWhenTheyBegan) {
  EXPECT_THAT(Found({"from=2000"}), ElementsAre(kMay, kApril));
  EXPECT_THAT(Found({"to=2000"}), ElementsAre(kMarch));
  EXPECT_THAT(Found({"from=1001", "to=3000"}), ElementsAre(kApril));
}

TEST_F(RecordingFilterTest, ByWordsOfTheirTitleOrRoom) {
  EXPECT_THAT(Found({"query=BUDGET"}), ElementsAre(kMay, kMarch));
  EXPECT_THAT(Found({"query=größe 100%"}), ElementsAre(kApril));
  EXPECT_THAT(Found({"query=nothing of that kind"}), IsEmpty());
  EXPECT_THAT(Found({"query="}), ElementsAre(kMay, kApril, kMarch));
}

TEST_F(RecordingFilterTest, ByAllOfThemAtOnceAndPageByPage) {
  EXPECT_THAT(Found({"room=weekly", "from=0", "to=2000", "query=budget"}), ElementsAre(kMarch));
  EXPECT_THAT(Found({"query=budget", "limit=1"}), ElementsAre(kMay));
  EXPECT_THAT(Found({"query=budget", "limit=1", "after=" + next_}), ElementsAre(kMarch));
}

TEST_F(RecordingFilterTest, FindsNothingOfOtherHosts) {
  HttpRequest request;
  request.path = kPath;
  request.query = {"query=budget"};
  request.authorization = "Bearer " + Token(Role::kHost, "weekly");
  const auto response = Answer(request);
  EXPECT_THAT(response.body, HasSubstr(kMarch));
  EXPECT_THAT(response.body, Not(HasSubstr(kMay)));
}

TEST_F(RecordingFilterTest, WhatIsNoneOfTheseIsRefusedWithASentence) {
  const char* const time = "A time is a whole number of milliseconds since 1970, UTC.";
  for (const char* const bad :
       {"yesterday", "2026-11-29", "-1", "1.5", "10 ", "253402300800000", "99999999999999999999"}) {
    ExpectRefused({std::string("from=") + bad}, time);
    ExpectRefused({std::string("to=") + bad}, time);
  }
  ExpectRefused({"from=2000", "to=2000"}, "The end of a search lies behind its beginning.");
  for (const char* const bad : {"No Room", "ab", "../weekly"}) {
    ExpectRefused({std::string("room=") + bad},
                  "A room's name has 3 to 64 of a to z, 0 to 9 and -.");
  }
  const char* const query = "What is searched for is UTF-8 of at most 200 bytes.";
  ExpectRefused({"query=" + std::string(201, 'a')}, query);
  ExpectRefused({"query=\xFF"}, query);
  EXPECT_EQ(Get({"query=" + std::string(200, 'a')}).status, 200);
}

}  // namespace
}  // namespace parley::test
