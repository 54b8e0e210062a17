// Each limit of the configuration, set low in a file and crossed over real sockets: whoever crosses
// it is told which it is. Packets over 1,500 bytes are in hostile_input_test.cc.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/client/json_text.h"
#include "tests/integration/member.h"
#include "tests/integration/server_process.h"

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class LimitsTest : public ::testing::Test {
 protected:
  // With these lines under [limits].
  void StartWith(const std::string& limits) {
    ASSERT_TRUE(server_.Start("[limits]\n" + limits + "\n"));
    token_ = server_.HostToken();
    MakeRoom();
    ASSERT_FALSE(invite_.empty());
  }
  HttpReply MakeRoom() {
    HttpReply reply = server_.Post("/api/v1/rooms", R"({"title":"Weekly"})", token_);
    room_ = JsonText(reply.body, "name");
    invite_ = JsonText(reply.body, "invite");
    return reply;
  }
  Member& NewMember() {
    members_.push_back(std::make_unique<Member>(identity_, loop_, members_.size() + 1));
    return *members_.back();
  }
  std::string Join(Member& member) {
    return member.Join(server_.port(), false, room_, invite_, "Ada");
  }
  // What a socket is closed with after this text.
  uint16_t CloseCodeAfter(const std::string& text) {
    auto socket = WebSocketClient::Connect({.port = server_.port()});
    if (!socket) return 0;
    (*socket)->Send(text);
    while ((*socket)->Receive(30s)) {
    }
    return (*socket)->close_code();
  }

  ServerProcess server_;
  std::string token_, room_, invite_;
  TestIdentity identity_;
  TestPeerLoop loop_;
  std::vector<std::unique_ptr<Member>> members_;
};

// An error names its code and has a sentence.
void ExpectError(const std::string& answer, const std::string& code) {
  EXPECT_THAT(answer, HasSubstr("\"" + code + "\"")) << answer;
  EXPECT_THAT(answer, HasSubstr("\"message\":\"")) << answer;
}

TEST_F(LimitsTest, ParticipantsOfARoom) {
  StartWith("participants_per_room = 1");
  EXPECT_THAT(Join(NewMember()), HasSubstr("\"participant\""));
  ExpectError(Join(NewMember()), "room_full");
}

TEST_F(LimitsTest, ParticipantsInAll) {
  StartWith("participants_in_all = 1");
  EXPECT_THAT(Join(NewMember()), HasSubstr("\"participant\""));
  MakeRoom();
  ExpectError(Join(NewMember()), "server_full");
}

TEST_F(LimitsTest, Rooms) {
  StartWith("rooms = 1");
  const HttpReply second = MakeRoom();
  EXPECT_EQ(second.status, 503);
  ExpectError(second.body, "server_full");
}

TEST_F(LimitsTest, JoinsPerMinuteOfAnAddress) {
  StartWith("joins_per_minute = 1");
  EXPECT_THAT(Join(NewMember()), HasSubstr("\"participant\""));
  const std::string refused = Join(NewMember());
  ExpectError(refused, "too_many_requests");
  EXPECT_THAT(refused, HasSubstr("\"retry_after_ms\""));
}

TEST_F(LimitsTest, MessagesPerSecond) {
  StartWith("messages_per_second = 1\nmessage_burst = 2");
  Member& ada = NewMember();
  ASSERT_THAT(Join(ada), HasSubstr("\"participant\""));
  std::string last;
  // A machine so slow that a second passes between two of them sends more.
  for (int i = 0; i < 50 && last.find("too_many_requests") == std::string::npos; ++i) {
    last = ada.Ask("chat", R"({"text":"hello"})");
  }
  ExpectError(last, "too_many_requests");
}

TEST_F(LimitsTest, SizeAndDepthOfAMessage) {
  StartWith("message_bytes = 2000\njson_depth = 8");
  EXPECT_EQ(CloseCodeAfter(std::string(2001, ' ')), 1009);
  EXPECT_EQ(CloseCodeAfter(std::string(9, '[') + std::string(9, ']')), 1007);
}

TEST_F(LimitsTest, SizeOfAnOffer) {
  StartWith("sdp_bytes = 1024");
  ExpectError(Join(NewMember()), "too_large");
}

TEST_F(LimitsTest, StreamsOfAPeer) {
  StartWith("streams_per_peer = 4");
  const auto answer = TestAnswer::Parse(JsonText(Join(NewMember()), "data.answer"));
  ASSERT_TRUE(answer);
  int slots = 0;
  for (const TestAnswer::Media& media : answer->media) slots += media.server_sends ? 1 : 0;
  EXPECT_EQ(slots, 4) << "of five that were offered";
  EXPECT_FALSE(answer->media.back().accepted);
}

}  // namespace
}  // namespace parley::test
