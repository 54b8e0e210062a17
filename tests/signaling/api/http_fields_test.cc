#include "signaling/api/http_fields.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(HttpFieldsTest, Bearer) {
  EXPECT_EQ(ParseBearer("Bearer abc.d-e_f"), "abc.d-e_f");
  EXPECT_EQ(ParseBearer("bEARER   abc "), "abc");
  for (std::string_view bad : {"", "Bearer", "Bearer ", "Bearer  ", "Basic abc", "Bearerabc",
                               "Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer a\x01"}) {
    EXPECT_FALSE(ParseBearer(bad)) << bad;
  }
}

TEST(HttpFieldsTest, IfMatchIsOneStrongTag) {
  EXPECT_TRUE(ParseIfMatch("*")->any);
  EXPECT_EQ(ParseIfMatch("\"xyz\"")->etag, "xyz");
  EXPECT_FALSE(ParseIfMatch("\"xyz\"")->any);
  EXPECT_EQ(ParseIfMatch(" \"\" ")->etag, "");
  for (std::string_view bad : {"", "xyz", "\"", "\"xyz", "W/\"xyz\"", "\"a\", \"b\"", "\"a b\""}) {
    EXPECT_FALSE(ParseIfMatch(bad)) << bad;
  }
}

TEST(HttpFieldsTest, MediaType) {
  EXPECT_TRUE(IsMediaType("application/sdp", "application/sdp"));
  EXPECT_TRUE(IsMediaType("Application/SDP ; charset=utf-8", "application/sdp"));
  EXPECT_FALSE(IsMediaType("application/sdpx", "application/sdp"));
  EXPECT_FALSE(IsMediaType("", "application/sdp"));
}

TEST(HttpFieldsTest, Segments) {
  std::string_view path = "/rooms/a/check";
  EXPECT_EQ(TakeSegment(path), "rooms");
  EXPECT_EQ(TakeSegment(path), "a");
  EXPECT_EQ(TakeSegment(path), "check");
  EXPECT_TRUE(path.empty());
  EXPECT_FALSE(TakeSegment(path));
  for (std::string_view bad : {"/", "//a", "a"}) {
    EXPECT_FALSE(TakeSegment(bad));
  }
}

TEST(HttpFieldsTest, LoopbackHosts) {
  for (std::string_view host :
       {"localhost", "LocalHost:8080", "127.0.0.1:1", "[::1]", "[::1]:80"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (std::string_view host : {"", "localhost.example.org", "127.0.0.1.example.org", "[::2]:80",
                                "example.org:8080", "localhost:80:80"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

TEST(HttpFieldsTest, PlainHosts) {
  EXPECT_TRUE(IsPlainHost("meet.example.org:8443"));
  EXPECT_TRUE(IsPlainHost("[2001:db8::1]:443"));
  EXPECT_FALSE(IsPlainHost(""));
  EXPECT_FALSE(IsPlainHost("a;script-src *"));
  EXPECT_FALSE(IsPlainHost("a\"b"));
  EXPECT_FALSE(IsPlainHost(std::string(256, 'a')));
}

}  // namespace
}  // namespace parley
