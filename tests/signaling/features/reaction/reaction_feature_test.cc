#include "signaling/features/reaction/reaction_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

TEST(ReactionFeatureTest, ManyAreToldAsOneNumber) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob");
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(ada.Ask("reaction", R"({"reaction":"clap"})"));
  ASSERT_TRUE(bob.Ask("reaction", R"({"reaction":"heart"})"));
  EXPECT_TRUE(bob.Take("reaction").empty());
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(bob.Take("reaction"), std::vector<std::string>{R"({"counts":{"clap":40,"heart":1}})"});
  EXPECT_EQ(ada.Take("reaction").size(), 1u);
  meeting.Pass(Duration::Seconds(1));
  EXPECT_TRUE(bob.Take("reaction").empty());
  meeting.ExpectAgreement();
}

TEST(ReactionFeatureTest, AnUnknownOneIsRefused) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(ada.Refusal("reaction", R"({"reaction":"<b>"})"), "bad_request");
  EXPECT_STREQ(ada.error()["field"].GetString(), "reaction");
  EXPECT_EQ(ada.Refusal("reaction"), "bad_request");
}

}  // namespace
}  // namespace parley::test
