#include "signaling/api/host_link.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(HostLinkTest, IsGoodOnce) {
  SeededRandom random(1);
  HostLink link;
  const std::string secret = link.Renew(random);
  EXPECT_EQ(secret.size(), 43u);
  EXPECT_FALSE(link.Redeem(""));
  EXPECT_FALSE(link.Redeem(secret.substr(0, 42)));
  EXPECT_TRUE(link.Redeem(secret));
  EXPECT_FALSE(link.Redeem(secret));
}

TEST(HostLinkTest, ANewOneVoidsTheOld) {
  SeededRandom random(1);
  HostLink link;
  const std::string first = link.Renew(random);
  const std::string second = link.Renew(random);
  EXPECT_NE(first, second);
  EXPECT_FALSE(link.Redeem(first));
  EXPECT_TRUE(link.Redeem(second));
}

TEST(HostLinkTest, NothingOpensBeforeOneIsMade) {
  HostLink link;
  EXPECT_FALSE(link.Redeem(""));
}

}  // namespace
}  // namespace parley
