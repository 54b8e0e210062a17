#include "mixer/net/dns_client.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "mixer/net/server_finder.h"
#include "tests/client/closed_port.h"
#include "tests/mixer/net/dns_server.h"
#include "tests/mixer/net/phone_host.h"

namespace parley::sip {
namespace {

using test::DnsServer;

class DnsClientTest : public testing::Test {
 protected:
  // What the servers say of host.example's address; nothing when none of them does.
  std::optional<DnsAnswer> Ask(std::vector<SocketAddress> servers) {
    boost::asio::io_context io;
    DnsClient dns(io, std::move(servers), random_);
    std::optional<std::optional<DnsAnswer>> answered;
    dns.Ask({"host.example", DnsType::kA},
            [&](std::optional<DnsAnswer> answer) { answered = std::move(answer); });
    EXPECT_FALSE(answered) << "not from inside Ask()";
    io.run();
    EXPECT_TRUE(answered);
    return answered ? *answered : std::nullopt;
  }
  static bool Knows(const std::optional<DnsAnswer>& answer) {
    return answer && answer->records.size() == 1 &&
           std::get<SocketAddress>(answer->records[0].data).IpString() == "192.0.2.1";
  }

  const DnsServer::Zone zone_ = {{{"host.example", DnsType::kA}, {test::Address("192.0.2.1")}}};
  SystemRandom random_;
};

TEST_F(DnsClientTest, AsksAndIsAnswered) {
  const DnsServer server(zone_);
  EXPECT_TRUE(Knows(Ask({server.address()})));
  const DnsServer empty({});
  const auto none = Ask({empty.address()});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->code, 3) << "that it is not there is an answer";
}

TEST_F(DnsClientTest, GoesToTheNextServer) {
  const DnsServer silent(zone_, DnsServer::Mood::kSilent);
  const DnsServer broken(zone_, DnsServer::Mood::kBroken);
  const DnsServer helpful(zone_);
  EXPECT_TRUE(Knows(Ask({broken.address(), silent.address(), helpful.address()})));
  EXPECT_EQ(broken.asked(), 1);
  EXPECT_EQ(silent.asked(), 1);
  EXPECT_FALSE(Ask({broken.address()}));
  EXPECT_FALSE(Ask({SocketAddress::V4({127, 0, 0, 1}, 1)})) << "nobody listens there";
}

TEST_F(DnsClientTest, BelievesOnlyTheAnswerToItsQuestion) {
  const DnsServer lying(zone_, DnsServer::Mood::kLying);
  EXPECT_TRUE(Knows(Ask({lying.address()})));
}

TEST_F(DnsClientTest, WhatIsTooLongForADatagramIsFetchedOverTcp) {
  const DnsServer wordy(zone_, DnsServer::Mood::kLong);
  EXPECT_TRUE(Knows(Ask({wordy.address()})));
  EXPECT_EQ(wordy.asked(), 1);
  const DnsServer closed(zone_, DnsServer::Mood::kLongAndClosed);
  const DnsServer helpful(zone_);
  EXPECT_TRUE(Knows(Ask({closed.address(), helpful.address()})));
  EXPECT_FALSE(Ask({closed.address()}));
}

TEST_F(DnsClientTest, NobodyIsToldOnceItIsGone) {
  const DnsServer silent(zone_, DnsServer::Mood::kSilent);
  boost::asio::io_context io;
  {
    DnsClient dns(io, {silent.address()}, random_);
    dns.Ask({"host.example", DnsType::kA}, [](const auto&) { ADD_FAILURE(); });
    const ServerFinder finder(io, dns, {.host = "host.example", .port = {}, .transport = {}},
                              random_, [](const auto&) { ADD_FAILURE(); });
    io.run_for(std::chrono::milliseconds(100));
  }
  io.run();
}

TEST_F(DnsClientTest, QuestionsAreBounded) {
  const DnsServer silent(zone_, DnsServer::Mood::kSilent);
  boost::asio::io_context io;
  DnsClient dns(io, {silent.address()}, random_);
  int refused = 0;
  for (size_t i = 0; i < DnsClient::kMostQuestions + 3; ++i) {
    dns.Ask({"host.example", DnsType::kA}, [&](const auto&) { ++refused; });
  }
  while (refused < 3 && io.run_one_for(std::chrono::seconds(20)) > 0) {
  }
  EXPECT_EQ(refused, 3);
}

TEST_F(DnsClientTest, ReadsTheSystemsServers) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("parley-resolv-" + std::to_string(getpid()) + ".conf");
  std::ofstream(path) << "# nameserver 192.0.2.9\nsearch example.com\nnameserver 192.0.2.1\n"
                         "nameserver fe80::1%eth0\nnameserver\nnameserver 2001:db8::1\n";
  const auto servers = ReadResolvConf(path.c_str());
  std::filesystem::remove(path);
  ASSERT_EQ(servers.size(), 2u);
  EXPECT_EQ(servers[0].ToString(), "192.0.2.1:53");
  EXPECT_EQ(servers[1].ToString(), "[2001:db8::1]:53");
  EXPECT_TRUE(ReadResolvConf("/nonexistent").empty());
}

TEST_F(DnsClientTest, NamesThatOnlyTheSystemKnowsAreFound) {
  const DnsServer empty({});
  boost::asio::io_context io;
  DnsClient dns(io, {empty.address()}, random_);
  std::vector<Flow> servers;
  const ServerFinder finder(io, dns,
                            {.host = "localhost", .port = 5070, .transport = TransportKind::kTcp},
                            random_, [&](const std::vector<Flow>& found) { servers = found; });
  io.run();
  ASSERT_FALSE(servers.empty()) << "localhost is in /etc/hosts";
  EXPECT_EQ(servers[0].remote.port(), 5070);
  EXPECT_EQ(servers[0].transport, TransportKind::kTcp);
}

// NAPTR, SRV, A, a dead server, then the living one: a trunk by its domain alone.
TEST_F(DnsClientTest, ATrunkIsFoundByItsDomainAndItsDeadServerPassedBy) {
  const parley::test::ClosedPort closed;
  PhoneHost provider;
  const DnsServer server({{{"provider.example", DnsType::kNaptr},
                           {test::Naptr(1, 1, "SIP+D2T", "_sip._tcp.provider.example")}},
                          {{"_sip._tcp.provider.example", DnsType::kSrv},
                           {test::Srv(1, 0, closed.number(), "a.provider.example"),
                            test::Srv(2, 0, provider.tcp_port(), "b.provider.example")}},
                          {{"a.provider.example", DnsType::kA}, {test::Address("127.0.0.1")}},
                          {{"b.provider.example", DnsType::kA}, {test::Address("127.0.0.1")}}});
  TrunkConfig trunk;
  trunk.domain = "provider.example";
  trunk.user = "parley";
  trunk.registers = false;
  trunk.keepalive = Duration::Seconds(1);
  trunk.servers.host = "provider.example";
  PhoneHost host({}, {trunk}, {server.address()});
  const auto seen = host.Await(
      [](const auto& s) { return !s.trunk_changes.empty() && s.trunk_changes.back().reachable; });
  ASSERT_FALSE(seen.trunk_changes.empty());
  EXPECT_TRUE(seen.trunk_changes.back().reachable);
}

}  // namespace
}  // namespace parley::sip
