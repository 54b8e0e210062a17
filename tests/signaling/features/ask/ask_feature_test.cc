// Being asked to speak, as clients see it.

#include "signaling/features/ask/ask_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

std::string Ask(const std::string& whom, const std::string& source = "microphone") {
  return R"({"participant":)" + Quote(whom) + R"(,"source":)" + Quote(source) + "}";
}

class AskFeatureTest : public testing::Test {
 protected:
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "panelist", {}, "[]");
};

TEST_F(AskFeatureTest, OneIsAskedAndNothingIsTurnedOn) {
  ASSERT_TRUE(host.Ask("ask", Ask(ada.id())));
  EXPECT_EQ(ada.Take("ask"),
            std::vector<std::string>{R"({"source":"microphone","by":)" + Quote(host.id()) + "}"});
  EXPECT_TRUE(host.Take("ask").empty());
  EXPECT_TRUE(host.known().participants.at(ada.id()).contains(R"("state":"off")"));
  EXPECT_FALSE(host.known().participants.at(ada.id()).contains(R"("state":"live")"));
  ASSERT_TRUE(ada.Ask("publish", R"({"source":"microphone","on":true})"));
  ASSERT_TRUE(host.Ask("ask", Ask(ada.id())));
  EXPECT_TRUE(ada.Take("ask").empty()) << "it is on already";
}

TEST_F(AskFeatureTest, RefusesWhatCannotBeAsked) {
  EXPECT_EQ(ada.Refusal("ask", Ask(host.id())), "forbidden");
  EXPECT_EQ(host.Refusal("ask", Ask("pnobody")), "participant_not_found");
  EXPECT_EQ(host.Refusal("ask", Ask(ada.id(), "screen")), "bad_request");
  EXPECT_EQ(host.Refusal("ask"), "bad_request");
  Client& bob = meeting.Joined("Bob", "attendee");
  EXPECT_EQ(host.Refusal("ask", Ask(bob.id())), "source_not_found")
      << "somebody in the audience is called on stage first";
}

}  // namespace
}  // namespace parley::test
