#include "sfu/base/socket_address.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace parley {
namespace {

TEST(SocketAddress, ParsesAndPrintsBothFamilies) {
  EXPECT_EQ(SocketAddress::Parse("192.0.2.1", 4000)->ToString(), "192.0.2.1:4000");
  EXPECT_EQ(SocketAddress::Parse("2001:DB8::1", 4000)->ToString(), "[2001:db8::1]:4000");
  for (const char* bad : {"", "192.0.2", "192.0.2.256", "[::1]", "fe80::1%eth0", "localhost",
                          "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"}) {
    EXPECT_FALSE(SocketAddress::Parse(bad, 1)) << bad;
  }
}

TEST(SocketAddress, MappedIpv4IsIpv4) {
  SocketAddress mapped = *SocketAddress::Parse("::ffff:192.0.2.1", 5);
  EXPECT_TRUE(mapped.is_v4());
  EXPECT_EQ(mapped, SocketAddress::V4({192, 0, 2, 1}, 5));
  EXPECT_FALSE(SocketAddress::Parse("::fffe:192.0.2.1", 5)->is_v4());
}

TEST(SocketAddress, DiffersByEachPart) {
  SocketAddress a = SocketAddress::V4({10, 0, 0, 1}, 1);
  std::unordered_set<SocketAddress> set = {a,
                                           a,
                                           SocketAddress::V4({10, 0, 0, 1}, 2),
                                           SocketAddress::V4({10, 0, 0, 2}, 1),
                                           *SocketAddress::Parse("a00:1::", 1),
                                           a.WithTcpConnection(1),
                                           a.WithTcpConnection(2),
                                           a.WithLocalIndex(1)};
  EXPECT_EQ(set.size(), 7u);
  static_assert(sizeof(SocketAddress) == 24);
  EXPECT_EQ(a.WithTcpConnection(7).WithTcpConnection(0), a);
}

}  // namespace
}  // namespace parley
