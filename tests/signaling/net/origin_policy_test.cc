#include "signaling/net/origin_policy.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

HttpRequest From(std::string origin, std::string host, bool tls) {
  HttpRequest request;
  request.origin = std::move(origin);
  request.host = std::move(host);
  request.tls = tls;
  return request;
}

TEST(OriginPolicyTest, TheServersOwnPagesMayConnect) {
  const OriginPolicy policy({});
  EXPECT_TRUE(policy.AllowsSocket(From("http://localhost:8080", "localhost:8080", false)));
  EXPECT_TRUE(policy.AllowsSocket(From("http://LOCALHOST:8080", "localhost:8080", false)));
  EXPECT_TRUE(policy.AllowsSocket(From("https://meet.example:8443", "meet.example:8443", true)));
  EXPECT_TRUE(policy.AllowsSocket(From("", "localhost:8080", false)));
}

TEST(OriginPolicyTest, OthersMayNot) {
  const OriginPolicy policy({});
  for (const char* origin :
       {"null", "http://evil.example", "https://localhost:8080", "http://localhost:8081",
        "http://localhost", "http://localhost:8080.evil.example", "http://localhost:8080/",
        "localhost:8080", "http://evil.example#http://localhost:8080"}) {
    EXPECT_FALSE(policy.AllowsSocket(From(origin, "localhost:8080", false))) << origin;
  }
  EXPECT_FALSE(policy.AllowsSocket(From("http://meet.example:8443", "meet.example:8443", true)));
}

TEST(OriginPolicyTest, ListedOriginsMayConnect) {
  const OriginPolicy policy({"https://Meet.example.org"});
  EXPECT_TRUE(policy.AllowsSocket(From("https://meet.example.org", "10.0.0.1:8443", true)));
  EXPECT_FALSE(policy.AllowsSocket(From("https://meet.example.org:444", "10.0.0.1:8443", true)));
}

// A name of the attacker that resolves to 127.0.0.1 is of its own origin there.
TEST(OriginPolicyTest, AForeignNameIsNotLoopback) {
  const OriginPolicy policy({"https://meet.example.org"});
  EXPECT_FALSE(policy.AllowsHost(From("", "evil.example:8080", false)));
  EXPECT_FALSE(policy.AllowsSocket(From("http://evil.example:8080", "evil.example:8080", false)));
  EXPECT_TRUE(policy.AllowsHost(From("", "evil.example:8443", true)));
  EXPECT_TRUE(policy.AllowsHost(From("", "127.0.0.1:8080", false)));
  EXPECT_TRUE(policy.AllowsHost(From("", "[::1]:8080", false)));
  // A proxy on this machine passes its own name on.
  EXPECT_TRUE(policy.AllowsHost(From("", "meet.example.org", false)));
}

}  // namespace
}  // namespace parley
