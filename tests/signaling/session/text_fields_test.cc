// What people type, in every field there is: too much is refused in a sentence and told nobody,
// markup and formulas are text like any other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/signaling/noted_dialling.h"
#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct TextField {
  std::string type;
  std::string before, after;  // of the text, in the JSON of `data`
  std::string event;          // by which others get it
};

const std::vector<TextField>& Fields() {
  static const std::vector<TextField> fields = {
      {"rename", R"({"name":)", "}", "participant_changed"},
      {"chat", R"({"text":)", "}", "chat"},
      {"chat", R"({"to":"hosts","text":)", "}", "chat"},
      {"qa.ask", R"({"text":)", "}", "qa.question"},
      {"qa.answer", R"({"question":"q1","text":)", "}", "qa.question"},
      {"poll.create", R"({"options":["a","b"],"question":)", "}", "poll.poll"},
      {"poll.create", R"({"question":"Which?","options":["a",)", "]}", "poll.poll"},
  };
  return fields;
}

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

struct TextFieldsTest : ::testing::Test {
  TextFieldsTest() {
    meeting.rooms->SetDialling(&dialling);
    EXPECT_TRUE(host.Ask("qa.ask", R"({"text":"Who?"})"));
    other.Take("qa.question");
  }

  Meeting meeting;
  NotedDialling dialling;
  Client& host = meeting.Joined("Ada", "host");
  Client& other = meeting.Joined("Ben", "cohost");
};

TEST_F(TextFieldsTest, TenThousandEmojiAreRefusedInASentenceAndToldNobody) {
  const std::string emoji = Repeated("\xF0\x9F\xA4\xAA", 10'000);
  for (const auto& [type, before, after, event] : Fields()) {
    SCOPED_TRACE(type);
    const uint64_t version = other.known().version;
    const std::string code = host.Refusal(type, before + Quote(emoji) + after);
    EXPECT_TRUE(code == "too_large" || code == "name_invalid" || code == "bad_request") << code;
    EXPECT_THAT(host.error()["message"].GetString(), EndsWith("."));
    EXPECT_THAT(other.Take(event), IsEmpty());
    EXPECT_EQ(other.known().version, version);
  }
  Client& newcomer = meeting.NewClient();
  EXPECT_FALSE(newcomer.Join(meeting.room_name, meeting.invite, emoji));
  EXPECT_STREQ(newcomer.error()["code"].GetString(), "name_invalid");
  EXPECT_EQ(host.Refusal("lobby.deny", R"({"waiting":"p1","message":)" + Quote(emoji) + "}"),
            "too_large");
  meeting.ExpectAgreement();
}

TEST_F(TextFieldsTest, MarkupAndFormulasAreText) {
  for (const std::string text :
       {"<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "=1+1",
        "'; DROP TABLE room; --", "{{7*7}} ${7*7} %s%n", "\\u003cb\\u003e"}) {
    for (const auto& [type, before, after, event] : Fields()) {
      SCOPED_TRACE(type + " " + text);
      ASSERT_TRUE(host.Ask(type, before + Quote(text) + after)) << Text(host.error());
      const auto events = other.Take(event);
      ASSERT_EQ(events.size(), 1u);
      EXPECT_THAT(events[0], HasSubstr(Quote(text)));
    }
  }
  meeting.ExpectAgreement();
}

TEST_F(TextFieldsTest, NamesThatTurnOrHideWhatStandsAroundThemAreRefused) {
  for (const std::string& name : {std::string("Ada\xE2\x80\xAE"),
                                  std::string("\xE2\x81\xA6"
                                              "Ada"),
                                  std::string("A\nB"), std::string("A\0B", 3), std::string("   "),
                                  std::string("\xE2\x80\x8B")}) {
    EXPECT_EQ(host.Refusal("rename", R"({"name":)" + Quote(name) + "}"), "name_invalid") << name;
  }
}

TEST_F(TextFieldsTest, WhatIsSentTwiceIsDoneOnce) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(host.Ask("hand", R"({"up":true})"));
    EXPECT_TRUE(host.Ask("qa.vote", R"({"question":"q1","up":true})"));
    EXPECT_TRUE(host.Ask("lobby.lock", R"({"locked":true})"));
  }
  EXPECT_EQ(other.Take("lobby.settings").size(), 1u);
  EXPECT_EQ(other.Take("participant_changed").size(), 1u);
  meeting.Pass(Duration::Seconds(1));
  EXPECT_THAT(other.Take("qa.votes"), ::testing::ElementsAre(HasSubstr(R"("q1":1)")));
}

}  // namespace
}  // namespace parley::test
