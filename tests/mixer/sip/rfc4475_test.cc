// The torture messages of RFC 4475, each with the verdict that the RFC gives it as far as grammar
// goes. What a user agent answers to the good ones (415, 416, 420, …) is in
// user_agent_torture_test.

#include <gtest/gtest.h>

#include <array>

#include "tests/mixer/sip/sip_test_util.h"

namespace parley::sip {
namespace {

constexpr int kGood = 200;
constexpr int kSilence = 0;

struct Verdict {
  std::string_view name;
  int status;  // kGood, kSilence, or what a request is refused with
};

constexpr auto kVerdicts = std::to_array<Verdict>({
    // 3.1.1: valid.
    {"wsinv", kGood},
    {"intmeth", kGood},
    {"esc01", kGood},
    {"escnull", kGood},
    {"esc02", kGood},
    {"lwsdisp", kGood},
    {"longreq", kGood},
    {"dblreq", kGood},
    {"semiuri", kGood},
    {"transports", kGood},
    {"mpart01", kGood},
    {"unreason", kGood},
    {"noreason", kGood},
    // 3.1.2: invalid. Where the RFC leaves it open to be lenient, this is strict.
    {"badinv01", 400},
    {"clerr", 400},
    {"ncl", 400},
    {"scalar02", 400},
    {"scalarlg", kSilence},
    {"quotbal", 400},
    {"ltgtruri", 400},
    {"lwsruri", 400},
    {"lwsstart", 400},
    {"trws", 400},
    {"escruri", 400},
    // 3.1.2.12: a Date is not looked at, so that a bad one harms nobody.
    {"baddate", kGood},
    {"regbadct", 400},
    {"badaspec", 400},
    {"baddn", 400},
    {"badvers", 505},
    {"mismatch01", 400},
    {"mismatch02", 400},
    {"bigcode", kSilence},
    // 3.2 and 3.3: the grammar is good, or what is wrong is no matter of grammar.
    {"badbranch", kGood},
    {"insuf", 400},
    {"unkscm", kGood},
    {"novelsc", kGood},
    {"unksm2", kGood},
    {"bext01", kGood},
    {"invut", kGood},
    {"regaut01", kGood},
    {"multi01", 400},
    {"mcl01", 400},
    {"bcast", kGood},
    {"zeromf", kGood},
    {"cparam01", kGood},
    {"cparam02", kGood},
    {"regescrt", kGood},
    {"sdp01", kGood},
    // 3.4: RFC 2543.
    {"inv2543", kGood},
});

class Rfc4475 : public testing::Test {
 protected:
  void SetUp() override {
    if (files_.empty()) GTEST_SKIP() << "the corpora are not there";
  }
  // Good messages only.
  Message Get(std::string_view name) {
    const auto raw = RawMessage::Parse(files_.at(std::string(name)));
    return Message::Parse(*raw).value();
  }
  const std::map<std::string, std::string> files_ = ReadSipCorpus();
};

TEST_F(Rfc4475, EveryMessageGetsItsVerdict) {
  EXPECT_EQ(files_.size(), kVerdicts.size());
  for (const Verdict& verdict : kVerdicts) {
    SCOPED_TRACE(verdict.name);
    const auto message = ParseText(files_.at(std::string(verdict.name)));
    // A response cannot be answered, so that a bad one is met with silence by whoever reads it.
    const auto raw = RawMessage::Parse(files_.at(std::string(verdict.name)));
    if (verdict.status == kSilence) {
      EXPECT_TRUE(!raw || (!raw->is_request && !message));
    } else if (verdict.status == kGood) {
      EXPECT_TRUE(message.has_value()) << message.error().reason;
    } else {
      ASSERT_FALSE(message.has_value());
      EXPECT_EQ(message.error().status, verdict.status) << message.error().reason;
    }
  }
}

TEST_F(Rfc4475, GoodMessagesSurviveBeingWritten) {
  for (const Verdict& verdict : kVerdicts) {
    if (verdict.status != kGood) continue;
    SCOPED_TRACE(verdict.name);
    const Message message = Get(verdict.name);
    const auto again = ParseText(message.ToString());
    ASSERT_TRUE(again.has_value()) << again.error().reason;
    EXPECT_EQ(again->ToString(), message.ToString());
    EXPECT_EQ(again->body, message.body);
  }
}

TEST_F(Rfc4475, WhiteSpaceEverywhereIsReadThrough) {
  const Message message = Get("wsinv");
  EXPECT_EQ(message.to.tag(), "1918181833n");
  EXPECT_EQ(message.from.display, "J Rosenberg \\\"");
  EXPECT_EQ(message.from.tag(), "98asjd8");
  EXPECT_EQ(message.max_forwards, 68);
  EXPECT_EQ(message.cseq, (CSeq{9, "INVITE"}));
  ASSERT_EQ(message.vias.size(), 3u);
  EXPECT_EQ(message.vias[0].branch(), "390skdjuw");
  EXPECT_EQ(message.vias[1].transport, "TCP");
  EXPECT_EQ(message.vias[1].branch(), "z9hG4bK9ikj8");
  EXPECT_EQ(message.vias[2].host, "192.168.255.111");
  EXPECT_EQ(message.Find("NewFangledHeader"), "newfangled value continued newfangled value");
  ASSERT_EQ(message.contacts.size(), 1u);
  EXPECT_EQ(message.contacts[0].display, "Quoted string \"\"");
  EXPECT_EQ(message.contacts[0].params.Get("q"), "0.33");
  EXPECT_EQ(message.body.size(), 150u);
}

TEST_F(Rfc4475, UnusualCharactersKeepTheirPlaces) {
  const Message unusual = Get("intmeth");
  EXPECT_EQ(unusual.method, "!interesting-Method0123456789_*+`.%indeed'~");
  EXPECT_EQ(unusual.request_uri.host, "example.com");
  EXPECT_EQ(unusual.request_uri.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
  EXPECT_EQ(unusual.to.display, std::string("BEL:\a NUL:\0 DEL:\x7f", 17));
  EXPECT_EQ(unusual.from.tag(), "_token~1'+`*%!-.");

  const Message escaped = Get("esc01");
  EXPECT_EQ(escaped.request_uri.DecodedUser(), "sips:user@example.com");
  EXPECT_EQ(escaped.request_uri.host, "example.net");
  EXPECT_EQ(escaped.to.uri.DecodedUser(), "user");
  EXPECT_EQ(Get("escnull").contacts[1].uri.DecodedUser(), std::string("\0\0", 2));
  EXPECT_EQ(Get("esc02").contacts.size(), 2u);
  EXPECT_EQ(Get("semiuri").request_uri.DecodedUser(), "user;par=u@example.net");
}

TEST_F(Rfc4475, ParametersBelongToTheHeaderWithoutBracketsAndToTheUriWithin) {
  const Message outside = Get("cparam01");
  EXPECT_TRUE(outside.contacts[0].params.Has("unknownparam"));
  EXPECT_TRUE(outside.contacts[0].uri.params.empty());
  const Message inside = Get("cparam02");
  EXPECT_TRUE(inside.contacts[0].params.empty());
  EXPECT_TRUE(inside.contacts[0].uri.params.Has("unknownparam"));
}

TEST_F(Rfc4475, TheFirstRequestOfADatagramIsTheOnlyOne) {
  EXPECT_EQ(Get("dblreq").method, "REGISTER");
  EXPECT_EQ(Get("dblreq").body, "");
}

TEST_F(Rfc4475, ABareCookieIsNoBranch) {
  EXPECT_FALSE(Get("badbranch").top_via().HasRfc3261Branch());
  EXPECT_TRUE(Get("semiuri").top_via().HasRfc3261Branch());
}

TEST_F(Rfc4475, ARejectionRepeatsWhatCameAndEndsAnyTag) {
  const auto raw = RawMessage::Parse(files_.at("badinv01"));
  const std::string answer = raw->Reject({400, "Bad Via"}, "us");
  EXPECT_TRUE(answer.starts_with("SIP/2.0 400 Bad Via\r\n")) << answer;
  EXPECT_TRUE(answer.contains("\r\nVia: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n")) << answer;
  EXPECT_TRUE(answer.contains("\r\nTo: sip:j.user@example.com;tag=us\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace parley::sip
