#include "sfu/wire/ice_candidate.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(IceCandidate, ReadsAndWritesAHostCandidate) {
  constexpr std::string_view kText = "1 1 udp 2130706431 192.0.2.1 7000 typ host";
  auto candidate = IceCandidate::Parse(kText);
  ASSERT_TRUE(candidate);
  EXPECT_EQ(*candidate, (IceCandidate{"1", 1, "udp", 2130706431, "192.0.2.1", 7000, "host", ""}));
  EXPECT_EQ(candidate->ToString(), kText);
}

TEST(IceCandidate, ReadsWhatBrowsersAdd) {
  auto candidate = IceCandidate::Parse(
      "842163049 1 TCP 1518280447 3c4b0b0e-8d8f-4a53-9a8e-6f1f1c0a2b3d.local 9 typ srflx raddr "
      "0.0.0.0 rport 0 tcptype active generation 0 ufrag NFjt network-cost 999");
  ASSERT_TRUE(candidate);
  EXPECT_EQ(candidate->protocol, "tcp");
  EXPECT_EQ(candidate->type, "srflx");
  EXPECT_EQ(candidate->tcp_type, "active");
  EXPECT_EQ(candidate->address, "3c4b0b0e-8d8f-4a53-9a8e-6f1f1c0a2b3d.local");
}

TEST(IceCandidate, RefusesEveryTruncationBeforeTheType) {
  constexpr std::string_view kText = "1 1 udp 2130706431 192.0.2.1 7000 typ h";
  for (size_t size = 0; size < kText.size(); ++size) {
    EXPECT_FALSE(IceCandidate::Parse(kText.substr(0, size))) << size;
  }
  EXPECT_TRUE(IceCandidate::Parse(kText));
}

TEST(IceCandidate, RefusesNumbersOutOfRange) {
  EXPECT_FALSE(IceCandidate::Parse("1 1 udp 4294967296 192.0.2.1 7000 typ host"));
  EXPECT_FALSE(IceCandidate::Parse("1 1 udp 1 192.0.2.1 65536 typ host"));
  EXPECT_FALSE(IceCandidate::Parse("1 1 udp -1 192.0.2.1 1 typ host"));
  EXPECT_FALSE(IceCandidate::Parse(std::string(33, 'f') + " 1 udp 1 192.0.2.1 1 typ host"));
}

}  // namespace
}  // namespace parley
