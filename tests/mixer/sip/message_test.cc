#include "mixer/sip/message.h"

#include <gtest/gtest.h>

#include "tests/mixer/sip/sip_test_util.h"

namespace parley::sip {
namespace {

constexpr std::string_view kInvite =
    "INVITE sip:room@example.com SIP/2.0\n"
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;rport\n"
    "Max-Forwards: 70\n"
    "f: <sip:a@example.org>;tag=1\n"
    "t: <sip:room@example.com>\n"
    "i: call@192.0.2.1\n"
    "CSeq: 7 INVITE\n"
    "m: <sip:a@192.0.2.1>\n"
    "k: timer, 100rel\n"
    "Supported: replaces\n"
    "c: application/SDP;charset=utf-8\n"
    "l: 5\n\nv=0\n";

std::string With(std::string_view what, std::string_view instead) {
  std::string text(kInvite);
  const size_t at = text.find(what);
  return Crlf(text.replace(at, what.size(), instead));
}

TEST(MessageTest, ReadsCompactFormsAndLists) {
  const auto message = ParseText(Crlf(kInvite));
  ASSERT_TRUE(message.has_value()) << message.error().reason;
  EXPECT_EQ(message->from.tag(), "1");
  EXPECT_EQ(message->call_id, "call@192.0.2.1");
  EXPECT_TRUE(message->Lists("supported", "100rel"));
  EXPECT_TRUE(message->Lists("Supported", "replaces"));
  EXPECT_FALSE(message->Lists("Supported", "100re"));
  EXPECT_EQ(message->ContentType(), "application/sdp");
  EXPECT_EQ(message->body, "v=0\r\n");
}

TEST(MessageTest, EveryTruncationIsSilenceARefusalOrAShorterBody) {
  const std::string whole = Crlf(kInvite);
  for (size_t n = 0; n < whole.size(); ++n) {
    const auto message = ParseText(std::string(whole.substr(0, n)));
    EXPECT_FALSE(message.has_value()) << n;
  }
}

TEST(MessageTest, RefusesWithWhatIsWrong) {
  const std::pair<std::string, std::string_view> cases[] = {
      {With("CSeq: 7 INVITE", "CSeq: 2147483648 INVITE"), "Bad CSeq"},
      {With("CSeq: 7 INVITE", "CSeq: 7INVITE"), "Bad CSeq"},
      {With("CSeq: 7 INVITE", "CSeq: 7 BYE"), "CSeq Does Not Match The Method"},
      {With("i: call@192.0.2.1", "i: a@b@c"), "Bad Call-ID"},
      {With("i: call@192.0.2.1\n", ""), "Missing Call-ID"},
      {With("l: 5", "l: 5\nContent-Length: 4"), "Two different Content-Lengths"},
      {With("l: 5", "l: five"), "Bad Content-Length"},
      {With("Max-Forwards: 70", "Max-Forwards: x"), "Bad Max-Forwards"},
      {With("Max-Forwards: 70", "Max Forwards: 70"), "Malformed header field"},
      {With("Max-Forwards: 70", "Max-Forwards: 7\r0"), "Bare CR or LF"},
      {With("k: timer", "x" + std::string(kMaxHeaderBytes, 'x') + ": y\nk: t"),
       "Header field too long"},
  };
  for (const auto& [text, reason] : cases) {
    const auto message = ParseText(text);
    ASSERT_FALSE(message.has_value()) << reason;
    EXPECT_EQ(message.error(), (Fault{400, std::string(reason)}));
  }
}

TEST(MessageTest, BoundsHeadersAndSize) {
  std::string many;
  for (size_t i = 0; i < kMaxHeaders; ++i) many += "X: y\n";
  EXPECT_EQ(ParseText(With("k: timer", many + "k: timer")).error().reason,
            "Too many header fields");
  EXPECT_FALSE(RawMessage::Parse(Crlf(kInvite) + std::string(kMaxMessageBytes, ' ')).has_value());
}

TEST(MessageTest, IsSilentAboutWhatIsNoSip) {
  for (const char* text :
       {"", "\r\n", "\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "SIP/2.0 99 Low\r\n\r\n",
        "SIP/2.0 700 High\r\n\r\n", "SIP/2.0 0200 OK\r\n\r\n", "INVITE\r\n\r\n",
        "IN{VITE sip:a SIP/2.0\r\n\r\n", "\x80\x01"}) {
    EXPECT_FALSE(RawMessage::Parse(text).has_value()) << text;
  }
}

TEST(MessageTest, AResponseRepeatsWhatItMust) {
  const Message request = ParseText(Crlf(kInvite)).value();
  Message response = Message::ResponseTo(request, 486);
  response.to.set_tag("us");
  EXPECT_EQ(response.ToString(), Crlf("SIP/2.0 486 Busy Here\n"
                                      "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;rport\n"
                                      "From: <sip:a@example.org>;tag=1\n"
                                      "To: <sip:room@example.com>;tag=us\n"
                                      "Call-ID: call@192.0.2.1\n"
                                      "CSeq: 7 INVITE\n"
                                      "Content-Length: 0\n\n"));
}

}  // namespace
}  // namespace parley::sip
