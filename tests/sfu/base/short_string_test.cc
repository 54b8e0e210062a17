#include "sfu/base/short_string.h"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>

#include "sfu/base/ids.h"

namespace parley {
namespace {

TEST(ShortString, HoldsUpToItsCapacity) {
  EXPECT_TRUE(Mid().empty());
  EXPECT_EQ(Mid::From("audio")->view(), "audio");
  EXPECT_EQ(Mid::From(std::string(16, 'a'))->view().size(), 16u);
  EXPECT_FALSE(Mid::From(std::string(17, 'a')));
}

TEST(ShortString, ComparesTheTextAlone) {
  Mid a = *Mid::From("longer");
  a = *Mid::From("a");
  EXPECT_EQ(a, *Mid::From("a"));
  EXPECT_FALSE(a == *Mid::From("b"));
  EXPECT_FALSE(a == *Mid::From("aa"));
}

TEST(StrongId, OrdersAndHashesByValue) {
  EXPECT_LT(Ssrc(1), Ssrc(2));
  EXPECT_EQ(SourceId(), SourceId(0));
  std::unordered_set<Ssrc> set = {Ssrc(1), Ssrc(1), Ssrc(2)};
  EXPECT_EQ(set.size(), 2u);
}

}  // namespace
}  // namespace parley
