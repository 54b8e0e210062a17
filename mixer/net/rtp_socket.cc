#include "mixer/net/rtp_socket.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "mixer/net/asio_address.h"
#include "mixer/sip/flow.h"

namespace parley::sip {
namespace {

using boost::asio::ip::udp;

// Half a second of the densest audio.
constexpr int kBufferBytes = 64 << 10;

// Negative when it cannot be; errno says why.
int Bind(const SocketAddress& address) {
  const auto endpoint = ToAsioEndpoint<udp::endpoint>(address);
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kBufferBytes, sizeof kBufferBytes);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  if (bind(fd, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0) return fd;
  const int why = errno;
  close(fd);
  errno = why;
  return -1;
}

SocketAddress NextPort(const SocketAddress& a) {
  return WithPort(a, static_cast<uint16_t>(a.port() + 1));
}

std::unexpected<std::string> CannotBind(const SocketAddress& address) {
  return std::unexpected("cannot take the UDP port of a call at " + address.ToString() + ": " +
                         std::error_code(errno, std::generic_category()).message());
}

}  // namespace

RtpBatch::RtpBatch() {
  for (size_t i = 0; i < kPackets; ++i) {
    pieces_[i] = {.iov_base = bytes_[i].data(), .iov_len = bytes_[i].size()};
    messages_[i] = {};
    messages_[i].msg_hdr.msg_iov = &pieces_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
  Prepare(kPackets);
}

void RtpBatch::Prepare(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    msghdr& header = messages_[i].msg_hdr;
    header.msg_name = from_[i].data();
    header.msg_namelen = static_cast<socklen_t>(from_[i].capacity());
    header.msg_control = control_[i].data();
    header.msg_controllen = control_[i].size();
  }
}

RtpBatch::Packet RtpBatch::packet(size_t i) {
  Packet packet;
  packet.bytes = std::span(bytes_[i]).first(messages_[i].msg_len);
  packet.from = FromAsio(from_[i]);
  msghdr header = messages_[i].msg_hdr;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time;
    std::memcpy(&time, CMSG_DATA(c), sizeof time);
    packet.at = WallTime::UnixMicros(time.tv_sec * 1'000'000 + time.tv_nsec / 1000);
  }
  return packet;
}

std::expected<std::unique_ptr<RtpSocket>, std::string> RtpSocket::Open(const SocketAddress& rtp) {
  const int fd = Bind(rtp);
  if (fd < 0) return CannotBind(rtp);
  const int rtcp = Bind(NextPort(rtp));
  if (rtcp < 0) {
    auto error = CannotBind(NextPort(rtp));
    close(fd);
    return error;
  }
  return std::unique_ptr<RtpSocket>(new RtpSocket(fd, rtcp, rtp));
}

RtpSocket::~RtpSocket() {
  for (const int fd : fds_) close(fd);
}

void RtpSocket::Receive(Port port, RtpBatch& batch) {
  // What the kernel overwrote: what it brought, and where it found that there is no more.
  batch.Prepare(std::min(batch.size_ + 1, RtpBatch::kPackets));
  const int count = recvmmsg(fds_[std::to_underlying(port)], batch.messages_.data(),
                             RtpBatch::kPackets, 0, nullptr);
  // Nothing there, or an ICMP error of an earlier datagram.
  batch.size_ = count > 0 ? static_cast<size_t>(count) : 0;
}

void RtpSocket::Send(Port port, std::span<const uint8_t> bytes, const SocketAddress& to) {
  const int fd = fds_[std::to_underlying(port)];
  if (port == Port::kRtp && connected_ == to) {
    if (send(fd, bytes.data(), bytes.size(), 0) < 0) ++dropped_;
    return;
  }
  const auto endpoint = ToAsioEndpoint<udp::endpoint>(to);
  const ssize_t sent = sendto(fd, bytes.data(), bytes.size(), 0, endpoint.data(),
                              static_cast<socklen_t>(endpoint.size()));
  if (sent < 0) ++dropped_;
}

void RtpSocket::Connect(const SocketAddress& remote) {
  if (everywhere_) return;
  const auto endpoint = ToAsioEndpoint<udp::endpoint>(remote);
  const int fd = fds_[std::to_underlying(Port::kRtp)];
  if (connect(fd, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0) {
    connected_ = remote;
  }
}

void RtpSocket::Disconnect() {
  if (!std::exchange(connected_, std::nullopt)) return;
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  // It was connected, so it can be let go.
  static_cast<void>(
      connect(fds_[std::to_underlying(Port::kRtp)], &none, static_cast<socklen_t>(sizeof none)));
}

}  // namespace parley::sip
