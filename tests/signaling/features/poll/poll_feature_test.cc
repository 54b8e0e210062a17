// Polls, as clients see them.

#include "signaling/features/poll/poll_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

class PollFeatureTest : public testing::Test {
 protected:
  static constexpr const char* kWhich = R"({"question":"Which?","options":["a","b","c"]})";
  static constexpr const char* kSeveral =
      R"({"question":"Which?","options":["a","b","c"],"multiple":true})";

  static std::string On(const std::string& poll, const std::string& more = {}) {
    return R"({"poll":)" + Quote(poll) + more + "}";
  }
  static std::string Drafted(Client& client, const std::string& data = kWhich) {
    const auto* result = client.Ask("poll.create", data);
    EXPECT_TRUE(result);
    return result ? (*result)["poll"].GetString() : "";
  }
  static std::string Opened(Client& client, const std::string& data = kWhich) {
    const std::string id = Drafted(client, data);
    EXPECT_TRUE(client.Ask("poll.open", On(id)));
    return id;
  }
  static std::string Vote(Client& client, const std::string& poll, const std::string& options) {
    return client.Refusal("poll.vote", On(poll, R"(,"options":)" + options));
  }
  static std::string Results(const std::string& poll, const std::string& results) {
    return R"({"poll":)" + Quote(poll) + R"(,"results":)" + results + "}";
  }
  static const rapidjson::Value& Polls(const Client& newcomer) {
    return newcomer.last_result()["data"]["room"]["features"]["poll"]["polls"];
  }

  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob", "attendee");
};

TEST_F(PollFeatureTest, IsDraftedOpenedVotedInAndEnded) {
  Client& cohost = meeting.Joined("Cohost", "cohost");
  const std::string id = Drafted(host);
  EXPECT_EQ(cohost.Take("poll.poll").size(), 1u);
  EXPECT_TRUE(ada.Take("poll.poll").empty()) << "a draft is nothing for the audience";
  EXPECT_EQ(Vote(ada, id, "[0]"), "bad_request");
  EXPECT_EQ(host.Refusal("poll.end", On(id)), "bad_request");

  ASSERT_TRUE(host.Ask("poll.open", On(id)));
  const auto opened = ada.Take("poll.poll");
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_TRUE(opened[0].contains(R"("state":"open")"));
  EXPECT_EQ(Vote(ada, id, "[0]"), "ok");
  EXPECT_EQ(Vote(bob, id, "[0]"), "ok");
  EXPECT_EQ(Vote(bob, id, "[2]"), "ok") << "while it is open one may think again";
  cohost.Take("poll.results");
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(cohost.Take("poll.results"),
            (std::vector{Results(id, R"({"voters":2,"votes":[1,0,1]})")}));
  EXPECT_TRUE(ada.Take("poll.results").empty()) << "not shared";

  ASSERT_TRUE(host.Ask("poll.end", On(id)));
  EXPECT_EQ(ada.Take("poll.poll").size(), 1u);
  EXPECT_EQ(Vote(ada, id, "[1]"), "bad_request");
  EXPECT_EQ(host.Refusal("poll.open", On(id)), "bad_request") << "it does not open again";
  meeting.ExpectAgreement();
}

TEST_F(PollFeatureTest, ResultsAreSharedWhenTheHostSaysSo) {
  const std::string id = Opened(host);
  EXPECT_EQ(Vote(ada, id, "[1]"), "ok");
  ASSERT_TRUE(host.Ask("poll.share", On(id, R"(,"shared":true)")));
  EXPECT_EQ(ada.Take("poll.results"),
            (std::vector{Results(id, R"({"voters":1,"votes":[0,1,0]})")}));
  EXPECT_EQ(Vote(bob, id, "[1]"), "ok");
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(ada.Take("poll.results"),
            (std::vector{Results(id, R"({"voters":2,"votes":[0,2,0]})")}));
  EXPECT_TRUE(Polls(meeting.Joined("Late", "attendee"))[0].HasMember("results"));

  ASSERT_TRUE(host.Ask("poll.share", On(id, R"(,"shared":false)")));
  EXPECT_EQ(Vote(bob, id, "[0]"), "ok");
  meeting.Pass(Duration::Seconds(1));
  EXPECT_TRUE(ada.Take("poll.results").empty());
  EXPECT_FALSE(Polls(meeting.Joined("Later", "attendee"))[0].HasMember("results"));
  EXPECT_TRUE(Polls(meeting.Joined("Host 2", "host"))[0].HasMember("results"));
  meeting.ExpectAgreement();
}

TEST_F(PollFeatureTest, SeveralAreChosenOnlyWhereItIsSo) {
  const std::string one = Opened(host);
  EXPECT_EQ(Vote(ada, one, "[0,1]"), "bad_request");
  EXPECT_EQ(host.Refusal("poll.open", On(Drafted(host, kSeveral))), "bad_request")
      << "one is open already";
  ASSERT_TRUE(host.Ask("poll.end", On(one)));
  ASSERT_TRUE(host.Ask("poll.open", On("v2")));
  EXPECT_EQ(Vote(ada, "v2", "[2,0]"), "ok");
  EXPECT_EQ(Vote(ada, "v2", "[]"), "bad_request");
  EXPECT_EQ(Vote(ada, "v2", "[1,1]"), "bad_request");
  EXPECT_EQ(Vote(ada, "v2", "[3]"), "bad_request");
  EXPECT_EQ(Vote(ada, "v2", R"(["a"])"), "bad_request");
  EXPECT_EQ(Vote(ada, "v3", "[0]"), "bad_request");
  host.Take("poll.results");
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(host.Take("poll.results"),
            (std::vector{Results("v2", R"({"voters":1,"votes":[1,0,1]})")}));
}

TEST_F(PollFeatureTest, AThousandVotesAreToldAFewTimesASecond) {
  const std::string id = Opened(host);
  host.Take("poll.results");
  for (int second = 0; second < 10; ++second) {
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(Vote(ada, id, i % 2 ? "[0]" : "[1]"), "ok");
      EXPECT_EQ(Vote(bob, id, i % 2 ? "[1]" : "[2]"), "ok");
      meeting.Pass(Duration::Millis(100));
    }
  }
  EXPECT_LE(host.Take("poll.results").size(), 41u);
}

TEST_F(PollFeatureTest, OnlyThoseWhoRunThemMayChangeThem) {
  const std::string id = Opened(host);
  for (const auto& [verb, data] : {std::pair{"create", std::string(kWhich)},
                                   {"open", On(id)},
                                   {"end", On(id)},
                                   {"share", On(id, R"(,"shared":true)")},
                                   {"delete", On(id)}}) {
    EXPECT_EQ(ada.Refusal(std::string("poll.") + verb, data), "forbidden") << verb;
  }
}

TEST_F(PollFeatureTest, WhoeverIsMadeACohostSeesDraftsAndResults) {
  const std::string open = Opened(host);
  const std::string draft = Drafted(host);
  ASSERT_TRUE(host.Ask("role", R"({"participant":)" + Quote(ada.id()) + R"(,"role":"cohost"})"));
  const auto polls = ada.Take("poll.poll");
  ASSERT_EQ(polls.size(), 2u) << "the open one before";
  EXPECT_TRUE(polls[1].contains(Quote(draft)));
  EXPECT_EQ(ada.Take("poll.results").size(), 1u);
  EXPECT_TRUE(bob.Take("poll.results").empty());
}

TEST_F(PollFeatureTest, ADeletedOneIsGone) {
  const std::string draft = Drafted(host);
  ASSERT_TRUE(host.Ask("poll.delete", On(draft)));
  EXPECT_TRUE(ada.Take("poll.deleted").empty());
  const std::string open = Opened(host);
  ASSERT_TRUE(host.Ask("poll.delete", On(open)));
  EXPECT_EQ(ada.Take("poll.deleted").size(), 1u);
  EXPECT_EQ(host.Take("poll.deleted").size(), 2u);
  EXPECT_EQ(Vote(ada, open, "[0]"), "bad_request");
  EXPECT_EQ(host.Refusal("poll.end", On(open)), "bad_request");
  EXPECT_EQ(Polls(meeting.Joined("Late")).Size(), 0u);
  EXPECT_TRUE(meeting.store.RowsOf("poll").empty());
  meeting.ExpectAgreement();
}

TEST_F(PollFeatureTest, IsBounded) {
  const auto refusal = [&](const std::string& question, const std::string& options) {
    return host.Refusal("poll.create",
                        R"({"question":)" + Quote(question) + R"(,"options":)" + options + "}");
  };
  EXPECT_EQ(refusal(" ", R"(["a","b"])"), "bad_request");
  EXPECT_EQ(refusal(std::string(301, 'x'), R"(["a","b"])"), "too_large");
  EXPECT_EQ(refusal("?", R"(["a"])"), "bad_request");
  EXPECT_EQ(refusal("?", R"(["a","a"])"), "bad_request");
  EXPECT_EQ(refusal("?", R"(["a",""])"), "bad_request");
  EXPECT_EQ(refusal("?", R"(["a",7])"), "bad_request");
  EXPECT_EQ(refusal("?", R"(["a",")" + std::string(101, 'x') + "\"]"), "too_large");
  EXPECT_EQ(refusal("?", R"(["0","1","2","3","4","5","6","7","8","9","10"])"), "bad_request");
  EXPECT_EQ(host.Refusal("poll.create", R"({"question":"?"})"), "bad_request");
  for (size_t i = 0; i < kPolls; ++i) {
    EXPECT_EQ(refusal("?", R"(["0","1","2","3","4","5","6","7","8","9"])"), "ok");
    meeting.Pass(Duration::Millis(100));
  }
  EXPECT_EQ(refusal("?", R"(["a","b"])"), "too_large");
}

TEST_F(PollFeatureTest, APersonWhoComesAgainHasOneVote) {
  const std::string id = Opened(host);
  const auto join = [&](Client& client) {
    client.set_instance("one");
    return client.Join(meeting.room_name, "attendee", "Cy");
  };
  Client& cy = meeting.NewClient();
  ASSERT_TRUE(join(cy));
  EXPECT_EQ(Vote(cy, id, "[0]"), "ok");
  ASSERT_TRUE(cy.Ask("leave"));
  Client& again = meeting.NewClient();
  ASSERT_TRUE(join(again));
  EXPECT_EQ(Polls(again)[0]["own"][0].GetInt(), 0);
  EXPECT_EQ(Vote(again, id, "[1]"), "ok");
  host.Take("poll.results");
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(host.Take("poll.results"),
            (std::vector{Results(id, R"({"voters":1,"votes":[0,1,0]})")}));
}

TEST_F(PollFeatureTest, OutlivesTheServer) {
  const std::string ended = Opened(host, R"({"question":"\u00e9 \"?\"","options":["ja","nein"]})");
  EXPECT_EQ(Vote(bob, ended, "[1]"), "ok");
  ASSERT_TRUE(host.Ask("poll.share", On(ended, R"(,"shared":true)")));
  ASSERT_TRUE(host.Ask("poll.end", On(ended)));
  const std::string open = Opened(host, kSeveral);
  Drafted(host);
  EXPECT_EQ(Vote(ada, open, "[0,2]"), "ok");
  meeting.Pass(Duration::Seconds(1));
  meeting.RestartServer();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(ada.resume_token()));
  const auto& polls = Polls(again);
  ASSERT_EQ(polls.Size(), 2u) << "no draft";
  EXPECT_STREQ(polls[0]["question"].GetString(), "\u00e9 \"?\"");
  EXPECT_STREQ(polls[0]["state"].GetString(), "ended");
  EXPECT_EQ(Text(polls[0]["results"]), R"({"voters":1,"votes":[0,1]})");
  EXPECT_EQ(Text(polls[1]["own"]), "[0,2]");
  EXPECT_EQ(Vote(again, open, "[1]"), "ok");
  ASSERT_TRUE(again.Ask("leave"));
  EXPECT_TRUE(meeting.store.AllRows().empty());
}

}  // namespace
}  // namespace parley::test
