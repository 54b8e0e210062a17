// The parts that bound and identify clients: token bucket, join limiter, resume tokens.

#include <gtest/gtest.h>

#include "signaling/session/join_limiter.h"
#include "signaling/session/resume_tokens.h"
#include "signaling/session/token_bucket.h"

namespace parley {
namespace {

TEST(TokenBucketTest, GivesTheBurstThenTheRate) {
  TokenBucket bucket(10, 3);
  Timestamp now = Timestamp::Seconds(5);
  EXPECT_TRUE(bucket.full(now));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.Take(now), Duration::Zero());
  EXPECT_FALSE(bucket.full(now));
  const Duration wait = bucket.Take(now);
  EXPECT_GT(wait, Duration::Millis(99));
  EXPECT_LT(wait, Duration::Millis(101));
  EXPECT_EQ(bucket.Take(now + wait), Duration::Zero()) << "as long as it said";
  now = now + Duration::Seconds(60);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.Take(now), Duration::Zero());
  EXPECT_NE(bucket.Take(now), Duration::Zero()) << "no more than the burst is saved up";
}

TEST(TokenBucketTest, TimeThatGoesBackGivesNothing) {
  TokenBucket bucket(10, 1);
  EXPECT_EQ(bucket.Take(Timestamp::Seconds(100)), Duration::Zero());
  EXPECT_NE(bucket.Take(Timestamp::Seconds(50)), Duration::Zero());
  EXPECT_NE(bucket.Take(Timestamp::Seconds(100)), Duration::Zero());
}

SocketAddress Address(std::string_view ip, uint16_t port = 1) {
  return *SocketAddress::Parse(ip, port);
}

TEST(JoinLimiterTest, CountsAnIpv4AddressAndAnIpv6Network) {
  Limits limits;
  limits.joins_per_minute = 1;
  JoinLimiter limiter(limits);
  const Timestamp now = Timestamp::Seconds(1);
  EXPECT_EQ(limiter.Take(Address("192.0.2.1", 1), now), Duration::Zero());
  EXPECT_NE(limiter.Take(Address("192.0.2.1", 2), now), Duration::Zero())
      << "the port is no matter";
  EXPECT_EQ(limiter.Take(Address("192.0.2.2"), now), Duration::Zero());
  EXPECT_EQ(limiter.Take(Address("2001:db8:0:1::1"), now), Duration::Zero());
  EXPECT_NE(limiter.Take(Address("2001:db8:0:1:ffff::9"), now), Duration::Zero()) << "same /64";
  EXPECT_EQ(limiter.Take(Address("2001:db8:0:2::1"), now), Duration::Zero());
}

TEST(JoinLimiterTest, ItsMemoryIsBounded) {
  Limits limits;
  limits.joins_per_minute = 60;
  limits.join_addresses = 10;
  JoinLimiter limiter(limits);
  Timestamp now = Timestamp::Seconds(100);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(limiter.Take(Address("192.0.2." + std::to_string(i)), now), Duration::Zero());
  }
  EXPECT_NE(limiter.Take(Address("198.51.100.1"), now), Duration::Zero());
  EXPECT_EQ(limiter.Take(Address("192.0.2.3"), now), Duration::Zero()) << "who is known goes on";
  EXPECT_EQ(limiter.remembered(), 10u);
  now = now + Duration::Seconds(2);
  EXPECT_EQ(limiter.Take(Address("198.51.100.1"), now), Duration::Zero())
      << "those that are quiet again are forgotten";
  EXPECT_LE(limiter.remembered(), 10u);
}

class ResumeTokensTest : public testing::Test {
 protected:
  ResumeTokensTest() {
    claims.participant = "pabcdefghijklm";
    claims.room = "swift-otter-42";
    claims.meeting = 4'000'000'000;
    claims.name = "Ada \"\xE5\xBC\xA0\"";
    claims.role = Role::kHost;
    claims.may_publish = SourceKindSet(0b0101);
  }
  std::string Code(const std::string& token, const ResumeTokens& by) const {
    const auto read = by.Verify(token, now);
    return read ? "ok" : std::string(InfoOf(read.error().code).name);
  }

  ResumeClaims claims;
  const WallTime now = WallTime::UnixMicros(1'700'000'000'000'000);
  const ResumeTokens tokens{ResumeTokens::Key{1, 2, 3}, 42, Duration::Seconds(3600)};
  const ResumeTokens after_restart{ResumeTokens::Key{1, 2, 3}, 43, Duration::Seconds(3600)};
};

TEST_F(ResumeTokensTest, BringBackWhatWasPutIn) {
  const std::string token = tokens.Make(claims, now);
  const auto read = tokens.Verify(token, now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->participant, claims.participant);
  EXPECT_EQ(read->room, claims.room);
  EXPECT_EQ(read->meeting, claims.meeting);
  EXPECT_EQ(read->name, claims.name);
  EXPECT_EQ(read->role, claims.role);
  EXPECT_EQ(read->may_publish, claims.may_publish);
  EXPECT_TRUE(read->of_this_run);
  const auto later = after_restart.Verify(token, now);
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->of_this_run);
}

TEST_F(ResumeTokensTest, EndWithTheirTimeInALaterRunOnly) {
  const std::string token = tokens.Make(claims, now + Duration::Seconds(-3600));
  EXPECT_EQ(Code(token, tokens), "ok");
  EXPECT_EQ(Code(token, after_restart), "resume_expired");
  EXPECT_EQ(Code(tokens.Make(claims, now + Duration::Seconds(-3599)), after_restart), "ok");
}

TEST_F(ResumeTokensTest, AreRefusedAfterAnyChange) {
  const std::string token = tokens.Make(claims, now);
  const ResumeTokens other({9}, 42, Duration::Seconds(3600));
  EXPECT_EQ(Code(token, other), "token_invalid");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(Code(changed, tokens), "token_invalid") << i;
    EXPECT_EQ(Code(token.substr(0, i), tokens), "token_invalid") << i;
  }
}

TEST_F(ResumeTokensTest, AreSignedAsRfc2104Says) {
  // Made with Python's hmac and base64 modules under the same key.
  const std::string token =
      "eyJwYXJ0aWNpcGFudCI6InBhYmNkZWZnaGlqa2xtIiwicm9vbSI6InItMSIsIm1lZXRpbmciOjcsIm5h"
      "bWUiOiJBZGEiLCJyb2xlIjoiaG9zdCIsInB1Ymxpc2giOjE1LCJydW4iOiI0MiIsImV4cCI6MTcwMDAw"
      "MzYwMH0"
      ".MaPL8zNNgpmXbkCsxkcsGbHciQoEX9Kf6GTy9n7VFe4";
  const auto read = tokens.Verify(token, now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->room, "r-1");
  EXPECT_EQ(read->meeting, 7u);
  EXPECT_EQ(read->may_publish, kAllSources);
}

}  // namespace
}  // namespace parley
