// Raised hands, as clients see them.

#include "signaling/features/hand/hand_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

TEST(HandFeatureTest, AHandIsRaisedByOneselfAndLoweredByAHostToo) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(bob.Ask("hand", R"({"up":true})"));
  EXPECT_NE(host.known().participants.at(bob.id()).find(R"("hand":true,"hand_at":1700000000000)"),
            std::string::npos);
  EXPECT_EQ(host.Take("participant_changed").size(), 1u);
  ASSERT_TRUE(bob.Ask("hand", R"({"up":true})"));
  EXPECT_EQ(host.Take("participant_changed").size(), 0u) << "it is up already";
  ASSERT_TRUE(host.Ask("hand", R"({"up":false,"participant":)" + Quote(bob.id()) + "}"));
  EXPECT_EQ(bob.known().participants.at(bob.id()).find("hand"), std::string::npos);
  EXPECT_EQ(host.Refusal("hand", R"({"up":true,"participant":)" + Quote(bob.id()) + "}"),
            "forbidden")
      << "nobody raises another's";
  EXPECT_EQ(bob.Refusal("hand", R"({"up":false,"participant":)" + Quote(host.id()) + "}"),
            "forbidden");
  EXPECT_EQ(host.Refusal("hand", R"({"up":false,"participant":"pnobody"})"),
            "participant_not_found");
  meeting.ExpectAgreement();
}

const std::string kUp = R"({"up":true})";

std::string Queue(const Client& newcomer) {
  return Text(newcomer.last_result()["data"]["room"]["features"]["hand"]["queue"]);
}

TEST(HandFeatureTest, TheQueueIsInTheServersOrder) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(bob.Ask("hand", kUp));
  ASSERT_TRUE(ada.Ask("hand", kUp));
  ASSERT_TRUE(host.Ask("hand", kUp));
  ASSERT_TRUE(bob.Ask("hand", R"({"up":false})"));
  ASSERT_TRUE(bob.Ask("hand", kUp));
  EXPECT_EQ(Queue(meeting.Joined("Late")),
            "[" + Quote(ada.id()) + "," + Quote(host.id()) + "," + Quote(bob.id()) + "]");
  EXPECT_EQ(bob.Refusal("hand.next"), "forbidden");
  const auto* next = host.Ask("hand.next");
  ASSERT_TRUE(next);
  EXPECT_EQ((*next)["participant"].GetString(), ada.id());
  EXPECT_EQ(ada.known().participants.at(ada.id()).find("hand"), std::string::npos);
  ASSERT_TRUE(host.Ask("hand", R"({"up":false})"));
  ASSERT_TRUE(bob.Ask("leave"));
  next = host.Ask("hand.next");
  ASSERT_TRUE(next);
  EXPECT_TRUE((*next)["participant"].IsNull());
  EXPECT_EQ(Queue(meeting.Joined("Later")), "[]");
  meeting.ExpectAgreement();
}

TEST(HandFeatureTest, HandsStayUpOverARestart) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(bob.Ask("hand", kUp));
  ASSERT_TRUE(ada.Ask("hand", kUp));
  meeting.RestartServer();
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  Client& ada_again = meeting.NewClient();
  ASSERT_TRUE(ada_again.Resume(ada.resume_token()));
  Client& bob_again = meeting.NewClient();
  ASSERT_TRUE(bob_again.Resume(bob.resume_token()));
  EXPECT_EQ(Queue(bob_again), "[" + Quote(bob.id()) + "," + Quote(ada.id()) + "]");
  EXPECT_TRUE(host_again.known().participants.at(ada.id()).contains(
      R"("hand":true,"hand_at":1700000000000)"));
  for (Client* client : {&ada_again, &bob_again, &host_again}) ASSERT_TRUE(client->Ask("leave"));
  EXPECT_TRUE(meeting.store.AllRows().empty());
}

TEST(HandFeatureTest, AFieldOfTheWrongTypeIsNamed) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(ada.Refusal("hand", R"({"up":"yes"})"), "bad_request");
  EXPECT_STREQ(ada.error()["field"].GetString(), "up");
}

}  // namespace
}  // namespace parley::test
