#pragma once

// SIP over UDP on one address. Never waits to send: what the kernel does not take is dropped, and
// SIP sends it again. One thread: the phone thread's.

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "mixer/sip/raw_message.h"
#include "sfu/base/socket_address.h"

namespace parley::sip {

class SipUdpSocket {
 public:
  using Received = std::function<void(std::string_view bytes, const SocketAddress& from)>;

  SipUdpSocket(boost::asio::io_context& io, Received received);

  // Port 0 for any. The error is a sentence.
  [[nodiscard]] std::expected<void, std::string> Open(const SocketAddress& address);
  void Send(std::string_view bytes, const SocketAddress& to);
  void Close();
  SocketAddress local() const;
  uint64_t dropped() const { return dropped_; }

 private:
  void Wait();

  boost::asio::ip::udp::socket socket_;
  Received received_;
  // One more, to tell what is too long.
  std::array<char, kMaxMessageBytes + 1> buffer_;
  uint64_t dropped_ = 0;
};

}  // namespace parley::sip
