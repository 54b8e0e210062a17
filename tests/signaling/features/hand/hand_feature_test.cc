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
  EXPECT_NE(host.known().participants.at(bob.id()).find(R"("hand":true)"), std::string::npos);
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

TEST(HandFeatureTest, AFieldOfTheWrongTypeIsNamed) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(ada.Refusal("hand", R"({"up":"yes"})"), "bad_request");
  EXPECT_STREQ(ada.error()["field"].GetString(), "up");
}

}  // namespace
}  // namespace parley::test
