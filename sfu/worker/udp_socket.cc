#include "sfu/worker/udp_socket.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sfu/worker/sockaddr.h"

namespace parley {
namespace {

void AskForBuffer(int fd, int option, size_t bytes) {
  // The kernel grants at most net.core.[rw]mem_max, and that is good enough.
  const int value = static_cast<int>(bytes);
  setsockopt(fd, SOL_SOCKET, option, &value, sizeof value);
}

}  // namespace

std::expected<UdpSocket, std::string> UdpSocket::Bind(const SocketAddress& address,
                                                      size_t buffer_bytes, bool one_by_one) {
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::unexpected("cannot make a UDP socket: " + ErrnoText());
  if (family == AF_INET6) {
    const int on = 1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  AskForBuffer(fd, SO_RCVBUF, buffer_bytes);
  AskForBuffer(fd, SO_SNDBUF, buffer_bytes);
  sockaddr_in6 raw;
  const socklen_t size = ToSockaddr(address, raw);
  if (bind(fd, reinterpret_cast<sockaddr*>(&raw), size) != 0) {
    const std::string why = ErrnoText();
    close(fd);
    return std::unexpected("cannot listen on UDP " + address.ToString() + ": " + why);
  }
  socklen_t length = sizeof raw;
  getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &length);
  return UdpSocket(fd, FromSockaddr(raw), one_by_one);
}

UdpSocket::UdpSocket(int fd, const SocketAddress& local, bool one_by_one)
    : fd_(fd), local_(local), one_by_one_(one_by_one) {}

UdpSocket::UdpSocket(UdpSocket&& o) noexcept
    : fd_(std::exchange(o.fd_, -1)),
      local_(o.local_),
      one_by_one_(o.one_by_one_),
      posted_(std::move(o.posted_)),
      receive_(std::move(o.receive_)),
      send_(std::move(o.send_)) {}

UdpSocket::~UdpSocket() {
  if (fd_ >= 0) close(fd_);
}

void UdpSocket::Post(size_t i, PacketRef packet) {
  Batch& batch = *receive_;
  batch.parts[i] = {packet.MutableData(), kPacketCapacity};
  batch.messages[i].msg_hdr = {
      &batch.addresses[i], sizeof batch.addresses[i], &batch.parts[i], 1, nullptr, 0, 0};
  posted_[i] = std::move(packet);
}

size_t UdpSocket::Receive(PacketPool& pool, std::span<ReceivedDatagram> out,
                          WorkerMetrics& metrics) {
  size_t count = 0;
  for (; count < std::min(out.size(), kBatch); ++count) {
    if (posted_[count]) continue;
    PacketRef packet = pool.Allocate();
    if (!packet) break;
    Post(count, std::move(packet));
  }
  if (count == 0) {
    Discard(metrics);
    return 0;
  }
  const int received = ReceiveBatch(count);
  if (received <= 0) return 0;
  metrics.receive_calls.Add();
  size_t kept = 0;
  for (size_t i = 0; i < static_cast<size_t>(received); ++i) {
    mmsghdr& message = receive_->messages[i];
    metrics.bytes_received.Add(message.msg_len);
    if (message.msg_hdr.msg_flags & MSG_TRUNC) {
      metrics.dropped_too_large.Add();
      Post(i, std::move(posted_[i]));
      continue;
    }
    posted_[i].SetSize(message.msg_len);
    out[kept].packet = std::move(posted_[i]);
    out[kept].from = FromSockaddr(receive_->addresses[i]);
    ++kept;
  }
  metrics.datagrams_received.Add(static_cast<uint64_t>(received));
  return kept;
}

int UdpSocket::ReceiveBatch(size_t count) {
  for (;;) {
    int received;
    if (one_by_one_) {
      const ssize_t size = recvmsg(fd_, &receive_->messages[0].msg_hdr, 0);
      received = size < 0 ? -1 : 1;
      receive_->messages[0].msg_len = static_cast<unsigned>(std::max<ssize_t>(size, 0));
    } else {
      received = recvmmsg(fd_, receive_->messages.data(), static_cast<unsigned>(count), 0, nullptr);
    }
    if (received >= 0) return received;
    if (errno == ENOSYS && !one_by_one_) {
      one_by_one_ = true;
    } else if (errno != EINTR) {
      return -1;
    }
  }
}

void UdpSocket::Discard(WorkerMetrics& metrics) {
  for (size_t i = 0; i < kBatch; ++i) {
    uint8_t byte;
    if (recv(fd_, &byte, 1, 0) < 0) return;
    metrics.datagrams_received.Add();
    metrics.dropped_no_buffer.Add();
  }
}

void UdpSocket::Send(std::span<const OutDatagram> datagrams, WorkerMetrics& metrics) {
  size_t count = 0;
  for (const OutDatagram& datagram : datagrams) {
    if (datagram.to.is_v4() != local_.is_v4() || datagram.to.tcp_connection() != 0) continue;
    send_->parts[count] = {const_cast<uint8_t*>(datagram.bytes.data()), datagram.bytes.size()};
    send_->messages[count].msg_hdr = {&send_->addresses[count],
                                      ToSockaddr(datagram.to, send_->addresses[count]),
                                      &send_->parts[count],
                                      1,
                                      nullptr,
                                      0,
                                      0};
    if (++count == kBatch) {
      SendBatch(count, metrics);
      count = 0;
    }
  }
  if (count != 0) SendBatch(count, metrics);
}

void UdpSocket::SendBatch(size_t count, WorkerMetrics& metrics) {
  size_t done = 0;
  while (done < count) {
    int sent;
    if (one_by_one_) {
      sent = sendmsg(fd_, &send_->messages[done].msg_hdr, 0) < 0 ? -1 : 1;
    } else {
      sent = sendmmsg(fd_, &send_->messages[done], static_cast<unsigned>(count - done), 0);
    }
    metrics.send_calls.Add();
    if (sent > 0) {
      uint64_t bytes = 0;
      for (int i = 0; i < sent; ++i) bytes += send_->parts[done + static_cast<size_t>(i)].iov_len;
      metrics.datagrams_sent.Add(static_cast<uint64_t>(sent));
      metrics.bytes_sent.Add(bytes);
      done += static_cast<size_t>(sent);
    } else if (errno == ENOSYS && !one_by_one_) {
      one_by_one_ = true;
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      metrics.send_dropped.Add(count - done);
      return;
    } else if (errno != EINTR) {
      // This destination cannot be reached; the others can.
      metrics.send_dropped.Add();
      ++done;
    }
  }
}

}  // namespace parley
