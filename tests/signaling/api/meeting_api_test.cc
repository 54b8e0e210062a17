// Hosts and other programs who act in a meeting without being in it.

#include "signaling/api/meeting_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signaling/features/all_features.h"
#include "tests/signaling/api/api_world.h"
#include "tests/signaling/protocol_schema.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using enum HttpMethod;

class MeetingApiTest : public ::testing::Test, protected ApiWorld {
 protected:
  MeetingApiTest() : ApiWorld(AllFeatures()) { MakeRoom("weekly"); }
  ~MeetingApiTest() override { room().End(nullptr, kNow); }

  Room& room() { return *rooms.Find("weekly"); }
  Participant& Enter(const std::string& name, Role role = Role::kPanelist) {
    return room().Join({.id = {},
                        .name = name,
                        .person = name,
                        .role = role,
                        .may_publish = DefaultPublish(role),
                        .publish = {}},
                       room().NewSourceIds(), nullptr, std::nullopt, kNow);
  }
  HttpResponse Act(const std::string& type, const std::string& data, Role role = Role::kHost) {
    return Call(kPost, "/api/v1/rooms/weekly/acts",
                R"({"type":")" + type + R"(","data":)" + data + "}", Token(role, "weekly"));
  }
  std::string See() {
    return Call(kGet, "/api/v1/rooms/weekly/meeting", {}, Token(Role::kHost, "weekly")).body;
  }
  static std::string Of(const Participant& participant, const std::string& more = {}) {
    return R"({"participant":")" + participant.id + "\"" + more + "}";
  }
};

TEST_F(MeetingApiTest, TellsWhatAHostSees) {
  Enter("Ada", Role::kHost);
  Enter("Ben", Role::kAttendee);
  rapidjson::Document document;
  document.Parse(See());
  ASSERT_TRUE(document.IsObject());
  EXPECT_EQ(ProtocolSchema::Get().Judge("snapshot", document), "");
  EXPECT_EQ(document["participants"].Size(), 2u) << "the audience, too";
  EXPECT_TRUE(document["features"]["lobby"].HasMember("queue"));
}

TEST_F(MeetingApiTest, DoesWhatHostsDo) {
  Participant& ada = Enter("Ada");
  const Participant& ben = Enter("Ben");
  EXPECT_EQ(Act("role", Of(ada, R"(,"role":"cohost")")).body, "{}");
  EXPECT_EQ(ada.role, Role::kCohost);
  EXPECT_EQ(Act("remove", Of(ben)).status, 200);
  EXPECT_EQ(room().participant_count(), 1u);
  EXPECT_EQ(CodeOf(Act("remove", R"({"participant":"pnobody"})")), "participant_not_found");
  EXPECT_EQ(Act("lobby.lock", R"({"locked":true})").status, 200);
  EXPECT_TRUE(room().lobby().locked());
  EXPECT_EQ(Act("poll.create", R"({"question":"Tea?","options":["yes","no"]})").body,
            R"({"poll":"v1"})");
  EXPECT_EQ(Act("end", "{}").status, 200);
  EXPECT_EQ(room().participant_count(), 0u);
}

TEST_F(MeetingApiTest, WhatIsSaidHasTheNameThatIsGiven) {
  Enter("Ada");
  const std::string token = Token(Role::kHost, "weekly");
  const auto say = [&](const std::string& name) {
    return Call(kPost, "/api/v1/rooms/weekly/acts",
                R"({"type":"chat","data":{"text":"hello"},"name":)" + name + "}", token);
  };
  EXPECT_EQ(say(R"(" Front desk ")").body, R"({"message":"m1"})");
  EXPECT_THAT(See(), HasSubstr(R"("participant":"poutsideaaaaaa","name":"Front desk")"));
  EXPECT_EQ(CodeOf(say(R"("\u0000")")), "name_invalid");
  EXPECT_EQ(CodeOf(say("7")), "bad_request");
  EXPECT_EQ(Act("chat", R"({"text":"again"})").status, 200);
  EXPECT_THAT(See(), HasSubstr(R"("name":"Parley","text":"again")"));
}

TEST_F(MeetingApiTest, WhatOnlyAMemberCanDoIsRefusedInASentence) {
  const Participant& ada = Enter("Ada");
  for (const char* type : {"hand", "reaction", "qa.vote", "poll.vote", "playback", "publish",
                           "view", "offer", "leave", "ping", "consent", "join", "resume"}) {
    EXPECT_EQ(CodeOf(Act(type, R"({"source":"microphone","on":true,"sdp":"","show":[],"given":true,
                                   "resume":"x","room":"weekly","invite":"x"})")),
              "bad_request")
        << type;
  }
  EXPECT_EQ(Member(Act("rename", R"({"name":"X"})"), "error.message"),
            "Only who is in the room can do this.");
  EXPECT_EQ(CodeOf(Act("poll.vote", Of(ada, R"(,"poll":"v1","options":[0])"))), "bad_request");
  EXPECT_EQ(CodeOf(Act("dance", "{}")), "unknown_type");
  EXPECT_EQ(CodeOf(Act("hand", Of(ada, R"(,"up":false)"))), "") << "another's is a host's";
}

TEST_F(MeetingApiTest, IsForHostsAndCohostsOfTheRoom) {
  Enter("Ada");
  for (const Role role : {Role::kAttendee, Role::kPanelist}) {
    EXPECT_EQ(CodeOf(Act("chat", R"({"text":"hello"})", role)), "forbidden");
  }
  EXPECT_EQ(Act("chat", R"({"text":"hello"})", Role::kCohost).status, 200);
  EXPECT_EQ(CodeOf(Act("end", "{}", Role::kCohost)), "forbidden");
  const std::string elsewhere = Token(Role::kHost, "daily");
  EXPECT_EQ(Call(kGet, "/api/v1/rooms/weekly/meeting", {}, elsewhere).status, 403);
  EXPECT_EQ(Call(kPost, "/api/v1/rooms/daily/acts", R"({"type":"end"})", elsewhere).status, 404);
  EXPECT_EQ(Call(kGet, "/api/v1/rooms/weekly/meeting").status, 401);
}

TEST_F(MeetingApiTest, WhoIsBannedActsNoMoreFromOutsideEither) {
  Enter("Ada");
  Participant& ben = room().Join({.id = {},
                                  .name = "Ben",
                                  .person = "subject:ben",
                                  .role = Role::kCohost,
                                  .may_publish = {},
                                  .publish = {}},
                                 room().NewSourceIds(), nullptr, std::nullopt, kNow);
  const Grants grants{.room = "weekly",
                      .role = Role::kCohost,
                      .name = "Ben",
                      .subject = "ben",
                      .publish = {},
                      .expires_at = kNow.wall + Duration::Seconds(60)};
  const std::string token = verifier.Make(grants, kNow.wall);
  const auto say = [&] {
    return Call(kPost, "/api/v1/rooms/weekly/acts", R"({"type":"chat","data":{"text":"hello"}})",
                token);
  };
  EXPECT_EQ(say().status, 200);
  EXPECT_EQ(Act("ban", Of(ben)).status, 200);
  EXPECT_EQ(Member(say(), "error.message"), "A host has closed this meeting to you.");
}

TEST_F(MeetingApiTest, WhereNobodyIsThereIsOnlyTheLobby) {
  EXPECT_EQ(CodeOf(Act("chat", R"({"text":"hello"})")), "bad_request");
  EXPECT_EQ(CodeOf(Act("end", "{}")), "bad_request");
  EXPECT_EQ(Act("lobby.set", R"({"on":true})").status, 200);
  EXPECT_TRUE(room().record().lobby);
  EXPECT_EQ(Act("lobby.admit", "{}").body, R"({"admitted":0})");
}

TEST_F(MeetingApiTest, OtherMethodsAndBodiesAreRefused) {
  const std::string token = Token(Role::kHost, "weekly");
  EXPECT_EQ(Call(kGet, "/api/v1/rooms/weekly/acts", {}, token).status, 405);
  EXPECT_EQ(Call(kPost, "/api/v1/rooms/weekly/meeting", "{}", token).status, 405);
  EXPECT_EQ(Call(kPost, "/api/v1/rooms/weekly/acts", "[]", token).status, 400);
  EXPECT_EQ(Call(kPost, "/api/v1/rooms/weekly/acts", R"({"type":"end","data":7})", token).status,
            400);
}

}  // namespace
}  // namespace parley::test
