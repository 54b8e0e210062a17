// The spotlight and the layout for all, as clients see them.

#include "signaling/features/stage/stage_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

std::string Show(const std::string& id, const std::string& source = "camera") {
  return R"({"participant":)" + Quote(id) + R"(,"source":)" + Quote(source) + "}";
}

std::string Stage(const Client& newcomer) {
  return Text(newcomer.last_result()["data"]["room"]["features"]["stage"]);
}

class StageFeatureTest : public testing::Test {
 protected:
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
};

TEST_F(StageFeatureTest, AHostShowsSomebodyToEverybody) {
  EXPECT_EQ(Stage(bob), R"({"spotlight":[],"layout":null})");
  const std::string both = "[" + Show(ada.id()) + "," + Show(bob.id(), "screen") + "]";
  ASSERT_TRUE(host.Ask("stage.spotlight", R"({"show":)" + both + "}"));
  const std::string told = R"({"spotlight":)" + both + R"(,"layout":null})";
  EXPECT_EQ(bob.Take("stage.settings"), std::vector<std::string>{told});
  EXPECT_EQ(host.Take("stage.settings"), std::vector<std::string>{told});
  EXPECT_EQ(Stage(meeting.Joined("Late", "attendee")), told);
  ASSERT_TRUE(host.Ask("stage.spotlight", R"({"show":)" + both + "}"));
  EXPECT_TRUE(bob.Take("stage.settings").empty()) << "nothing has changed";
  ASSERT_TRUE(host.Ask("stage.spotlight", R"({"show":[]})"));
  EXPECT_EQ(bob.Take("stage.settings").size(), 1u);
  meeting.ExpectAgreement();
}

TEST_F(StageFeatureTest, AHostSetsTheLayoutForAll) {
  ASSERT_TRUE(host.Ask("stage.layout", R"({"layout":"gallery"})"));
  EXPECT_EQ(ada.Take("stage.settings"),
            std::vector<std::string>{R"({"spotlight":[],"layout":"gallery"})"});
  ASSERT_TRUE(host.Ask("stage.layout", R"({"layout":null})"));
  EXPECT_EQ(ada.Take("stage.settings"),
            std::vector<std::string>{R"({"spotlight":[],"layout":null})"});
  EXPECT_EQ(host.Refusal("stage.layout", R"({"layout":"sideways"})"), "bad_request");
}

TEST_F(StageFeatureTest, BadRequestsChangeNothing) {
  EXPECT_EQ(ada.Refusal("stage.spotlight", R"({"show":[]})"), "forbidden");
  EXPECT_EQ(ada.Refusal("stage.layout", R"({"layout":"gallery"})"), "forbidden");
  EXPECT_EQ(host.Refusal("stage.spotlight"), "bad_request");
  EXPECT_EQ(host.Refusal("stage.spotlight", R"({"show":[7]})"), "bad_request");
  EXPECT_EQ(host.Refusal("stage.spotlight", R"({"show":[)" + Show(ada.id(), "microphone") + "]}"),
            "bad_request");
  EXPECT_EQ(host.Refusal("stage.spotlight", R"({"show":[)" + Show("pnobody") + "]}"),
            "participant_not_found");
  std::string many = Show(ada.id());
  for (int i = 0; i < 9; ++i) many += "," + Show(ada.id());
  EXPECT_EQ(host.Refusal("stage.spotlight", R"({"show":[)" + many + "]}"), "bad_request");
  EXPECT_TRUE(bob.Take("stage.settings").empty());
}

TEST_F(StageFeatureTest, WhoeverLeavesLeavesTheSpotlight) {
  ASSERT_TRUE(
      host.Ask("stage.spotlight", R"({"show":[)" + Show(ada.id()) + "," + Show(bob.id()) + "]}"));
  bob.Take("stage.settings");
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_EQ(bob.Take("stage.settings"),
            std::vector<std::string>{R"({"spotlight":[)" + Show(bob.id()) + R"(],"layout":null})"});
  meeting.ExpectAgreement();
}

TEST_F(StageFeatureTest, ItOutlivesTheServerAndEndsWithTheMeeting) {
  ASSERT_TRUE(host.Ask("stage.spotlight",
                       R"({"show":[)" + Show(ada.id()) + "," + Show(ada.id(), "screen") + "]}"));
  ASSERT_TRUE(host.Ask("stage.layout", R"({"layout":"speaker"})"));
  meeting.RestartServer();
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  EXPECT_EQ(Stage(host_again), R"({"spotlight":[],"layout":"speaker"})") << "she is not back yet";
  Client& ada_again = meeting.NewClient();
  ASSERT_TRUE(ada_again.Resume(ada.resume_token()));
  EXPECT_EQ(Stage(ada_again), R"({"spotlight":[)" + Show(ada.id()) + "," +
                                  Show(ada.id(), "screen") + R"(],"layout":"speaker"})");
  EXPECT_EQ(host_again.Take("stage.settings").size(), 1u) << "those who are there learn of it";
  ASSERT_TRUE(host_again.Ask("end"));
  EXPECT_TRUE(meeting.store.RowsOf("stage").empty());
  EXPECT_EQ(Stage(meeting.Joined("Host", "host")), R"({"spotlight":[],"layout":null})");
}

}  // namespace
}  // namespace parley::test
