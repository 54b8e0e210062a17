#include "mixer/net/rtp_socket.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <string>

#include "mixer/net/asio_address.h"

namespace parley::sip {
namespace {

using boost::asio::ip::udp;

class RtpSocketTest : public testing::Test {
 protected:
  // On a pair of ports that is free.
  static std::unique_ptr<RtpSocket> Open(const SocketAddress& at) {
    for (uint16_t port = 21'000; port < 30'000; port = static_cast<uint16_t>(port + 2)) {
      const auto wanted = at.ip() == SocketAddress().ip() ? SocketAddress::V4({0, 0, 0, 0}, port)
                                                          : SocketAddress::V4({127, 0, 0, 1}, port);
      if (auto socket = RtpSocket::Open(wanted)) return std::move(*socket);
    }
    return nullptr;
  }
  // A packet of one byte; how many of those that were sent are there now.
  void Say(udp::socket& from, const RtpSocket& to) {
    const std::array<uint8_t, 1> byte{1};
    boost::system::error_code ignored;
    from.send_to(boost::asio::buffer(byte), {boost::asio::ip::address_v4::loopback(), to.port()}, 0,
                 ignored);
  }
  size_t Heard(RtpSocket& socket) {
    socket.Receive(RtpSocket::Port::kRtp, batch_);
    return batch_.size();
  }
  static SocketAddress At(const udp::socket& socket) { return FromAsio(socket.local_endpoint()); }

  boost::asio::io_context io_;
  udp::socket peer_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  udp::socket stranger_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  RtpBatch batch_;
};

TEST_F(RtpSocketTest, OnceConnectedItHearsItsPeerAlone) {
  const auto socket = Open(SocketAddress::V4({127, 0, 0, 1}, 0));
  ASSERT_TRUE(socket);
  Say(peer_, *socket);
  Say(stranger_, *socket);
  EXPECT_EQ(Heard(*socket), 2u);
  socket->Connect(At(peer_));
  EXPECT_TRUE(socket->connected());
  Say(stranger_, *socket);
  Say(peer_, *socket);
  EXPECT_EQ(Heard(*socket), 1u);
  EXPECT_EQ(batch_.packet(0).from, At(peer_));
  const std::array<uint8_t, 1> byte{2};
  socket->Send(RtpSocket::Port::kRtp, byte, At(peer_));
  std::array<uint8_t, 16> buffer;
  udp::endpoint from;
  EXPECT_EQ(peer_.receive_from(boost::asio::buffer(buffer), from), 1u);
  EXPECT_EQ(from.port(), socket->port());
  EXPECT_EQ(socket->dropped(), 0u);
  // A new offer and answer: somebody else may be the peer.
  socket->Disconnect();
  EXPECT_FALSE(socket->connected());
  Say(stranger_, *socket);
  EXPECT_EQ(Heard(*socket), 1u);
  socket->Send(RtpSocket::Port::kRtp, byte, At(stranger_));
  EXPECT_EQ(stranger_.receive_from(boost::asio::buffer(buffer), from), 1u);
  EXPECT_EQ(from.port(), socket->port());
}

// Otherwise what comes to another address of ours would be lost.
TEST_F(RtpSocketTest, WhereItListensEverywhereItStaysOpen) {
  const auto socket = Open(SocketAddress());
  ASSERT_TRUE(socket);
  socket->Connect(At(peer_));
  EXPECT_FALSE(socket->connected());
  Say(stranger_, *socket);
  EXPECT_EQ(Heard(*socket), 1u);
}

// It has hung up, and the network says so.
TEST_F(RtpSocketTest, APeerThatIsGoneIsNoTrouble) {
  const auto socket = Open(SocketAddress::V4({127, 0, 0, 1}, 0));
  ASSERT_TRUE(socket);
  const SocketAddress peer = At(peer_);
  socket->Connect(peer);
  peer_.close();
  const std::array<uint8_t, 1> byte{3};
  for (int i = 0; i < 4; ++i) {
    socket->Send(RtpSocket::Port::kRtp, byte, peer);
    EXPECT_EQ(Heard(*socket), 0u);
  }
}

}  // namespace
}  // namespace parley::sip
