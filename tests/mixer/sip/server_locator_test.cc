// RFC 3263's ways to a server, against a zone in memory.

#include "mixer/sip/server_locator.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sfu/base/random.h"
#include "tests/mixer/sip/dns_answers.h"

namespace parley::sip {
namespace {

using test::Address;
using test::Naptr;
using test::Srv;
using Texts = std::vector<std::string>;

class ServerLocatorTest : public testing::Test {
 protected:
  // "tls 192.0.2.1:5061 example.com", best first.
  Texts Find(ServerWish wish) {
    ServerLocator locator(std::move(wish), random_);
    asked_.clear();
    while (const auto question = locator.question()) {
      if (asked_.size() > 100) {
        ADD_FAILURE() << "it asks for ever";
        break;
      }
      asked_.push_back(question->name + ' ' + std::to_string(static_cast<int>(question->type)));
      locator.HandleAnswer(zone_[{question->name, question->type}]);
    }
    Texts found;
    for (const Flow& flow : locator.servers()) {
      found.push_back(std::string(TransportName(flow.transport)) + ' ' + flow.remote.ToString() +
                      (flow.tls_name.empty() ? "" : ' ' + flow.tls_name));
    }
    return found;
  }

  std::map<std::pair<std::string, DnsType>, std::vector<DnsRecord>> zone_;
  Texts asked_;
  SeededRandom random_{1};
};

TEST_F(ServerLocatorTest, ADomainSaysItsTransportsAndTheirServers) {
  zone_[{"example.com", DnsType::kNaptr}] = {Naptr(50, 50, "SIP+D2T", "_sip._tcp.example.com"),
                                             Naptr(90, 50, "SIP+D2U", "_sip._udp.example.com"),
                                             Naptr(10, 50, "SIPS+D2T", "_sips._tcp.example.com"),
                                             Naptr(1, 1, "E2U+sip", "elsewhere.example.com")};
  zone_[{"_sips._tcp.example.com", DnsType::kSrv}] = {Srv(1, 0, 5061, "a.example.net"),
                                                      Srv(0, 0, 5099, "b.example.net")};
  zone_[{"_sip._udp.example.com", DnsType::kSrv}] = {Srv(0, 0, 5060, "a.example.net")};
  zone_[{"a.example.net", DnsType::kA}] = {Address("192.0.2.1")};
  zone_[{"a.example.net", DnsType::kAaaa}] = {Address("2001:db8::1")};
  zone_[{"b.example.net", DnsType::kA}] = {Address("192.0.2.2")};
  EXPECT_EQ(
      Find({.host = "Example.com", .port = {}, .transport = {}}),
      (Texts{"TLS 192.0.2.2:5099 Example.com", "TLS 192.0.2.1:5061 Example.com",
             "TLS [2001:db8::1]:5061 Example.com", "UDP 192.0.2.1:5060", "UDP [2001:db8::1]:5060"}))
      << "the certificate is to bear the name that was configured, not what DNS says";
}

TEST_F(ServerLocatorTest, WithoutNaptrEveryTransportIsAskedFor) {
  zone_[{"_sip._tcp.example.com", DnsType::kSrv}] = {Srv(0, 0, 5070, "a.example.com")};
  zone_[{"a.example.com", DnsType::kA}] = {Address("192.0.2.1")};
  EXPECT_EQ(Find({.host = "example.com", .port = {}, .transport = {}}),
            Texts{"TCP 192.0.2.1:5070"});
}

TEST_F(ServerLocatorTest, WithoutSrvTheDomainIsTheServer) {
  zone_[{"example.com", DnsType::kA}] = {Address("192.0.2.1"), Address("192.0.2.1")};
  EXPECT_EQ(Find({.host = "example.com", .port = {}, .transport = {}}),
            Texts{"UDP 192.0.2.1:5060"});
  EXPECT_EQ(Find({.host = "example.com", .port = {}, .transport = TransportKind::kTls}),
            Texts{"TLS 192.0.2.1:5061 example.com"});
}

TEST_F(ServerLocatorTest, WhatIsKnownIsNotAskedFor) {
  zone_[{"example.com", DnsType::kA}] = {Address("192.0.2.1")};
  EXPECT_EQ(Find({.host = "example.com", .port = 5080, .transport = TransportKind::kTcp}),
            Texts{"TCP 192.0.2.1:5080"});
  EXPECT_EQ(asked_, (Texts{"example.com 1", "example.com 28"}));
  EXPECT_TRUE(Find({.host = "example.org", .port = {}, .transport = TransportKind::kTcp}).empty());
  EXPECT_EQ(asked_, (Texts{"_sip._tcp.example.org 33", "example.org 1", "example.org 28"}));
}

TEST_F(ServerLocatorTest, ADomainMayDenyTheService) {
  zone_[{"_sip._udp.example.com", DnsType::kSrv}] = {Srv(0, 0, 0, "")};
  zone_[{"example.com", DnsType::kA}] = {Address("192.0.2.1")};
  EXPECT_TRUE(Find({.host = "example.com", .port = {}, .transport = TransportKind::kUdp}).empty());
}

TEST_F(ServerLocatorTest, AmongEqualsAHeavierOneIsFirstMoreOften) {
  zone_[{"_sip._udp.example.com", DnsType::kSrv}] = {Srv(0, 10, 1, "a"), Srv(0, 90, 2, "b"),
                                                     Srv(0, 0, 3, "c"), Srv(7, 999, 4, "d")};
  for (const char* name : {"a", "b", "c", "d"}) zone_[{name, DnsType::kA}] = {Address("192.0.2.1")};
  std::map<std::string, int> first;
  for (int i = 0; i < 1000; ++i) {
    const Texts found = Find({.host = "example.com", .port = {}, .transport = TransportKind::kUdp});
    ASSERT_EQ(found.size(), 4u);
    EXPECT_EQ(found[3], "UDP 192.0.2.1:4") << "of a worse priority";
    ++first[found[0]];
  }
  EXPECT_GT(first["UDP 192.0.2.1:2"], 800);
  EXPECT_GT(first["UDP 192.0.2.1:1"], 40);
  EXPECT_LT(first["UDP 192.0.2.1:3"], 60);
}

TEST_F(ServerLocatorTest, ServersAreBounded) {
  for (uint16_t i = 0; i < 64; ++i) {
    zone_[{"_sip._udp.example.com", DnsType::kSrv}].push_back(Srv(i, 0, 5060, "a"));
    zone_[{"a", DnsType::kA}].push_back(Address("192.0.2." + std::to_string(i)));
  }
  EXPECT_EQ(Find({.host = "example.com", .port = {}, .transport = TransportKind::kUdp}).size(),
            ServerLocator::kMostServers);
  EXPECT_LE(asked_.size(), 1 + 2 * ServerLocator::kMostServers);
}

TEST_F(ServerLocatorTest, WhatIsNoNameIsNobodys) {
  EXPECT_TRUE(Find({.host = "a b", .port = {}, .transport = {}}).empty());
  EXPECT_TRUE(asked_.empty());
}

}  // namespace
}  // namespace parley::sip
