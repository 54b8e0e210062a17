#include "mixer/sip/via.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

TEST(ViaTest, ReadsParametersOfRoutingAndTheBranch) {
  std::vector<Via> vias;
  ASSERT_TRUE(Via::ParseList(
      "SIP/2.0/udp Host.example.com:5070;rport;branch=z9hG4bKa;received=2001:db8::1, "
      "SIP / 2.0 / TLS [2001:db8::2] ; branch = old",
      vias));
  ASSERT_EQ(vias.size(), 2u);
  EXPECT_EQ(vias[0].transport, "UDP");
  EXPECT_EQ(vias[0].SentBy(), "host.example.com:5070");
  EXPECT_EQ(vias[0].params.Get("rport"), "");
  EXPECT_EQ(vias[0].params.Get("received"), "2001:db8::1");
  EXPECT_TRUE(vias[0].HasRfc3261Branch());
  EXPECT_EQ(vias[1].host, "[2001:db8::2]");
  EXPECT_FALSE(vias[1].HasRfc3261Branch());
  EXPECT_EQ(vias[1].ToString(), "SIP/2.0/TLS [2001:db8::2];branch=old");
}

TEST(ViaTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/3.0/UDP h", "HTTP/2.0/UDP h", "SIP/2.0/UDP h;",
        "SIP/2.0 h", "SIP/2.0/UDP h:", "SIP/2.0/UDP h:99999", "SIP/2.0/UDP h;;a", "SIP/2.0/UDP h,",
        "SIP/2.0/UDP h x", "SIP/2.0/UDP [::1", "SIP/2.0/UDP h/x"}) {
    std::vector<Via> vias;
    EXPECT_FALSE(Via::ParseList(text, vias)) << text;
  }
}

}  // namespace
}  // namespace parley::sip
