#include "signaling/api/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recorder/library/recording_state.h"
#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum HttpMethod;

class PageTest : public ::testing::Test, protected ApiWorld {
 protected:
  ~PageTest() override { std::filesystem::remove_all(recordings); }

  // What `member` says of each that is listed.
  std::vector<std::string> List(const std::string& path, const char* list, const char* member) {
    const auto response = Call(kGet, path, "", Token(Role::kHost));
    EXPECT_EQ(response.status, 200) << response.body;
    next_ = Member(response, "next");
    rapidjson::Document document;
    document.Parse(response.body);
    std::vector<std::string> found;
    for (const auto& each : document[list].GetArray()) found.emplace_back(each[member].GetString());
    return found;
  }
  std::vector<std::string> Rooms(const std::string& query) {
    return List("/api/v1/rooms" + query, "rooms", "name");
  }
  std::vector<std::string> Recordings(const std::string& query) {
    return List("/api/v1/recordings" + query, "recordings", "id");
  }
  void MakeRecording(const std::string& id, int64_t started_at) const {
    std::filesystem::create_directories(recordings / id);
    const RecordingState state{.id = id,
                               .room = "weekly",
                               .title = "Weekly",
                               .started_at_us = started_at,
                               .state = "finished",
                               .segments = 1};
    EXPECT_FALSE(state.Save(recordings / id));
  }
  std::string next_;
};

TEST_F(PageTest, RoomsComePartByPartThoughSomeGoMeanwhile) {
  for (const char* name : {"ccc", "aaa", "bbb", "ddd"}) MakeRoom(name);
  EXPECT_THAT(Rooms("?limit=2"), ElementsAre("aaa", "bbb"));
  EXPECT_EQ(next_, "bbb");
  rooms.Forget("bbb", kNow);
  EXPECT_THAT(Rooms("?limit=2&after=bbb"), ElementsAre("ccc", "ddd"));
  EXPECT_EQ(next_, "") << "there are no more";
  EXPECT_THAT(Rooms(""), ElementsAre("aaa", "ccc", "ddd"));
  EXPECT_THAT(Rooms("?after=ddd"), IsEmpty());
}

TEST_F(PageTest, RecordingsComePartByPartThoughSomeGoMeanwhile) {
  const std::string first = "raaaaaaaaaaaaaaaa", second = "rbbbbbbbbbbbbbbbb",
                    third = "rcccccccccccccccc";
  MakeRecording(first, 1'000'000);
  MakeRecording(second, 2'000'000);
  MakeRecording(third, 2'000'000);
  EXPECT_THAT(Recordings("?limit=2"), ElementsAre(third, second));
  std::filesystem::remove_all(recordings / second);
  EXPECT_THAT(Recordings("?limit=2&after=" + next_), ElementsAre(first));
  EXPECT_EQ(next_, "");
}

TEST_F(PageTest, WhatIsNoLimitOrPlaceIsRefused) {
  for (const char* limit : {"0", "1001", "-1", "x", "1x", "99999999999999999999999"}) {
    const auto response =
        Call(kGet, std::string("/api/v1/rooms?limit=") + limit, "", Token(Role::kHost));
    EXPECT_EQ(CodeOf(response), "bad_request") << limit;
    EXPECT_EQ(Member(response, "error.field"), "limit") << limit;
  }
  for (const char* after : {"x", "1", "1.", ".raaaaaaaaaaaaaaaa", "1.../etc"}) {
    const auto response =
        Call(kGet, std::string("/api/v1/recordings?after=") + after, "", Token(Role::kHost));
    EXPECT_EQ(Member(response, "error.field"), "after") << after;
  }
}

}  // namespace
}  // namespace parley::test
