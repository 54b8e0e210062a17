// An invitation made anew while people are in the meeting, over the real server, which is killed
// afterwards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "tests/client/json_text.h"
#include "tests/integration/meeting_fixture.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;

class InvitationTest : public MeetingTest {
 protected:
  HttpReply Renew(const std::string& key) const {
    return Fetch(server_.port(),
                 {.method = "POST",
                  .target = "/api/v1/rooms/" + room_ + "/invitation",
                  .headers = {{"Authorization", "Bearer " + token_}, {"Idempotency-Key", key}}});
  }
  HttpReply Check(const std::string& invite) const {
    return server_.Post("/api/v1/rooms/" + room_ + "/check", "{\"invite\":" + Quoted(invite) + "}",
                        "");
  }
  std::string TryToJoin(const std::string& invite) {
    Member somebody(identity_, loop_, 99);
    return somebody.Join(server_.port(), false, room_, invite, "Somebody");
  }
};

TEST_F(InvitationTest, TheOldOneIsRefusedForEverAndWhoIsInStaysAndComesBack) {
  Member& ada = Joined("Ada");
  Member& bob = Joined("Bob");
  ASSERT_TRUE(EveryoneConnects());
  const HttpReply renewed = Renew("one");
  ASSERT_EQ(renewed.status, 200) << renewed.body;
  const std::string invite = JsonText(renewed.body, "invite");
  EXPECT_NE(invite, invite_);
  EXPECT_EQ(Renew("one").body, renewed.body) << "asked again it is not renewed again";
  EXPECT_EQ(JsonText(ada.Await("lobby.invitation"), "data.invite"), "") << "she is no host";
  EXPECT_EQ(Check(invite_).body, Check("wrong").body);
  EXPECT_EQ(Check(invite).status, 200);
  EXPECT_THAT(TryToJoin(invite_), HasSubstr("\"link_invalid\""));
  EXPECT_TRUE(EveryoneHears(20));
  bob.socket().Cut();
  EXPECT_THAT(bob.Resume(server_.port()), HasSubstr("\"kept\""));

  ASSERT_EQ(server_.End(SIGKILL), -SIGKILL);
  ASSERT_TRUE(server_.Start(Config()));
  EXPECT_THAT(TryToJoin(invite_), HasSubstr("\"link_invalid\""));
  EXPECT_EQ(Check(invite).status, 200);
  EXPECT_EQ(JsonText(Renew("one").body, "invite"), invite);
  EXPECT_THAT(bob.Resume(server_.port()), HasSubstr("\"participant\""));
}

}  // namespace
}  // namespace parley::test
