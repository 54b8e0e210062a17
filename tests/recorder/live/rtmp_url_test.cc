#include "recorder/live/rtmp_url.h"

#include <gtest/gtest.h>

namespace parley::testing {
namespace {

TEST(RtmpUrlTest, ReadsHostPortAppAndKey) {
  const auto url = RtmpUrl::Parse("rtmp://Live.Example.org/app/key?token=a/b");
  ASSERT_TRUE(url);
  EXPECT_FALSE(url->tls);
  EXPECT_EQ(url->host, "live.example.org");
  EXPECT_EQ(url->port, 1935);
  EXPECT_EQ(url->app, "app");
  EXPECT_EQ(url->key, "key?token=a/b");
  EXPECT_EQ(url->tc_url(), "rtmp://live.example.org/app");
}

TEST(RtmpUrlTest, ReadsTlsPortsAndDeeperApps) {
  const auto url = RtmpUrl::Parse("RTMPS://[2001:db8::1]:8443/live/one/key");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->app, "live/one");
  EXPECT_EQ(url->key, "key");
  EXPECT_EQ(url->tc_url(), "rtmps://[2001:db8::1]:8443/live/one");
  EXPECT_EQ(RtmpUrl::Parse("rtmps://a.b/c/d")->port, 443);
}

TEST(RtmpUrlTest, ShowsNothingSecret) {
  EXPECT_EQ(RtmpUrl::Parse("rtmp://a.example/secretapp/secret")->masked(), "rtmp://a.example/…");
  EXPECT_EQ(RtmpUrl::Parse("rtmps://[::1]/app/secret")->masked(), "rtmps://[::1]/…");
}

TEST(RtmpUrlTest, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "rtmp://",
                           "rtmp://a",
                           "rtmp://a/",
                           "rtmp://a/app",
                           "rtmp://a/app/",
                           "rtmp:///app/key",
                           "http://a/app/key",
                           "rtmp://a:0/app/key",
                           "rtmp://a:65536/app/key",
                           "rtmp://a:x/app/key",
                           "rtmp://a:/app/key",
                           "rtmp://user:pass@a/app/key",
                           "rtmp://a b/app/key",
                           "rtmp://a/app/k\ney",
                           "rtmp://a_b/app/key",
                           "rtmp://[::1/app/key",
                           "rtmp://[a.b]x/app/key",
                           "rtmp://a/app/?key",
                           "file:///etc/passwd",
                           "rtmp://%61/app/key"}) {
    EXPECT_FALSE(RtmpUrl::Parse(text)) << text;
  }
  EXPECT_FALSE(RtmpUrl::Parse("rtmp://a/app/" + std::string(RtmpUrl::kMostBytes, 'k')));
}

}  // namespace
}  // namespace parley::testing
