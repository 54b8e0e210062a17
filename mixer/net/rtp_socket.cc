#include "mixer/net/rtp_socket.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/udp.hpp>
#include <utility>

#include "mixer/net/asio_address.h"
#include "sfu/wire/packet_kind.h"

namespace parley::sip {
namespace {

using boost::asio::ip::udp;
using boost::system::error_code;

// Per readiness, so that one call's flood does not hold up the others.
constexpr int kDatagramsPerTurn = 8;
// Half a second of the densest audio.
constexpr int kBufferBytes = 64 << 10;
constexpr size_t kLargestDatagram = 1500;

error_code Bind(udp::socket& socket, const SocketAddress& address) {
  error_code error;
  const auto endpoint = ToAsioEndpoint<udp::endpoint>(address);
  socket.open(endpoint.protocol(), error);
  if (!error) socket.bind(endpoint, error);
  if (!error) socket.non_blocking(true, error);
  error_code ignored;
  socket.set_option(udp::socket::receive_buffer_size(kBufferBytes), ignored);
  return error;
}

SocketAddress NextPort(const SocketAddress& a) {
  const auto port = static_cast<uint16_t>(a.port() + 1);
  if (!a.is_v4()) return SocketAddress::V6(a.ip(), port);
  return SocketAddress::V4({a.ip()[0], a.ip()[1], a.ip()[2], a.ip()[3]}, port);
}

bool SendTo(udp::socket& socket, std::span<const uint8_t> bytes, const SocketAddress& to) {
  error_code error;
  socket.send_to(boost::asio::buffer(bytes.data(), bytes.size()), ToAsioEndpoint<udp::endpoint>(to),
                 0, error);
  return !error;
}

}  // namespace

struct RtpSocket::Ports {
  explicit Ports(boost::asio::io_context& io) : rtp(io), rtcp(io) {}

  udp::socket rtp;
  udp::socket rtcp;
  Received received;  // empty once the call is over
};

std::expected<std::unique_ptr<RtpSocket>, std::string> RtpSocket::Open(boost::asio::io_context& io,
                                                                       const SocketAddress& rtp,
                                                                       Received received) {
  auto ports = std::make_shared<Ports>(io);
  error_code error = Bind(ports->rtp, rtp);
  if (!error) error = Bind(ports->rtcp, NextPort(rtp));
  if (error) {
    return std::unexpected("cannot take the UDP ports of a call at " + rtp.ToString() + ": " +
                           error.message());
  }
  ports->received = std::move(received);
  Wait(ports, false);
  Wait(ports, true);
  std::unique_ptr<RtpSocket> socket(new RtpSocket());
  socket->ports_ = std::move(ports);
  socket->port_ = rtp.port();
  return socket;
}

RtpSocket::~RtpSocket() {
  ports_->received = nullptr;
  error_code ignored;
  ports_->rtp.close(ignored);
  ports_->rtcp.close(ignored);
}

void RtpSocket::Wait(const std::shared_ptr<Ports>& ports, bool rtcp_port) {
  udp::socket& socket = rtcp_port ? ports->rtcp : ports->rtp;
  socket.async_wait(udp::socket::wait_read, [ports, rtcp_port](const error_code& failed) {
    udp::socket& readable = rtcp_port ? ports->rtcp : ports->rtp;
    if (failed) return;
    std::array<uint8_t, kLargestDatagram> buffer;
    for (int i = 0; i < kDatagramsPerTurn && ports->received; ++i) {
      udp::endpoint from;
      error_code error;
      const size_t size = readable.receive_from(boost::asio::buffer(buffer), from, 0, error);
      if (error == boost::asio::error::would_block) break;
      if (error) continue;  // an ICMP error of an earlier datagram
      const auto bytes = std::span<const uint8_t>(buffer).first(size);
      ports->received(bytes, FromAsio(from), ClassifyPacket(bytes) == PacketKind::kRtcp);
    }
    if (ports->received) Wait(ports, rtcp_port);
  });
}

void RtpSocket::SendRtp(std::span<const uint8_t> bytes, const SocketAddress& to) {
  if (!SendTo(ports_->rtp, bytes, to)) ++dropped_;
}

void RtpSocket::SendRtcp(std::span<const uint8_t> bytes, const SocketAddress& to) {
  if (!SendTo(ports_->rtcp, bytes, to)) ++dropped_;
}

}  // namespace parley::sip
