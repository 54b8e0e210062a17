#pragma once

// The two UDP ports of one call: RTP on an even one, RTCP on the next (RFC 3550 section 11). Never
// waits to send: what the kernel does not take is dropped and counted. One thread: the phone
// thread's.

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "sfu/base/socket_address.h"

namespace parley::sip {

class RtpSocket {
 public:
  // `rtcp`: told by the packet's own second byte, whichever port it came to (RFC 5761).
  using Received =
      std::function<void(std::span<const uint8_t> bytes, const SocketAddress& from, bool rtcp)>;

  // `rtp` has an even port. The error is a sentence.
  static std::expected<std::unique_ptr<RtpSocket>, std::string> Open(boost::asio::io_context& io,
                                                                     const SocketAddress& rtp,
                                                                     Received received);
  ~RtpSocket();
  RtpSocket(const RtpSocket&) = delete;
  RtpSocket& operator=(const RtpSocket&) = delete;

  // From the RTP port, and from the RTCP port.
  void SendRtp(std::span<const uint8_t> bytes, const SocketAddress& to);
  void SendRtcp(std::span<const uint8_t> bytes, const SocketAddress& to);

  uint16_t port() const { return port_; }
  uint64_t dropped() const { return dropped_; }

 private:
  struct Ports;

  RtpSocket() = default;
  static void Wait(const std::shared_ptr<Ports>& ports, bool rtcp_port);

  // Shared with the waits under way: one that is due already when the call ends still runs.
  std::shared_ptr<Ports> ports_;
  uint16_t port_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace parley::sip
