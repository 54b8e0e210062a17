// Questions of the audience, as clients see them.

#include "signaling/features/qa/qa_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

class QaFeatureTest : public testing::Test {
 protected:
  static std::string Asked(Client& client, const std::string& data) {
    const auto* result = client.Ask("qa.ask", data);
    EXPECT_TRUE(result);
    return result ? (*result)["question"].GetString() : "";
  }
  static std::string On(const std::string& question, const std::string& more = {}) {
    return R"({"question":)" + Quote(question) + more + "}";
  }
  static const rapidjson::Value& Questions(const Client& newcomer) {
    return newcomer.last_result()["data"]["room"]["features"]["qa"]["questions"];
  }

  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob", "attendee");
};

TEST_F(QaFeatureTest, AQuestionIsAskedVotedForAndAnswered) {
  const std::string id = Asked(ada, R"({"text":"Why?"})");
  ASSERT_EQ(bob.Take("qa.question").size(), 1u);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(bob.Ask("qa.vote", On(id, R"(,"up":true)")));
  ASSERT_TRUE(ada.Ask("qa.vote", On(id, R"(,"up":true)")));
  EXPECT_TRUE(host.Take("qa.votes").empty());
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(host.Take("qa.votes"), (std::vector{R"({"votes":{")" + id + R"(":2}})"}))
      << "one of each";
  ASSERT_TRUE(bob.Ask("qa.vote", On(id, R"(,"up":false)")));
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(host.Take("qa.votes"), (std::vector{R"({"votes":{")" + id + R"(":1}})"}));

  EXPECT_EQ(bob.Refusal("qa.answer", On(id)), "forbidden");
  ASSERT_TRUE(host.Ask("qa.answer", On(id, R"(,"text":"Because.")")));
  const auto answered = ada.Take("qa.question");
  ASSERT_EQ(answered.size(), 2u);
  EXPECT_TRUE(answered[1].contains(R"("answered":true,"answer":"Because.")"));
  meeting.ExpectAgreement();
}

TEST_F(QaFeatureTest, WhoComesAgainHasOneVoteStill) {
  const std::string id = Asked(ada, R"({"text":"Why?"})");
  for (int visit = 0; visit < 3; ++visit) {
    Client& cleo = meeting.NewClient();
    cleo.set_instance("cleos");
    ASSERT_TRUE(cleo.Join(meeting.room_name, meeting.invite, "Cleo"));
    const auto& question = Questions(cleo)[0];
    EXPECT_EQ(question.HasMember("voted"), visit > 0);
    ASSERT_TRUE(cleo.Ask("qa.vote", On(id, R"(,"up":true)")));
    ASSERT_TRUE(cleo.Ask("leave"));
  }
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(host.Take("qa.votes"), (std::vector{R"({"votes":{")" + id + R"(":1}})"}));
}

TEST_F(QaFeatureTest, NobodyLearnsWhoseAnAnonymousOneIs) {
  Asked(ada, R"({"text":"Who?","anonymous":true})");
  for (Client* client : {&host, &bob}) {
    const auto events = client->Take("qa.question");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_FALSE(events[0].contains(ada.id()));
    EXPECT_FALSE(events[0].contains("Ada"));
  }
  const auto& seen = Questions(meeting.Joined("Host 2", "host"));
  ASSERT_EQ(seen.Size(), 1u);
  EXPECT_FALSE(seen[0].HasMember("participant"));
  EXPECT_FALSE(seen[0].HasMember("own"));
}

TEST_F(QaFeatureTest, ADismissedOneIsGone) {
  const std::string id = Asked(ada, R"({"text":"Spam?"})");
  EXPECT_EQ(bob.Refusal("qa.dismiss", On(id)), "forbidden");
  ASSERT_TRUE(host.Ask("qa.dismiss", On(id)));
  EXPECT_EQ(bob.Take("qa.dismissed").size(), 1u);
  EXPECT_EQ(bob.Refusal("qa.vote", On(id, R"(,"up":true)")), "bad_request");
  EXPECT_EQ(Questions(meeting.Joined("Late")).Size(), 0u);
  EXPECT_TRUE(meeting.store.RowsOf("qa").empty());
  meeting.ExpectAgreement();
}

TEST_F(QaFeatureTest, IsBounded) {
  EXPECT_EQ(ada.Refusal("qa.ask", R"({"text":" "})"), "bad_request");
  EXPECT_EQ(ada.Refusal("qa.ask", R"({"text":")" + std::string(501, 'x') + "\"}"), "too_large");
  for (size_t i = 0; i < kQuestionsOfOne; ++i) Asked(ada, R"({"text":"Why?"})");
  EXPECT_EQ(ada.Refusal("qa.ask", R"({"text":"Why?"})"), "too_large");
  EXPECT_EQ(bob.Refusal("qa.ask", R"({"text":"Why?"})"), "ok");
}

TEST_F(QaFeatureTest, OutlivesTheServer) {
  const std::string id = Asked(ada, R"({"text":"\u00e9 \"why\"?"})");
  ASSERT_TRUE(ada.Ask("qa.vote", On(id, R"(,"up":true)")));
  ASSERT_TRUE(bob.Ask("qa.vote", On(id, R"(,"up":true)")));
  meeting.Pass(Duration::Seconds(1));
  ASSERT_TRUE(host.Ask("qa.answer", On(id)));
  meeting.RestartServer();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(ada.resume_token()));
  const auto& questions = Questions(again);
  ASSERT_EQ(questions.Size(), 1u);
  EXPECT_EQ(questions[0]["votes"].GetInt(), 2);
  EXPECT_TRUE(questions[0]["answered"].GetBool());
  EXPECT_TRUE(questions[0]["voted"].GetBool());
  EXPECT_TRUE(questions[0]["own"].GetBool());
  EXPECT_STREQ(questions[0]["text"].GetString(), "\u00e9 \"why\"?");
  EXPECT_NE(Asked(again, R"({"text":"And?"})"), id);
  ASSERT_TRUE(again.Ask("leave"));
  EXPECT_TRUE(meeting.store.AllRows().empty());
}

}  // namespace
}  // namespace parley::test
