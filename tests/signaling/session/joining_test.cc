// Coming in and going: by invitation and token, refusals, leaving.

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

TEST(JoiningTest, ByInvitationAndWithoutMedia) {
  Meeting meeting;
  Client& ada = meeting.NewClient();
  ASSERT_TRUE(ada.Join(meeting.room_name, meeting.invite, "  Ada ", std::nullopt));
  const auto& data = ada.last_result()["data"];
  EXPECT_STREQ(data["role"].GetString(), "panelist");
  EXPECT_FALSE(data.HasMember("answer"));
  EXPECT_TRUE(data["slots"].Empty());
  EXPECT_STREQ(data["room"]["title"].GetString(), "Weekly");
  EXPECT_STREQ(data["room"]["participants"][0]["name"].GetString(), "Ada");
  EXPECT_EQ(meeting.media->SentOf<CreateTransport>().size(), 0u);
  EXPECT_EQ(meeting.media->SentOf<OpenRoom>().size(), 2u) << "on every worker";
}

TEST(JoiningTest, WithAnOfferTheWorkersAreToldInOrder) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "host");
  const auto& data = ada.last_result()["data"];
  EXPECT_STREQ(data["role"].GetString(), "host");
  EXPECT_NE(std::string(data["answer"].GetString()).find("m=audio"), std::string::npos);
  EXPECT_EQ(data["slots"].Size(), 7u);
  EXPECT_TRUE(ada.has_source("microphone"));
  EXPECT_TRUE(ada.has_source("camera"));
  EXPECT_FALSE(ada.has_source("screen")) << "was not offered";

  std::vector<size_t> order;
  for (const auto& [worker, command] : meeting.media->sent()) order.push_back(command.index());
  const size_t open = Command(OpenRoom{}).index();
  const size_t create = Command(CreateTransport{}).index();
  const size_t add = Command(AddSource{}).index();
  const size_t enable = Command(EnableSource{}).index();
  EXPECT_EQ(order, (std::vector{open, open, create, add, add, enable, add, add, enable}));
  for (const auto& [worker, enabled] : meeting.media->SentOf<EnableSource>()) {
    EXPECT_TRUE(enabled.enabled);
  }
}

TEST(JoiningTest, OthersAreToldAndTheSnapshotHasEveryone) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "host");
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(ada.Take("participant_joined").size(), 1u);
  EXPECT_EQ(bob.Take("participant_joined").size(), 0u) << "one's own joining is in the snapshot";
  EXPECT_EQ(bob.known().participants.size(), 2u);
  meeting.ExpectAgreement();
}

TEST(JoiningTest, MembersOfOneRoomSpreadOverTheWorkers) {
  Meeting meeting({}, 3);
  std::array<int, 3> members{};
  for (int i = 0; i < 9; ++i) {
    Client& client = meeting.Joined("P" + std::to_string(i));
    ++members[static_cast<size_t>(meeting.media->Find(client.transport()).first)];
  }
  EXPECT_EQ(members, (std::array{3, 3, 3}));
}

TEST(JoiningTest, Refusals) {
  Meeting meeting;
  const auto refusal = [&](const std::string& data) {
    Client& client = meeting.NewClient();
    const std::string code = client.Refusal("join", data);
    EXPECT_FALSE(client.close_code());
    return code;
  };
  const std::string in = R"({"room":)" + Quote(meeting.room_name);
  EXPECT_EQ(refusal(R"({"room":"no-such-room","name":"A","invite":"x"})"), "room_not_found");
  EXPECT_EQ(refusal(in + R"(,"name":"A","invite":"wrong"})"), "link_invalid");
  EXPECT_EQ(refusal(in + R"(,"name":"A","invite":""})"), "link_invalid");
  EXPECT_EQ(refusal(in + R"(,"name":"A","token":"forged"})"), "token_invalid");
  EXPECT_EQ(refusal(in + R"(,"name":"A","token":"expired"})"), "token_expired");
  EXPECT_EQ(refusal(in + R"(,"name":"A","token":"host@another-room"})"), "token_invalid");
  EXPECT_EQ(refusal(in + R"(,"name":"A","token":"host@)" + meeting.room_name + "\"}"), "ok");
  for (const char* name : {"", "   ", "a\\nb", "\\u202eevil", "\\u200b"}) {
    EXPECT_EQ(refusal(in + R"(,"token":"host","name":")" + name + "\"}"), "name_invalid") << name;
  }
  EXPECT_EQ(refusal(in + R"(,"token":"host","name":")" + std::string(65, 'x') + "\"}"),
            "name_invalid");
  EXPECT_EQ(refusal(in + R"(,"token":"host","name":"A","offer":"nonsense"})"), "offer_invalid");
  EXPECT_EQ(meeting.room().participant_count(), 0u + 1) << "only the one that was let in";
}

TEST(JoiningTest, ATokensNameStandsInForAMissingOne) {
  Meeting meeting;
  Client& client = meeting.NewClient();
  ASSERT_TRUE(
      client.Ask("join", R"({"room":)" + Quote(meeting.room_name) + R"(,"token":"camera-only"})"));
  EXPECT_STREQ(client.last_result()["data"]["room"]["participants"][0]["name"].GetString(),
               "Camera");
}

TEST(JoiningTest, AnOfferThatFailsLeavesNoTrace) {
  Meeting meeting;
  Client& client = meeting.NewClient();
  EXPECT_EQ(client.Refusal("join", R"({"room":)" + Quote(meeting.room_name) +
                                       R"(,"name":"A","token":"host","offer":"v=0"})"),
            "offer_invalid");
  EXPECT_EQ(meeting.room().participant_count(), 0u);
  EXPECT_TRUE(meeting.media->empty());
  EXPECT_TRUE(client.Join(meeting.room_name, "host", "A")) << "and may try again";
}

TEST(JoiningTest, OnlyOncePerSocket) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(ada.Refusal("join", R"({"room":)" + Quote(meeting.room_name) +
                                    R"(,"name":"Ada","token":"host"})"),
            "already_joined");
  EXPECT_EQ(ada.Refusal("resume", R"({"resume":)" + Quote(ada.resume_token()) + "}"),
            "already_joined");
  EXPECT_EQ(meeting.room().participant_count(), 1u);
}

TEST(JoiningTest, NothingButPingBeforeIt) {
  Meeting meeting;
  Client& client = meeting.NewClient();
  EXPECT_EQ(client.Refusal("ping"), "ok");
  EXPECT_EQ(client.Refusal("offer", R"({"sdp":"v=0"})"), "not_joined");
  EXPECT_EQ(client.Refusal("view", R"({"show":[]})"), "not_joined");
  EXPECT_EQ(client.Refusal("publish", R"({"source":"camera","on":true})"), "not_joined");
  EXPECT_EQ(client.Refusal("chat", R"({"text":"hi"})"), "not_joined");
  EXPECT_EQ(client.Refusal("rename", R"({"name":"hi"})"), "not_joined");
  EXPECT_EQ(client.Refusal("mute", R"({"participant":"p","source":"camera"})"), "not_joined");
  EXPECT_EQ(client.Refusal("remove", R"({"participant":"p"})"), "not_joined");
  EXPECT_EQ(client.Refusal("end"), "not_joined");
  EXPECT_EQ(client.Refusal("leave"), "not_joined");
}

TEST(JoiningTest, AFullRoomAndAFullServer) {
  Limits limits;
  limits.participants_per_room = 2;
  limits.participants_in_all = 3;
  Meeting meeting(limits);
  meeting.Joined("A");
  Client& bob = meeting.Joined("B");
  Client& late = meeting.NewClient();
  EXPECT_FALSE(late.Join(meeting.room_name, "panelist", "C"));
  EXPECT_STREQ(late.error()["code"].GetString(), "room_full");

  auto other = meeting.rooms->Create("other-room", "", meeting.now());
  ASSERT_TRUE(other);
  ASSERT_TRUE(meeting.NewClient().Join("other-room", "panelist", "D"));
  EXPECT_FALSE(late.Join("other-room", "panelist", "C"));
  EXPECT_STREQ(late.error()["code"].GetString(), "server_full");

  bob.Ask("leave");
  EXPECT_TRUE(late.Join(meeting.room_name, "panelist", "C")) << "a place is free again";
}

TEST(JoiningTest, LeavingTellsTheRoomAndClosesTheSocket) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  EXPECT_TRUE(bob.Ask("leave"));
  EXPECT_EQ(bob.close_code(), CloseCode::kLeft);
  EXPECT_EQ(ada.Take("participant_left"),
            (std::vector{R"({"participant":")" + bob.id() + R"(","reason":"left"})"}));
  meeting.ExpectAgreement();
  bob.Lose();
  EXPECT_EQ(meeting.room().participant_count(), 1u);
  Client& back = meeting.NewClient();
  EXPECT_FALSE(back.Resume(bob.resume_token()));
  EXPECT_STREQ(back.error()["code"].GetString(), "resume_expired") << "who left has left";
}

TEST(JoiningTest, TheLastOneOutClosesTheRoomOnTheWorkers) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  ada.Ask("chat", R"({"text":"between us"})");
  ada.Ask("leave");
  bob.Ask("leave");
  EXPECT_TRUE(meeting.media->empty());
  EXPECT_EQ(meeting.rooms->participant_count(), 0u);
  EXPECT_TRUE(meeting.rooms->NextTimeout().IsNever());

  Client& next = meeting.Joined("Next");
  EXPECT_TRUE(next.known().chat.empty()) << "what was said is for those who were there";
}

TEST(JoiningTest, AnAddressThatTriesTooOftenWaits) {
  Limits limits;
  limits.joins_per_minute = 3;
  Meeting meeting(limits);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(meeting.NewClient("203.0.113.9").Join(meeting.room_name, "panelist", "A"));
  }
  Client& fourth = meeting.NewClient("203.0.113.9");
  EXPECT_FALSE(fourth.Join(meeting.room_name, "panelist", "A"));
  EXPECT_STREQ(fourth.error()["code"].GetString(), "too_many_requests");
  EXPECT_GT(fourth.error()["retry_after_ms"].GetInt(), 0);
  EXPECT_TRUE(meeting.NewClient("203.0.113.8").Join(meeting.room_name, "panelist", "A"))
      << "others are not in its way";
  meeting.Pass(Duration::Seconds(21));
  EXPECT_TRUE(fourth.Join(meeting.room_name, "panelist", "A"));
}

TEST(JoiningTest, AServerThatStopsTakesNobody) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  meeting.rooms->Close(Duration::Millis(2500));
  EXPECT_EQ(ada.Take("closing"), (std::vector<std::string>{R"({"retry_after_ms":2500})"}));
  Client& late = meeting.NewClient();
  EXPECT_FALSE(late.Join(meeting.room_name, "panelist", "B"));
  EXPECT_STREQ(late.error()["code"].GetString(), "closing");
}

}  // namespace
}  // namespace parley::test
