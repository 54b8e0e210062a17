#include "signaling/api/rooms_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using enum HttpMethod;

class RoomsApiTest : public ::testing::Test, protected ApiWorld {};

TEST_F(RoomsApiTest, TheHostLinkIsTradedOnceForATokenThatMakesRooms) {
  const std::string secret = host_link.Renew(random);
  const std::string body = R"({"link":")" + secret + R"("})";
  const HttpResponse wrong = Call(kPost, "/api/v1/host-links/redeem", R"({"link":"x"})");
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(CodeOf(wrong), "link_invalid");
  const HttpResponse first = Call(kPost, "/api/v1/host-links/redeem", body);
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(first.header("Cache-Control"), "no-store");
  const std::string token = Member(first, "token");
  EXPECT_EQ(Call(kPost, "/api/v1/rooms", "", token).status, 201);
  EXPECT_EQ(Call(kPost, "/api/v1/host-links/redeem", body).status, 403);
}

TEST_F(RoomsApiTest, ARoomIsMadeListedCheckedAndForgotten) {
  const std::string host_token = Token(Role::kHost, "*", true);
  const HttpResponse made = Call(kPost, "/api/v1/rooms",
                                 R"({"title":"Weekly \"A\"","name":"swift-otter-42"})", host_token);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(Member(made, "name"), "swift-otter-42");
  EXPECT_EQ(Member(made, "title"), "Weekly \"A\"");
  const std::string invite = Member(made, "invite");
  EXPECT_EQ(Member(made, "url"), "http://localhost:8080/r/swift-otter-42#k=" + invite);
  EXPECT_TRUE(store.rooms_.contains("swift-otter-42"));

  const HttpResponse list = Call(kGet, "/api/v1/rooms", "", host_token);
  EXPECT_EQ(list.status, 200);
  EXPECT_THAT(list.body, HasSubstr(R"("name":"swift-otter-42")"));
  EXPECT_THAT(list.body, HasSubstr(R"("participants":0)"));

  const HttpResponse check =
      Call(kPost, "/api/v1/rooms/swift-otter-42/check", R"({"invite":")" + invite + R"("})");
  EXPECT_EQ(check.status, 200);
  EXPECT_EQ(Member(check, "role"), "panelist");

  EXPECT_EQ(Call(kDelete, "/api/v1/rooms/swift-otter-42", "", host_token).status, 204);
  const HttpResponse again = Call(kDelete, "/api/v1/rooms/swift-otter-42", "", host_token);
  EXPECT_EQ(again.status, 404);
  EXPECT_EQ(CodeOf(again), "room_not_found");
  EXPECT_TRUE(store.rooms_.empty());
}

TEST_F(RoomsApiTest, AWebinarHasALinkToItsStageAndGoesLive) {
  const std::string host_token = Token(Role::kHost, "*", true);
  const HttpResponse made =
      Call(kPost, "/api/v1/rooms", R"({"name":"big-one","webinar":true})", host_token);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string stage = Member(made, "stage_invite");
  EXPECT_NE(stage, Member(made, "invite"));
  EXPECT_EQ(Member(made, "stage_url"), "http://localhost:8080/r/big-one#k=" + stage);
  EXPECT_THAT(made.body, HasSubstr(R"("webinar":true,"live":false)"));
  const auto role_by = [&](const std::string& invite) {
    return Member(Call(kPost, "/api/v1/rooms/big-one/check", R"({"invite":")" + invite + R"("})"),
                  "role");
  };
  EXPECT_EQ(role_by(Member(made, "invite")), "attendee");
  EXPECT_EQ(role_by(stage), "panelist");

  const std::string live = "/api/v1/rooms/big-one/live";
  EXPECT_EQ(Call(kPost, live).status, 401);
  EXPECT_EQ(CodeOf(Call(kPost, live, "", Token(Role::kPanelist))), "forbidden");
  EXPECT_EQ(CodeOf(Call(kPost, live, "", Token(Role::kHost, "another"))), "forbidden");
  EXPECT_EQ(Call(kPost, "/api/v1/rooms/nowhere/live", "", host_token).status, 404);
  EXPECT_EQ(Call(kGet, live, "", host_token).status, 405);
  EXPECT_EQ(Call(kPost, live, "", Token(Role::kCohost)).status, 204);
  EXPECT_EQ(Call(kPost, live, "", host_token).status, 204) << "it is";
  EXPECT_THAT(Call(kGet, "/api/v1/rooms", "", host_token).body, HasSubstr(R"("live":true)"));
  MakeRoom("ordinary");
  EXPECT_EQ(CodeOf(Call(kPost, "/api/v1/rooms/ordinary/live", "", host_token)), "bad_request");
}

TEST_F(RoomsApiTest, ARoomMayHaveABoundOfItsOwn) {
  const std::string host_token = Token(Role::kHost, "*", true);
  EXPECT_EQ(Call(kPost, "/api/v1/rooms", R"({"name":"small","most_active":3})", host_token).status,
            201);
  EXPECT_EQ(rooms.Find("small")->record().most_active, 3u);
  for (const char* wrong : {"0", "-1", "1000001", "\"3\"", "1.5"}) {
    const HttpResponse refused =
        Call(kPost, "/api/v1/rooms", std::string(R"({"most_active":)") + wrong + "}", host_token);
    EXPECT_EQ(CodeOf(refused), "bad_request") << wrong;
  }
}

TEST_F(RoomsApiTest, TheLobbyAndItsRulesAreMadeWithTheRoomAndChanged) {
  const std::string host_token = Token(Role::kHost, "*", true);
  const HttpResponse made =
      Call(kPost, "/api/v1/rooms",
           R"({"name":"weekly","lobby":true,"lobby_admits":{"callers":true}})", host_token);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, HasSubstr(R"("lobby":true,"lobby_admits":{"tokens":true,)"
                                   R"("returning":true,"callers":true},"passcode":false)"));
  const std::string path = "/api/v1/rooms/weekly";
  EXPECT_EQ(Call(kPatch, path, R"({"lobby_admits":{"tokens":false}})", Token(Role::kCohost)).status,
            204);
  EXPECT_THAT(Call(kGet, "/api/v1/rooms", "", host_token).body,
              HasSubstr(R"("lobby":true,"lobby_admits":{"tokens":false,)"
                        R"("returning":true,"callers":true})"));
  EXPECT_EQ(Call(kPatch, path, R"({"lobby":false})", host_token).status, 204);
  EXPECT_FALSE(rooms.Find("weekly")->record().lobby);
  EXPECT_FALSE(store.rooms_.at("weekly").lobby);

  EXPECT_EQ(Call(kPatch, path, "{}").status, 401);
  EXPECT_EQ(CodeOf(Call(kPatch, path, "{}", Token(Role::kPanelist))), "forbidden");
  EXPECT_EQ(CodeOf(Call(kPatch, path, "{}", Token(Role::kHost, "another"))), "forbidden");
  EXPECT_EQ(CodeOf(Call(kPatch, path, R"({"lobby":1})", host_token)), "bad_request");
  EXPECT_EQ(CodeOf(Call(kPatch, path, R"({"lobby_admits":{"callers":"yes"}})", host_token)),
            "bad_request");
  EXPECT_EQ(Call(kPatch, "/api/v1/rooms/nowhere", "{}", host_token).status, 404);
  EXPECT_EQ(Call(kPut, path, "{}", host_token).status, 405);
}

TEST_F(RoomsApiTest, ARoomMayBeMadeWithAPasscodeThatNobodyIsTold) {
  const std::string host_token = Token(Role::kHost, "*", true);
  const HttpResponse made =
      Call(kPost, "/api/v1/rooms", R"({"name":"weekly","passcode":"tulip 7"})", host_token);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, HasSubstr(R"("passcode":true)"));
  EXPECT_THAT(made.body, ::testing::Not(HasSubstr("tulip")));
  const auto check = [&](const std::string& body) {
    return Call(kPost, "/api/v1/rooms/weekly/check", body).body;
  };
  const std::string by_invite = R"({"invite":")" + Member(made, "invite") + R"("})";
  EXPECT_THAT(check(by_invite), HasSubstr(R"("passcode":true)"));
  EXPECT_THAT(check(R"({"token":")" + Token(Role::kPanelist) + R"("})"),
              ::testing::Not(HasSubstr("passcode")));

  const std::string path = "/api/v1/rooms/weekly";
  const HttpResponse short_one = Call(kPatch, path, R"({"passcode":"12345"})", host_token);
  EXPECT_EQ(CodeOf(short_one), "bad_request");
  EXPECT_THAT(short_one.body, HasSubstr(R"("field":"passcode")"));
  EXPECT_TRUE(rooms.Find("weekly")->passcode().IsRight("tulip 7"));
  EXPECT_EQ(Call(kPatch, path, R"({"passcode":"another one"})", host_token).status, 204);
  EXPECT_TRUE(rooms.Find("weekly")->passcode().IsRight("another one"));
  EXPECT_EQ(Call(kPatch, path, R"({"passcode":""})", host_token).status, 204);
  EXPECT_THAT(check(by_invite), ::testing::Not(HasSubstr("passcode")));
  EXPECT_EQ(store.rooms_.at("weekly").passcode, "");
  EXPECT_EQ(CodeOf(Call(kPost, "/api/v1/rooms", R"({"name":"other","passcode":"x"})", host_token)),
            "bad_request");
  EXPECT_EQ(rooms.Find("other"), nullptr);
}

TEST_F(RoomsApiTest, AnInvitationIsRenewedAndTheOldOneRefusedAsAWrongOne) {
  const std::string host_token = Token(Role::kHost, "*", true);
  const std::string old = MakeRoom("weekly").invite;
  const std::string pin = rooms.Find("weekly")->record().pin;
  const std::string path = "/api/v1/rooms/weekly/invitation";
  const auto check = [&](const std::string& invite) {
    return Call(kPost, "/api/v1/rooms/weekly/check", R"({"invite":")" + invite + R"("})");
  };
  ASSERT_EQ(check(old).status, 200);
  const HttpResponse renewed = Call(kPost, path, "", host_token);
  ASSERT_EQ(renewed.status, 200) << renewed.body;
  const std::string invite = Member(renewed, "invite");
  EXPECT_NE(invite, old);
  EXPECT_EQ(Member(renewed, "url"), "http://localhost:8080/r/weekly#k=" + invite);
  EXPECT_EQ(check(invite).status, 200);
  EXPECT_EQ(check(old).body, check("wrong").body);
  EXPECT_EQ(CodeOf(check(old)), "link_invalid");
  EXPECT_EQ(store.rooms_.at("weekly").invite, invite);
  EXPECT_EQ(rooms.Find("weekly")->record().pin, pin);
  EXPECT_NE(Member(Call(kPost, path, "{}", Token(Role::kCohost)), "invite"), invite);

  const std::string now = rooms.Find("weekly")->record().invite;
  EXPECT_EQ(Call(kPost, path).status, 401);
  EXPECT_EQ(CodeOf(Call(kPost, path, "", Token(Role::kPanelist))), "forbidden");
  EXPECT_EQ(CodeOf(Call(kPost, path, "", Token(Role::kHost, "another"))), "forbidden");
  EXPECT_EQ(CodeOf(Call(kPost, path, R"({"stage":"yes"})", host_token)), "bad_request");
  EXPECT_EQ(CodeOf(Call(kPost, path, "[]", host_token)), "bad_request");
  const HttpResponse no_stage = Call(kPost, path, R"({"stage":true})", host_token);
  EXPECT_EQ(CodeOf(no_stage), "bad_request");
  EXPECT_THAT(no_stage.body, HasSubstr(R"("field":"stage")"));
  EXPECT_EQ(CodeOf(Call(kPost, "/api/v1/rooms/nowhere/invitation", "", host_token)),
            "room_not_found");
  EXPECT_EQ(Call(kGet, path, "", host_token).header("Allow"), "POST");
  EXPECT_EQ(rooms.Find("weekly")->record().invite, now) << "what is refused changes nothing";
}

TEST_F(RoomsApiTest, EachLinkOfAWebinarIsRenewedByItself) {
  const std::string host_token = Token(Role::kHost, "*", true);
  const HttpResponse made =
      Call(kPost, "/api/v1/rooms", R"({"name":"big-one","webinar":true})", host_token);
  const std::string path = "/api/v1/rooms/big-one/invitation";
  const HttpResponse stage = Call(kPost, path, R"({"stage":true})", host_token);
  EXPECT_EQ(Member(stage, "invite"), Member(made, "invite"));
  EXPECT_NE(Member(stage, "stage_invite"), Member(made, "stage_invite"));
  const HttpResponse audience = Call(kPost, path, R"({"stage":false})", host_token);
  EXPECT_NE(Member(audience, "invite"), Member(made, "invite"));
  EXPECT_EQ(Member(audience, "stage_invite"), Member(stage, "stage_invite"));
}

TEST_F(RoomsApiTest, LinksBeginWithThePublicAddress) {
  context.public_url = "https://meet.example.org";
  const HttpResponse made = Call(kPost, "/api/v1/rooms", "", Token(Role::kHost, "*", true));
  EXPECT_THAT(Member(made, "url"), ::testing::StartsWith("https://meet.example.org/r/"));
  context.public_url.clear();
  host = "evil\" onload=x";
  const HttpResponse odd = Call(kPost, "/api/v1/rooms", "", Token(Role::kHost, "*", true));
  EXPECT_THAT(Member(odd, "url"), ::testing::StartsWith("/r/"));
}

TEST_F(RoomsApiTest, ThePinOfHostsIsForTheirTokensOnly) {
  rooms.SetPhoneNumbers({"+44 20 7946 0123"});
  const HttpResponse made =
      Call(kPost, "/api/v1/rooms", R"({"name":"weekly"})", Token(Role::kHost, "*", true));
  const RoomRecord& record = rooms.Find("weekly")->record();
  EXPECT_THAT(made.body, HasSubstr(R"("dial_in":{"numbers":["+44 20 7946 0123"],"pin":")" +
                                   record.pin + R"(","host_pin":")" + record.host_pin + "\"}"));
  const HttpResponse other =
      Call(kPost, "/api/v1/rooms", R"({"name":"other"})", Token(Role::kPanelist, "*", true));
  EXPECT_EQ(other.status, 201);
  EXPECT_THAT(other.body, HasSubstr(R"("pin")"));
  EXPECT_THAT(other.body, ::testing::Not(HasSubstr("host_pin")));
}

TEST_F(RoomsApiTest, ARoomsOwnNumbersAreToldWithIt) {
  rooms.SetPhoneNumbers({"+44 20 7946 0123"}, {{"weekly", {"+44 20 7946 0124"}}});
  const std::string token = Token(Role::kHost, "*", true);
  const HttpResponse weekly = Call(kPost, "/api/v1/rooms", R"({"name":"weekly"})", token);
  EXPECT_THAT(weekly.body, HasSubstr(R"("own_numbers":["+44 20 7946 0124"])"));
  const HttpResponse other = Call(kPost, "/api/v1/rooms", R"({"name":"other"})", token);
  EXPECT_THAT(other.body, ::testing::Not(HasSubstr("own_numbers")));
}

TEST_F(RoomsApiTest, EachTokenMayOnlyWhatItSays) {
  MakeRoom("mine");
  MakeRoom("other");
  const std::string mine = Token(Role::kHost, "mine");
  EXPECT_EQ(Call(kPost, "/api/v1/rooms", "").status, 401);
  EXPECT_EQ(Call(kPost, "/api/v1/rooms", "").header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(Call(kPost, "/api/v1/rooms", "", "nonsense").status, 401);
  EXPECT_EQ(CodeOf(Call(kPost, "/api/v1/rooms", "", mine)), "forbidden");
  EXPECT_EQ(CodeOf(Call(kGet, "/api/v1/rooms", "", Token(Role::kPanelist))), "forbidden");
  EXPECT_EQ(CodeOf(Call(kDelete, "/api/v1/rooms/other", "", mine)), "forbidden");
  EXPECT_EQ(CodeOf(Call(kDelete, "/api/v1/rooms/mine", "", Token(Role::kPanelist))), "forbidden");
  const std::string list = Call(kGet, "/api/v1/rooms", "", mine).body;
  EXPECT_THAT(list, HasSubstr("mine"));
  EXPECT_THAT(list, ::testing::Not(HasSubstr("other")));
  EXPECT_EQ(Call(kDelete, "/api/v1/rooms/mine", "", mine).status, 204);
}

TEST_F(RoomsApiTest, CheckSpeaksOfAWrongLink) {
  const std::string invite = MakeRoom("here").invite;
  const std::string path = "/api/v1/rooms/here/check";
  EXPECT_EQ(CodeOf(Call(kPost, path, R"({"invite":"wrong"})")), "link_invalid");
  EXPECT_EQ(CodeOf(Call(kPost, path, "{}")), "bad_request");
  EXPECT_EQ(CodeOf(Call(kPost, path, R"({"invite":"a","token":"b"})")), "bad_request");
  EXPECT_EQ(CodeOf(Call(kPost, path, R"({"token":"b"})")), "token_invalid");
  EXPECT_EQ(CodeOf(Call(kPost, path, R"({"token":")" + Token(Role::kHost, "elsewhere") + R"("})")),
            "token_invalid");
  EXPECT_EQ(
      Member(Call(kPost, path, R"({"token":")" + Token(Role::kHost, "here") + R"("})"), "role"),
      "host");
  EXPECT_EQ(CodeOf(Call(kPost, "/api/v1/rooms/gone/check", R"({"invite":"a"})")), "room_not_found");
}

TEST_F(RoomsApiTest, BadBodiesAreNamed) {
  const std::string token = Token(Role::kHost, "*", true);
  for (const char* body : {"[]", "7", "{", "{\"title\":1}", "{\"title\":\"a\",\"title\":\"b\"}",
                           "{\"title\":\"\xFF\"}", "{\"name\":[]}"}) {
    const HttpResponse response = Call(kPost, "/api/v1/rooms", body, token);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_EQ(CodeOf(response), "bad_request") << body;
  }
  EXPECT_EQ(rooms.room_count(), 0u);
  std::string deep(40, '[');
  EXPECT_EQ(
      Call(kPost, "/api/v1/rooms", "{\"x\":" + deep + std::string(40, ']') + "}", token).status,
      400);
}

TEST_F(RoomsApiTest, OtherMethodsAndPathsAreRefused) {
  EXPECT_EQ(Call(kPut, "/api/v1/rooms").header("Allow"), "GET, POST");
  EXPECT_EQ(Call(kGet, "/api/v1/host-links/redeem").status, 405);
  EXPECT_EQ(Call(kGet, "/api/v1/rooms/a").status, 405);
  EXPECT_EQ(Call(kGet, "/api/v1/rooms/a/check").status, 405);
  for (const char* path : {"/api/v1", "/api/v1/", "/api/v1/rooms/", "/api/v1/rooms//check",
                           "/api/v1/rooms/a/check/", "/api/v1/users"}) {
    EXPECT_EQ(Call(kGet, path).status, 404) << path;
  }
  EXPECT_EQ(Call(kGet, "/api/v10/rooms").status, 0) << "not ours";
}

TEST_F(RoomsApiTest, HealthAndMetrics) {
  metrics.Add(Metrics::Type::kGauge, "parley_rooms", "Rooms", {}, [] { return 3; });
  EXPECT_EQ(Call(kGet, "/healthz").body, R"({"status":"ok"})");
  EXPECT_EQ(Call(kPost, "/healthz").status, 405);
  EXPECT_THAT(Call(kGet, "/metrics").body, HasSubstr("parley_rooms 3"));
  host = "meet.example.org";  // by a proxy on this machine
  EXPECT_EQ(Call(kGet, "/metrics").status, 401);
  host = "localhost";
  peer = *SocketAddress::Parse("203.0.113.5", 1);
  EXPECT_EQ(Call(kGet, "/metrics").status, 401);
  EXPECT_EQ(Call(kGet, "/metrics", "", Token(Role::kPanelist)).status, 403);
  EXPECT_EQ(Call(kGet, "/metrics", "", Token(Role::kHost, "r")).status, 403);
  EXPECT_EQ(Call(kGet, "/metrics", "", Token(Role::kHost)).status, 200);
  context.public_metrics = true;
  EXPECT_EQ(Call(kGet, "/metrics").status, 200);
}

}  // namespace
}  // namespace parley::test
