#include "mixer/net/sip_udp_socket.h"

#include <boost/asio/buffer.hpp>
#include <utility>

#include "mixer/net/asio_address.h"

namespace parley::sip {
namespace {

using boost::asio::ip::udp;
using boost::system::error_code;

// Per readiness, so that a flood does not hold up timers and media.
constexpr int kDatagramsPerTurn = 64;
// What hundreds of phones may say at the same moment.
constexpr int kBufferBytes = 4 << 20;

}  // namespace

SipUdpSocket::SipUdpSocket(boost::asio::io_context& io, Received received)
    : socket_(io), received_(std::move(received)) {}

std::expected<void, std::string> SipUdpSocket::Open(const SocketAddress& address) {
  error_code error;
  const auto endpoint = ToAsioEndpoint<udp::endpoint>(address);
  socket_.open(endpoint.protocol(), error);
  if (!error) socket_.bind(endpoint, error);
  if (!error) socket_.non_blocking(true, error);
  if (error) {
    return std::unexpected("cannot listen on UDP " + address.ToString() + ": " + error.message());
  }
  // The kernel grants at most net.core.rmem_max, and that is good enough.
  socket_.set_option(udp::socket::receive_buffer_size(kBufferBytes), error);
  Wait();
  return {};
}

void SipUdpSocket::Wait() {
  socket_.async_wait(udp::socket::wait_read, [this](const error_code& failed) {
    if (failed) return;
    for (int i = 0; i < kDatagramsPerTurn && socket_.is_open(); ++i) {
      udp::endpoint from;
      error_code error;
      const size_t size = socket_.receive_from(boost::asio::buffer(buffer_), from, 0, error);
      if (error == boost::asio::error::would_block) break;
      // An ICMP error of an earlier datagram; its transaction times out.
      if (error) continue;
      received_(std::string_view(buffer_.data(), size), FromAsio(from));
    }
    if (socket_.is_open()) Wait();
  });
}

void SipUdpSocket::Send(std::string_view bytes, const SocketAddress& to) {
  error_code error;
  socket_.send_to(boost::asio::buffer(bytes.data(), bytes.size()),
                  ToAsioEndpoint<udp::endpoint>(to), 0, error);
  if (error) ++dropped_;
}

void SipUdpSocket::Close() {
  error_code ignored;
  socket_.close(ignored);
}

SocketAddress SipUdpSocket::local() const {
  error_code ignored;
  return FromAsio(socket_.local_endpoint(ignored));
}

}  // namespace parley::sip
