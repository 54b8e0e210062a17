#include "sfu/forward/arrival_pool.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

class ArrivalPoolTest : public testing::Test {
 protected:
  void Append(ArrivalChain& chain, int64_t seq) {
    PacketMeta meta;
    meta.seq = seq;
    arrivals_.Append(chain, meta, packets_.Allocate());
  }
  std::vector<int64_t> Walk(const ArrivalChain& chain) {
    std::vector<int64_t> seqs;
    for (ArrivalIndex i = chain.first; i != kNoArrival; i = arrivals_[i].next) {
      seqs.push_back(arrivals_[i].meta.seq);
    }
    return seqs;
  }

  PacketPool packets_{8};
  PacketPool::Scope owner_{packets_};
  ArrivalPool arrivals_{4};
};

TEST_F(ArrivalPoolTest, ChainsShareThePlacesAndKeepTheirOrder) {
  ArrivalChain a, b;
  Append(a, 1);
  EXPECT_FALSE(arrivals_.half_full());
  Append(b, 10);
  EXPECT_TRUE(arrivals_.half_full());
  Append(a, 2);
  EXPECT_FALSE(arrivals_.full());
  Append(b, 11);
  EXPECT_TRUE(arrivals_.full());
  EXPECT_EQ(Walk(a), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(Walk(b), (std::vector<int64_t>{10, 11}));
  EXPECT_LT(arrivals_[a.first].order, arrivals_[b.first].order);
  EXPECT_LT(arrivals_[b.first].order, arrivals_[a.last].order);
}

TEST_F(ArrivalPoolTest, ReleasedPlacesAndPacketsAreFreeAgain) {
  ArrivalChain a, b;
  for (int round = 0; round < 10; ++round) {
    Append(a, 1);
    Append(b, 2);
    Append(a, 3);
    Append(a, 4);
    EXPECT_TRUE(arrivals_.full());
    arrivals_.Release(a);
    EXPECT_TRUE(a.empty());
    EXPECT_EQ(packets_.outstanding(), 1u);
    EXPECT_FALSE(arrivals_.half_full());
    arrivals_.Release(b);
    EXPECT_EQ(packets_.outstanding(), 0u);
  }
  arrivals_.Release(a);  // of nothing
  EXPECT_TRUE(a.empty());
}

}  // namespace
}  // namespace parley
