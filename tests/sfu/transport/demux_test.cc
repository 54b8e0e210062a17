#include "sfu/transport/demux.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sfu/base/random.h"

namespace parley {
namespace {

SocketAddress Address(uint32_t n) {
  return SocketAddress::V4({10, static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n), 1},
                           static_cast<uint16_t>(1000 + n % 7));
}

TEST(DemuxTest, FindsByUfragAndByAddress) {
  Demux demux(4, 1);
  EXPECT_TRUE(demux.AddUfrag("abcd", 3));
  EXPECT_TRUE(demux.AddAddress(Address(1), 3));
  EXPECT_EQ(demux.FindByUsername("abcd:theirs"), 3u);
  EXPECT_EQ(demux.FindByUsername("abcd"), 3u);
  EXPECT_EQ(demux.FindByAddress(Address(1)), 3u);
  EXPECT_EQ(demux.FindByUsername("abce:theirs"), std::nullopt);
  EXPECT_EQ(demux.FindByUsername(""), std::nullopt);
  EXPECT_EQ(demux.FindByUsername(std::string(500, 'a')), std::nullopt);
  EXPECT_EQ(demux.counters().unknown_ufrag, 3u);
  EXPECT_EQ(demux.FindByAddress(Address(2)), std::nullopt);
  EXPECT_EQ(demux.FindByAddress(Address(1).WithTcpConnection(9)), std::nullopt);
  EXPECT_EQ(demux.counters().unknown_address, 2u);
}

TEST(DemuxTest, AKeyBelongsToOneTransport) {
  Demux demux(4, 1);
  ASSERT_TRUE(demux.AddUfrag("abcd", 3));
  EXPECT_TRUE(demux.AddUfrag("abcd", 3));
  EXPECT_FALSE(demux.AddUfrag("abcd", 4));
  demux.RemoveUfrag("abcd", 4);
  EXPECT_EQ(demux.FindByUsername("abcd:x"), 3u);

  ASSERT_TRUE(demux.AddAddress(Address(1), 3));
  EXPECT_FALSE(demux.CanAdd(Address(1), 4));
  EXPECT_FALSE(demux.AddAddress(Address(1), 4));
  EXPECT_EQ(demux.counters().address_conflicts, 2u);
  demux.RemoveAddress(Address(1), 4);
  EXPECT_EQ(demux.FindByAddress(Address(1)), 3u);
  demux.RemoveAddress(Address(1), 3);
  EXPECT_TRUE(demux.AddAddress(Address(1), 4));
}

TEST(DemuxTest, IsBounded) {
  Demux demux(1, 1);
  uint32_t added = 0;
  while (added < 1000 && demux.AddAddress(Address(added), 1)) ++added;
  EXPECT_EQ(added, 4u);
  EXPECT_EQ(demux.counters().full, 1u);
  EXPECT_FALSE(demux.AddUfrag("", 1));
  EXPECT_FALSE(demux.AddUfrag(std::string(Demux::kMaxUfrag + 1, 'u'), 1));
  EXPECT_TRUE(demux.AddUfrag(std::string(Demux::kMaxUfrag, 'u'), 1));
}

TEST(DemuxTest, AgreesWithAMapThroughManyChanges) {
  constexpr uint64_t kSeed = 99;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  SeededRandom random(kSeed);
  Demux demux(64, kSeed);
  std::map<uint32_t, TransportSlot> addresses;
  std::map<std::string, TransportSlot> ufrags;
  for (int step = 0; step < 50'000; ++step) {
    uint32_t n = random.Below(200);
    std::string ufrag = "u" + std::to_string(n);
    TransportSlot slot = random.Below(5);
    if (random.Below(2)) {
      if (demux.AddAddress(Address(n), slot)) addresses.emplace(n, slot);
      if (demux.AddUfrag(ufrag, slot)) ufrags.emplace(ufrag, slot);
    } else {
      demux.RemoveAddress(Address(n), slot);
      if (addresses.contains(n) && addresses[n] == slot) addresses.erase(n);
      demux.RemoveUfrag(ufrag, slot);
      if (ufrags.contains(ufrag) && ufrags[ufrag] == slot) ufrags.erase(ufrag);
    }
    uint32_t probe = random.Below(200);
    auto address = addresses.find(probe);
    ASSERT_EQ(demux.FindByAddress(Address(probe)),
              address == addresses.end() ? std::nullopt : std::optional(address->second));
    auto u = ufrags.find("u" + std::to_string(probe));
    ASSERT_EQ(demux.FindByUsername("u" + std::to_string(probe) + ":r"),
              u == ufrags.end() ? std::nullopt : std::optional(u->second));
    ASSERT_EQ(demux.address_count(), addresses.size());
    ASSERT_EQ(demux.ufrag_count(), ufrags.size());
  }
}

}  // namespace
}  // namespace parley
