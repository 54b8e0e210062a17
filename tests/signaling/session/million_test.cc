// A million votes and reactions: each counts as it should, the others are told a few times, and
// nothing is kept of each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kMillion = 1'000'000;

FeatureRequest Request(const std::string& feature, const std::string& verb,
                       const std::string& data) {
  FeatureRequest request{.feature = feature, .verb = verb, .fields = {}};
  request.fields.Parse(data);
  return request;
}

// One and then the other, a million times in all, past what a socket's limit lets through.
void Flood(Meeting& meeting, const Client& from, const FeatureRequest& one,
           const FeatureRequest& other) {
  Participant& participant = *meeting.room().Find(from.id());
  for (int i = 0; i < kMillion; i += 2) {
    ASSERT_TRUE(meeting.room().Ask(participant, one, meeting.now()));
    ASSERT_TRUE(meeting.room().Ask(participant, other, meeting.now()));
  }
}

struct MillionTest : ::testing::Test {
  Meeting meeting;
  Client& host = meeting.Joined("Ada", "host");
  Client& loud = meeting.Joined("Ben", "attendee");
  Client& quiet = meeting.Joined("Cleo", "attendee");
};

TEST_F(MillionTest, VotesForAQuestionAreOneVote) {
  ASSERT_TRUE(host.Ask("qa.ask", R"({"text":"Why?"})"));
  Flood(meeting, loud, Request("qa", "vote", R"({"question":"q1","up":false})"),
        Request("qa", "vote", R"({"question":"q1","up":true})"));
  EXPECT_TRUE(quiet.Take("qa.votes").empty());
  meeting.Pass(Duration::Seconds(1));
  EXPECT_THAT(quiet.Take("qa.votes"), ElementsAre(R"({"votes":{"q1":1}})"));
  EXPECT_EQ(meeting.store.RowsOf("qa").size(), 1u);
}

TEST_F(MillionTest, VotesInAPollAreTheLastOne) {
  ASSERT_TRUE(host.Ask("poll.create", R"({"question":"Which?","options":["a","b"]})"));
  ASSERT_TRUE(host.Ask("poll.open", R"({"poll":"v1"})"));
  host.Take("poll.results");
  Flood(meeting, loud, Request("poll", "vote", R"({"poll":"v1","options":[0]})"),
        Request("poll", "vote", R"({"poll":"v1","options":[1]})"));
  meeting.Pass(Duration::Seconds(1));
  EXPECT_THAT(host.Take("poll.results"), ElementsAre(HasSubstr(R"("voters":1,"votes":[0,1])")));
  EXPECT_TRUE(quiet.Take("poll.results").empty());
}

TEST_F(MillionTest, ReactionsAreOneNumber) {
  Flood(meeting, loud, Request("reaction", "", R"({"reaction":"clap"})"),
        Request("reaction", "", R"({"reaction":"heart"})"));
  meeting.Pass(Duration::Seconds(1));
  EXPECT_THAT(quiet.Take("reaction"), ElementsAre(R"({"counts":{"clap":500000,"heart":500000}})"));
}

}  // namespace
}  // namespace parley::test
