#pragma once

// The two UDP ports of one call: RTP on an even one, RTCP on the next (RFC 3550 section 11).
// Nothing waits: what has come is fetched at each tick, with the kernel's time of arrival, which
// costs a third of being woken for every packet; what the kernel does not take is dropped and
// counted. One thread: the phone thread's.

#include <sys/socket.h>
#include <array>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"

namespace parley::sip {

// Room for what one call to the kernel brings; one for all sockets of a thread.
class RtpBatch {
 public:
  static constexpr size_t kPackets = 8;

  struct Packet {
    std::span<uint8_t> bytes;
    SocketAddress from;
    WallTime at;
  };

  RtpBatch();

  // Of the last RtpSocket::Receive.
  size_t size() const { return size_; }
  Packet packet(size_t i);

 private:
  friend class RtpSocket;
  static constexpr size_t kLargest = 1500;

  void Prepare(size_t count);

  size_t size_ = 0;
  std::array<std::array<uint8_t, kLargest>, kPackets> bytes_;
  std::array<boost::asio::ip::udp::endpoint, kPackets> from_;
  std::array<std::array<uint8_t, 64>, kPackets> control_;
  std::array<iovec, kPackets> pieces_;
  std::array<mmsghdr, kPackets> messages_;
};

class RtpSocket {
 public:
  enum class Port : uint8_t { kRtp, kRtcp };

  // `rtp` has an even port. The error is a sentence.
  static std::expected<std::unique_ptr<RtpSocket>, std::string> Open(const SocketAddress& rtp);
  ~RtpSocket();
  RtpSocket(const RtpSocket&) = delete;
  RtpSocket& operator=(const RtpSocket&) = delete;

  // Up to RtpBatch::kPackets of those that wait, in order; a full batch says that more may.
  void Receive(Port port, RtpBatch& batch);
  void Send(Port port, std::span<const uint8_t> bytes, const SocketAddress& to);

  // From here on RTP is received from there alone, the kernel drops everybody else's, and what is
  // sent there need not find its way each time. Nothing where we listen at every address: the
  // kernel would settle for one of ours as well, perhaps not the one that was announced.
  void Connect(const SocketAddress& remote);
  // From everywhere again.
  void Disconnect();
  bool connected() const { return connected_.has_value(); }

  uint16_t port() const { return port_; }
  uint64_t dropped() const { return dropped_; }

 private:
  RtpSocket(int rtp, int rtcp, const SocketAddress& at)
      : fds_{rtp, rtcp}, port_(at.port()), everywhere_(at.ip() == SocketAddress().ip()) {}

  std::array<int, 2> fds_;  // by Port
  uint16_t port_;
  bool everywhere_;
  std::optional<SocketAddress> connected_;  // the RTP port
  uint64_t dropped_ = 0;
};

}  // namespace parley::sip
