// Trunks that are not there: told, and tried again until they are.

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/client/closed_port.h"
#include "tests/mixer/net/phone_host.h"

namespace parley::sip {
namespace {

using boost::asio::ip::tcp;

TrunkConfig Account(std::string domain) {
  TrunkConfig trunk;
  trunk.domain = std::move(domain);
  trunk.servers.host = trunk.domain;
  trunk.user = "parley";
  trunk.keepalive = Duration::Zero();
  return trunk;
}

// The REGISTER's answer: what RFC 3261 section 8.2.6.2 copies, and the binding.
std::string Granted(const std::string& request) {
  std::string response = "SIP/2.0 200 OK\r\n";
  for (size_t at = 0; at < request.size();) {
    const size_t end = request.find("\r\n", at);
    const std::string line = request.substr(at, end - at);
    for (const char* name : {"Via:", "From:", "To:", "Call-ID:", "CSeq:", "Contact:"}) {
      if (!line.starts_with(name)) continue;
      response += line;
      if (line.starts_with("To:")) response += ";tag=registrar";
      response += "\r\n";
    }
    at = end + 2;
  }
  return response + "Expires: 600\r\nContent-Length: 0\r\n\r\n";
}

TEST(TrunkDownTest, ANameThatNobodyKnowsIsATrunkThatIsDown) {
  PhoneHost host({}, {Account("no-such-host.invalid")});
  const auto seen = host.Await([](const auto& s) { return !s.trunk_changes.empty(); });
  ASSERT_FALSE(seen.trunk_changes.empty());
  EXPECT_FALSE(seen.trunk_changes[0].registered);
  EXPECT_FALSE(seen.trunk_changes[0].reachable);
}

TEST(TrunkDownTest, ARegistrarThatComesLateIsFoundByItself) {
  const parley::test::ClosedPort port;
  const tcp::endpoint at(boost::asio::ip::address_v4::loopback(), port.number());
  TrunkConfig trunk = Account("127.0.0.1");
  trunk.flow.transport = TransportKind::kTcp;
  trunk.flow.remote = SocketAddress::V4({127, 0, 0, 1}, port.number());
  std::optional<PhoneHost> host;
  host.emplace(AudioOptions(), std::vector{trunk});
  auto seen = host->Await([](const auto& s) { return !s.trunk_changes.empty(); });
  ASSERT_FALSE(seen.trunk_changes.empty());
  EXPECT_FALSE(seen.trunk_changes[0].reachable);

  boost::asio::io_context io;
  tcp::acceptor acceptor(io, at);
  std::thread registrar([&] {
    boost::system::error_code error;
    tcp::socket peer = acceptor.accept(error);
    std::string request;
    boost::asio::read_until(peer, boost::asio::dynamic_buffer(request), "\r\n\r\n", error);
    if (request.starts_with("REGISTER ")) {
      boost::asio::write(peer, boost::asio::buffer(Granted(request)), error);
    }
    // Until the other end is gone.
    boost::asio::read_until(peer, boost::asio::dynamic_buffer(request), "\r\n\r\n\r\n", error);
  });
  seen = host->Await([](const auto& s) { return s.trunk_changes.back().registered; });
  EXPECT_TRUE(seen.trunk_changes.back().registered) << "nobody had to start anything again";
  // Where nobody came, the registrar still waits.
  boost::system::error_code ignored;
  tcp::socket(io).connect(at, ignored);
  host.reset();
  registrar.join();
}

}  // namespace
}  // namespace parley::sip
