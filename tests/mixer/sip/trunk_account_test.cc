#include "mixer/sip/trunk_account.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

TEST(TrunkAccountTest, AnAccountAloneHasTheUsualSettings) {
  const auto trunk = TrunkOf("sip:ada:secret@sip.example.com");
  ASSERT_TRUE(trunk);
  EXPECT_EQ(trunk->domain, "sip.example.com");
  EXPECT_EQ(trunk->user, "ada");
  EXPECT_EQ(trunk->credentials->realm, "sip.example.com");
  EXPECT_EQ(trunk->credentials->user, "ada");
  EXPECT_EQ(trunk->credentials->password, "secret");
  EXPECT_EQ(trunk->servers.host, "sip.example.com");
  EXPECT_FALSE(trunk->servers.transport) << "DNS says";
  EXPECT_EQ(trunk->expires, Duration::Seconds(600));
  EXPECT_EQ(trunk->keepalive, Duration::Seconds(60));
}

TEST(TrunkAccountTest, EachHasSettingsOfItsOwn) {
  const auto trunk = TrunkOf(
      "sip:+442079460123:secret@192.0.2.1:5070;transport=tls;realm=voice;auth=id-77;expires=3600;"
      "keepalive=0");
  ASSERT_TRUE(trunk);
  EXPECT_EQ(trunk->flow.transport, TransportKind::kTls);
  EXPECT_EQ(trunk->flow.tls_name, "192.0.2.1");
  EXPECT_EQ(trunk->flow.remote, SocketAddress::V4({192, 0, 2, 1}, 5070));
  EXPECT_EQ(trunk->user, "+442079460123");
  EXPECT_EQ(trunk->credentials->realm, "voice");
  EXPECT_EQ(trunk->credentials->user, "id-77");
  EXPECT_EQ(trunk->expires, Duration::Seconds(3600));
  EXPECT_EQ(trunk->keepalive, Duration::Zero());
}

TEST(TrunkAccountTest, WhatIsNoAccountIsNone) {
  for (const char* account :
       {"", "ada:secret@sip.example.com", "sips:ada:secret@sip.example.com",
        "sip:ada@sip.example.com", "sip:sip.example.com", "sip:ada:secret@h;transport=sctp",
        "sip:ada:secret@h;expires=59", "sip:ada:secret@h;expires=86401",
        "sip:ada:secret@h;expires=-60", "sip:ada:secret@h;expires=", "sip:ada:secret@h;expires",
        "sip:ada:secret@h;keepalive=3601", "sip:ada:secret@h;keepalive=often",
        "sip:ada:secret@h;colour=blue"}) {
    EXPECT_FALSE(TrunkOf(account)) << account;
  }
}

}  // namespace
}  // namespace parley::sip
