#include "mixer/sip/uri.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

TEST(UriTest, TakesASipUriApart) {
  const auto uri = Uri::Parse("SIPS:alice:pw@[2001:db8::1]:5061;transport=tls;lr?Subject=x%20y");
  ASSERT_TRUE(uri.has_value());
  EXPECT_TRUE(uri->is_secure());
  EXPECT_EQ(uri->user, "alice");
  EXPECT_EQ(uri->password, "pw");
  EXPECT_EQ(uri->host, "[2001:db8::1]");
  EXPECT_EQ(uri->port, 5061);
  EXPECT_EQ(uri->params.Get("TRANSPORT"), "tls");
  EXPECT_TRUE(uri->params.Has("lr"));
  EXPECT_EQ(uri->headers, "Subject=x%20y");
  EXPECT_EQ(uri->ToString(), "sips:alice:pw@[2001:db8::1]:5061;transport=tls;lr?Subject=x%20y");
}

TEST(UriTest, TakesTelAndUnknownSchemes) {
  const auto tel = Uri::Parse("tel:+1-202-555-0100;phone-context=example.com");
  ASSERT_TRUE(tel.has_value());
  EXPECT_EQ(tel->user, "+1-202-555-0100");
  EXPECT_EQ(tel->ToString(), "tel:+1-202-555-0100;phone-context=example.com");
  const auto other = Uri::Parse("urn:service:sos");
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->opaque, "service:sos");
  EXPECT_FALSE(other->is_sip());
}

TEST(UriTest, RefusesWhatIsNone) {
  for (const char* text :
       {"",          "sip",         "sip:",        "sip:@host",     "sip:a@",
        "sip:a b@c", "sip:a@b c",   "sip:a@b:",    "sip:a@b:65536", "sip:a@b:50x",
        "sip:%4@b",  "sip:a@b;",    "sip:a@b;=c",  "sip:a@b;c=",    "sip:a@b;c;c",
        "sip:a@b?",  "sip:a@[::g]", "sip:a@[::1",  "sip:a@b@c",     "sip:a@b..c",
        "1sip:a@b",  "<sip:a@b>",   "sip:a@b\r\n", "tel:",          "tel:1 2"}) {
    EXPECT_FALSE(Uri::Parse(text).has_value()) << text;
  }
}

TEST(UriTest, EscapesAUserThatItMakes) {
  const Uri uri = Uri::Sip("room <1>@home", "example.com", 5070);
  EXPECT_EQ(uri.ToString(), "sip:room%20%3C1%3E%40home@example.com:5070");
  EXPECT_EQ(Uri::Parse(uri.ToString())->DecodedUser(), "room <1>@home");
}

}  // namespace
}  // namespace parley::sip
