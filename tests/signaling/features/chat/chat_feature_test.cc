// What is said in writing, as clients see it.

#include "signaling/features/chat/chat_feature.h"

#include <gtest/gtest.h>

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

TEST(ChatFeatureTest, IsForgottenWithTheLast) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  ASSERT_TRUE(ada.Ask("chat", R"({"text":"hello"})"));
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_TRUE(meeting.Joined("Bob").known().chat.empty());
}

}  // namespace
}  // namespace parley::test
