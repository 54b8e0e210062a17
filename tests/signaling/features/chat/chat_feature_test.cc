// What is said in writing, as clients see it.

#include "signaling/features/chat/chat_feature.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

TEST(ChatFeatureTest, ChatReachesAllWithItsAuthorsNameOfThatMoment) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(bob.Ask("chat", R"({"text":"hello \ud83d\ude00"})"));
  const std::string id = bob.last_result()["data"]["message"].GetString();
  EXPECT_EQ(bob.Take("chat").size(), 1u) << "its author is told as well, before the result";
  ASSERT_TRUE(bob.Ask("rename", R"({"name":"Robert"})"));
  ASSERT_EQ(ada.known().chat.size(), 1u);
  EXPECT_NE(ada.known().chat[0].find(R"("id":")" + id + "\""), std::string::npos);
  EXPECT_NE(ada.known().chat[0].find(R"("name":"Bob")"), std::string::npos);
  meeting.ExpectAgreement();
}

TEST(ChatFeatureTest, ChatIsBoundedInLengthAndInHistory) {
  Limits limits;
  limits.message_burst = 1000;
  Meeting meeting(limits);
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(ada.Refusal("chat", R"({"text":""})"), "bad_request");
  std::string long_text;
  for (int i = 0; i < 4000; ++i) long_text += "\xE4\xB8\xAD";
  EXPECT_EQ(ada.Refusal("chat", R"({"text":")" + long_text + "\"}"), "ok") << "4,000 characters";
  EXPECT_EQ(ada.Refusal("chat", R"({"text":")" + long_text + "x\"}"), "too_large");
  EXPECT_STREQ(ada.error()["field"].GetString(), "text");
  for (int i = 0; i < 210; ++i) {
    ASSERT_TRUE(ada.Ask("chat", R"({"text":")" + std::to_string(i) + "\"}"));
  }
  Client& bob = meeting.Joined("Bob");
  ASSERT_EQ(bob.known().chat.size(), 200u);
  EXPECT_NE(bob.known().chat.front().find(R"("text":"10")"), std::string::npos);
  EXPECT_NE(bob.known().chat.back().find(R"("text":"209")"), std::string::npos);
  meeting.ExpectAgreement();
}

TEST(ChatFeatureTest, AFieldOfTheWrongTypeIsNamed) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(ada.Refusal("chat", R"({"text":1})"), "bad_request");
  EXPECT_STREQ(ada.error()["field"].GetString(), "text");
  EXPECT_EQ(ada.Refusal("chat"), "bad_request");
  EXPECT_EQ(meeting.NewClient().Refusal("chat", R"({"text":"x"})"), "not_joined");
}

std::string To(const std::string& whom, const std::string& text) {
  return R"({"to":)" + Quote(whom) + R"(,"text":)" + Quote(text) + "}";
}

std::string Said(Client& author, const std::string& data) {
  const auto* result = author.Ask("chat", data);
  EXPECT_TRUE(result);
  return result ? (*result)["message"].GetString() : "";
}

std::string Message(const std::string& id) { return R"({"message":)" + Quote(id) + "}"; }

TEST(ChatFeatureTest, WhatIsForTheHostsReachesThemAndItsAuthorOnly) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& cohost = meeting.Joined("Cohost", "cohost");
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob");
  Said(ada, To("hosts", "help"));
  for (Client* told : {&host, &cohost, &ada}) {
    const auto events = told->Take("chat");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_TRUE(events[0].contains(R"("to":"hosts")"));
  }
  EXPECT_TRUE(bob.Take("chat").empty());
  EXPECT_EQ(meeting.Joined("Late", "host").known().chat.size(), 1u);
  EXPECT_TRUE(meeting.Joined("Late", "panelist").known().chat.empty());
  meeting.ExpectAgreement();
}

TEST(ChatFeatureTest, WhatIsForOneReachesOneAlsoAfterAResume) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  bob.Lose();
  Said(ada, To(bob.id(), "psst"));
  EXPECT_EQ(ada.Take("chat").size(), 1u);
  EXPECT_TRUE(host.Take("chat").empty());
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(bob.resume_token()));
  ASSERT_EQ(again.known().chat.size(), 1u);
  EXPECT_TRUE(again.known().chat[0].contains("psst"));
  EXPECT_EQ(ada.Refusal("chat", To(ada.id(), "me")), "bad_request");
  EXPECT_EQ(ada.Refusal("chat", To("pnobody", "you")), "participant_not_found");
  Client& attendee = meeting.Joined("Attendee", "attendee");
  EXPECT_EQ(attendee.Refusal("chat", To(ada.id(), "you")), "forbidden");
}

TEST(ChatFeatureTest, AHostDeletesWhatItSees) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  const std::string bad = Said(ada, R"({"text":"bad"})");
  const std::string secret = Said(ada, To(bob.id(), "secret"));
  EXPECT_EQ(bob.Refusal("chat.delete", Message(bad)), "forbidden");
  ASSERT_TRUE(host.Ask("chat.delete", Message(bad)));
  EXPECT_EQ(bob.Take("chat.deleted"),
            (std::vector{R"({"message":")" + bad + R"(","by":")" + host.id() + "\"}"}));
  EXPECT_EQ(host.Refusal("chat.delete", Message(bad)), "bad_request");
  EXPECT_EQ(host.Refusal("chat.delete", Message(secret)), "bad_request") << "not for its eyes";
  EXPECT_TRUE(meeting.Joined("Late").known().chat.empty());
  meeting.ExpectAgreement();
}

TEST(ChatFeatureTest, SlowModeHoldsBackAllButHosts) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(ada.Refusal("chat.slow", R"({"seconds":5})"), "forbidden");
  EXPECT_EQ(host.Refusal("chat.slow", R"({"seconds":3601})"), "bad_request");
  ASSERT_TRUE(host.Ask("chat.slow", R"({"seconds":5})"));
  EXPECT_EQ(ada.Take("chat.settings"),
            std::vector<std::string>{R"({"slow_seconds":5,"moderated":false})"});
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"1"})"), "ok");
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"2"})"), "too_many_requests");
  EXPECT_GT(ada.error()["retry_after_ms"].GetInt(), 4000);
  EXPECT_EQ(ada.Refusal("chat", To("hosts", "2")), "too_many_requests");
  EXPECT_EQ(host.Refusal("chat", R"({"text":"1"})"), "ok");
  EXPECT_EQ(host.Refusal("chat", R"({"text":"2"})"), "ok");
  meeting.Pass(Duration::Seconds(5));
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"2"})"), "ok");
  ASSERT_TRUE(host.Ask("chat.slow", R"({"seconds":0})"));
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"3"})"), "ok");
  meeting.ExpectAgreement();
}

TEST(ChatFeatureTest, InAModeratedChatWhatIsSaidToEveryoneWaitsForAHost) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(bob.Refusal("chat.moderate", R"({"on":true})"), "forbidden");
  EXPECT_EQ(host.Refusal("chat.moderate", R"({"on":1})"), "bad_request");
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(host.Ask("chat.moderate", R"({"on":true})"));
  EXPECT_EQ(ada.Take("chat.settings"),
            std::vector<std::string>{R"({"slow_seconds":0,"moderated":true})"});

  const std::string held = Said(ada, R"({"text":"may I?"})");
  EXPECT_TRUE(held.starts_with('h')) << held;
  EXPECT_EQ(ada.Take("chat.held").size(), 1u);
  EXPECT_EQ(host.Take("chat.held").size(), 1u);
  EXPECT_TRUE(bob.Take("chat.held").empty());
  EXPECT_TRUE(bob.Take("chat").empty());
  EXPECT_EQ(bob.Refusal("chat.approve", Message(held)), "forbidden");
  EXPECT_EQ(bob.Refusal("chat.delete", Message(held)), "forbidden");
  EXPECT_EQ(host.Refusal("chat.approve", Message("h99")), "bad_request");

  ASSERT_TRUE(host.Ask("chat.approve", Message(held)));
  EXPECT_TRUE(Text(host.last_result()).contains(R"("message":"m)"));
  EXPECT_EQ(ada.Take("chat.decided").size(), 1u);
  const auto told = bob.Take("chat");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].contains(R"("name":"Ada","text":"may I?")")) << told[0];
  EXPECT_TRUE(bob.Take("chat.decided").empty());
  EXPECT_EQ(host.Refusal("chat.approve", Message(held)), "bad_request") << "once";
  meeting.ExpectAgreement();

  // Neither hosts wait, nor what is not for everyone.
  EXPECT_TRUE(Said(host, R"({"text":"welcome"})").starts_with('m'));
  EXPECT_TRUE(Said(ada, To("hosts", "help")).starts_with('m'));
  EXPECT_TRUE(Said(bob, To(host.id(), "psst")).starts_with('m'));
}

TEST(ChatFeatureTest, AHeldMessageThatAHostDeletesIsToldNobodyElse) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(host.Ask("chat.moderate", R"({"on":true})"));
  const std::string held = Said(ada, R"({"text":"rude"})");
  ASSERT_TRUE(host.Ask("role", R"({"participant":)" + Quote(bob.id()) + R"(,"role":"cohost"})"));
  EXPECT_EQ(bob.Take("chat.held").size(), 1u) << "whoever becomes a host is told what waits";
  ASSERT_TRUE(bob.Ask("chat.delete", Message(held)));
  for (Client* each : {&ada, &host}) {
    EXPECT_EQ(each->Take("chat.decided"),
              (std::vector{R"({"message":")" + held + R"(","approved":false,"by":")" + bob.id() +
                           "\"}"}));
    EXPECT_TRUE(each->Take("chat").empty());
  }
  meeting.ExpectAgreement();
}

TEST(ChatFeatureTest, WhatWaitsIsBoundedOutlivesTheServerAndEndsWithTheMeeting) {
  Limits limits;
  limits.message_burst = 1000;
  Meeting meeting(limits);
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(host.Ask("chat.moderate", R"({"on":true})"));
  for (int i = 0; i < 20; ++i) Said(ada, R"({"text":"again"})");
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"again"})"), "too_large");
  const std::string held = Said(bob, R"({"text":"Bob's"})");
  const auto held_of = [](Client& client) {
    return client.last_result()["data"]["room"]["features"]["chat"]["held"].Size();
  };

  meeting.RestartServer();
  Client& ada_again = meeting.NewClient();
  ASSERT_TRUE(ada_again.Resume(ada.resume_token()));
  EXPECT_EQ(held_of(ada_again), 20u) << "one's own";
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  EXPECT_EQ(held_of(host_again), 21u);
  EXPECT_EQ(ada_again.Refusal("chat", R"({"text":"again"})"), "too_large") << "still moderated";
  ASSERT_TRUE(host_again.Ask("chat.approve", Message(held))) << "its author has not come back";
  ASSERT_EQ(ada_again.Take("chat").size(), 1u);
  ASSERT_TRUE(host_again.Ask("end"));
  EXPECT_TRUE(meeting.store.AllRows().empty());
}

TEST(ChatFeatureTest, OutlivesTheServerForThoseWhoComeBack) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& bob = meeting.Joined("Bob");
  Said(host, R"({"text":"before"})");
  Said(host, To(bob.id(), "for Bob"));
  const std::string gone = Said(host, R"({"text":"gone"})");
  ASSERT_TRUE(host.Ask("chat.delete", Message(gone)));
  ASSERT_TRUE(host.Ask("chat.slow", R"({"seconds":30})"));
  meeting.RestartServer();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(bob.resume_token()));
  ASSERT_EQ(again.known().chat.size(), 2u);
  EXPECT_TRUE(again.known().chat[0].contains("before"));
  EXPECT_TRUE(again.known().chat[1].contains("for Bob"));
  Said(again, R"({"text":"after"})");
  EXPECT_EQ(again.Refusal("chat", R"({"text":"at once"})"), "too_many_requests");
  EXPECT_EQ(meeting.Joined("Late").known().chat.size(), 2u) << "not what is for Bob";
}

TEST(ChatFeatureTest, OfAnEndedMeetingNothingIsKept) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Said(host, R"({"text":"hello"})");
  EXPECT_FALSE(meeting.store.RowsOf("chat").empty());
  ASSERT_TRUE(host.Ask("end"));
  EXPECT_TRUE(meeting.store.AllRows().empty());
}

TEST(ChatFeatureTest, AfterARestartAnotherDayDoesNotSeeTheDayBefore) {
  Meeting meeting;
  Said(meeting.Joined("Ada"), R"({"text":"hello"})");
  meeting.RestartServer();
  meeting.Pass(meeting.limits.resume_token_life + Duration::Seconds(1));
  EXPECT_TRUE(meeting.Joined("Bob").known().chat.empty());
}

TEST(ChatFeatureTest, TheReportHasAllThatWasNotSaidToOne) {
  Limits limits;
  limits.message_burst = 1000;
  Meeting meeting(limits);
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  Said(ada, To(host.id(), "secret"));
  Said(ada, To("hosts", "for hosts"));
  const std::string gone = Said(ada, R"({"text":"gone"})");
  ASSERT_TRUE(host.Ask("chat.delete", Message(gone)));
  for (int i = 0; i < 210; ++i) Said(ada, R"({"text":")" + std::to_string(i) + "\"}");
  Client& late = meeting.Joined("Late");
  EXPECT_EQ(late.known().chat.size(), 200u);
  meeting.ExpectAgreement();

  const auto rows = [&] {
    const MeetingReport report = *meeting.room().Report(meeting.now());
    return std::ranges::find(report.tables, "chat", &ReportTable::name)->rows;
  };
  ASSERT_EQ(rows().size(), 211u);
  EXPECT_EQ(rows()[0][2], ReportCell("hosts"));
  EXPECT_EQ(rows()[0][3], ReportCell("for hosts"));
  EXPECT_EQ(rows()[1][3], ReportCell("0"));
  meeting.RestartServer();
  EXPECT_EQ(rows().size(), 211u);
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(ada.resume_token()));
  EXPECT_EQ(again.known().chat.size(), 200u);
}

TEST(ChatFeatureTest, IsForgottenWithTheLast) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  ASSERT_TRUE(ada.Ask("chat", R"({"text":"hello"})"));
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_TRUE(meeting.Joined("Bob").known().chat.empty());
}

}  // namespace
}  // namespace parley::test
