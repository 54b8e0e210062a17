#include "sfu/worker/udp_socket.h"

#include <netinet/udp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sfu/base/log.h"
#include "sfu/worker/sockaddr.h"

namespace parley {
namespace {

void AskForBuffer(int fd, int option, size_t bytes) {
  // The kernel grants at most net.core.[rw]mem_max, and that is good enough.
  const int value = static_cast<int>(bytes);
  setsockopt(fd, SOL_SOCKET, option, &value, sizeof value);
}

// The kernel's own bounds of a joined message: its segments, and the largest UDP payload.
constexpr size_t kMaxSegments = 64;
constexpr size_t kMaxMessageBytes = 65'000;

// A kernel without UDP_SEGMENT would ignore the control message and send one huge datagram.
bool KnowsSegments(int fd) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_UDP, UDP_SEGMENT, &value, &size) == 0;
}

bool IsAny(const SocketAddress& address) {
  return std::ranges::all_of(address.ip(), [](uint8_t byte) { return byte == 0; });
}

// Errors that come of joining: a path without checksums or with a smaller packet size than this.
bool MayGoApart(int error) {
  return error == EINVAL || error == EIO || error == EMSGSIZE || error == EOPNOTSUPP;
}

}  // namespace

std::expected<UdpSocket, std::string> UdpSocket::Bind(const SocketAddress& address,
                                                      const UdpOptions& options) {
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::unexpected("cannot make a UDP socket: " + ErrnoText());
  if (family == AF_INET6) {
    const int on = 1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  AskForBuffer(fd, SO_RCVBUF, options.buffer_bytes);
  AskForBuffer(fd, SO_SNDBUF, options.buffer_bytes);
  sockaddr_in6 raw;
  const socklen_t size = ToSockaddr(address, raw);
  if (bind(fd, reinterpret_cast<sockaddr*>(&raw), size) != 0) {
    const std::string why = ErrnoText();
    close(fd);
    return std::unexpected("cannot listen on UDP " + address.ToString() + ": " + why);
  }
  socklen_t length = sizeof raw;
  if (IsAny(address)) LocalAddresses::Ask(fd, address.is_v4());
  getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &length);
  return UdpSocket(fd, FromSockaddr(raw), options);
}

UdpSocket::UdpSocket(int fd, const SocketAddress& local, const UdpOptions& options)
    : fd_(fd),
      local_(local),
      any_(IsAny(local)),
      one_by_one_(options.one_by_one),
      join_(options.join && KnowsSegments(fd)) {}

UdpSocket::UdpSocket(UdpSocket&& o) noexcept
    : fd_(std::exchange(o.fd_, -1)),
      local_(o.local_),
      any_(o.any_),
      locals_(o.locals_),
      one_by_one_(o.one_by_one_),
      join_(o.join_),
      refusals_(o.refusals_),
      posted_(std::move(o.posted_)),
      receive_(std::move(o.receive_)),
      send_(std::move(o.send_)) {}

UdpSocket::~UdpSocket() {
  if (fd_ >= 0) close(fd_);
}

void UdpSocket::Post(size_t i, PacketRef packet) {
  ReceiveBatch& batch = *receive_;
  batch.parts[i] = {packet.MutableData(), kPacketCapacity};
  batch.messages[i].msg_hdr = {
      &batch.addresses[i], sizeof batch.addresses[i], &batch.parts[i], 1, nullptr, 0, 0};
  if (any_) {
    batch.messages[i].msg_hdr.msg_control = batch.controls[i].bytes.data();
    batch.messages[i].msg_hdr.msg_controllen = batch.controls[i].bytes.size();
  }
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
  const int received = ReceiveInto(count);
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
    if (any_) out[kept].from = out[kept].from.WithLocalIndex(locals_.Of(message.msg_hdr));
    ++kept;
  }
  metrics.datagrams_received.Add(static_cast<uint64_t>(received));
  return kept;
}

int UdpSocket::ReceiveInto(size_t count) {
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
  for (const OutDatagram& datagram : datagrams) {
    if (datagram.to.is_v4() != local_.is_v4() || datagram.to.tcp_connection() != 0) continue;
    if (send_->part_count == kSendParts) Transmit(metrics);
    if (JoinLast(datagram)) continue;
    if (send_->count == kBatch) Transmit(metrics);
    Append(datagram);
  }
  Transmit(metrics);
}

// All segments but the last of a message have its first one's size.
bool UdpSocket::JoinLast(const OutDatagram& datagram) {
  SendBatch& batch = *send_;
  if (!join_ || batch.count == 0 || batch.to != datagram.to) return false;
  msghdr& message = batch.messages[batch.count - 1].msg_hdr;
  const size_t segment = message.msg_iov[0].iov_len;
  if (message.msg_iov[message.msg_iovlen - 1].iov_len != segment ||
      datagram.bytes.size() > segment || message.msg_iovlen == kMaxSegments ||
      batch.bytes + datagram.bytes.size() > kMaxMessageBytes) {
    return false;
  }
  if (message.msg_iovlen == 1) {
    SendControl& controls = batch.controls[batch.count - 1];
    auto* control = reinterpret_cast<cmsghdr*>(controls.bytes.data() + message.msg_controllen);
    message.msg_control = controls.bytes.data();
    message.msg_controllen += CMSG_SPACE(sizeof(uint16_t));
    control->cmsg_level = SOL_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    const auto value = static_cast<uint16_t>(segment);
    std::memcpy(CMSG_DATA(control), &value, sizeof value);
  }
  batch.parts[batch.part_count++] = {const_cast<uint8_t*>(datagram.bytes.data()),
                                     datagram.bytes.size()};
  ++message.msg_iovlen;
  batch.bytes += datagram.bytes.size();
  return true;
}

void UdpSocket::Append(const OutDatagram& datagram) {
  SendBatch& batch = *send_;
  iovec& part = batch.parts[batch.part_count++];
  part = {const_cast<uint8_t*>(datagram.bytes.data()), datagram.bytes.size()};
  sockaddr_in6& address = batch.addresses[batch.count];
  const socklen_t address_size = ToSockaddr(datagram.to, address);
  msghdr& message = batch.messages[batch.count].msg_hdr;
  message = {&address, address_size, &part, 1, nullptr, 0, 0};
  if (datagram.to.local_index() != 0) {
    SendControl& controls = batch.controls[batch.count];
    message.msg_control = controls.bytes.data();
    message.msg_controllen = locals_.Write(datagram.to.local_index(),
                                           *reinterpret_cast<cmsghdr*>(controls.bytes.data()));
  }
  ++batch.count;
  batch.to = datagram.to;
  batch.bytes = datagram.bytes.size();
}

void UdpSocket::Transmit(WorkerMetrics& metrics) {
  SendBatch& batch = *send_;
  size_t done = 0;
  while (done < batch.count) {
    const int sent = TransmitFrom(done);
    metrics.send_calls.Add();
    const msghdr& first = batch.messages[done].msg_hdr;
    if (sent > 0) {
      for (int i = 0; i < sent; ++i) CountSent(batch.messages[done++].msg_hdr, metrics);
    } else if (errno == ENOSYS && !one_by_one_) {
      one_by_one_ = true;
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      for (; done < batch.count; ++done) {
        metrics.send_dropped.Add(batch.messages[done].msg_hdr.msg_iovlen);
      }
    } else if (first.msg_iovlen > 1 && MayGoApart(errno)) {
      TransmitApart(first, metrics);
      ++done;
    } else if (errno != EINTR) {
      // This destination cannot be reached; the others can.
      metrics.send_dropped.Add(first.msg_iovlen);
      ++done;
    }
  }
  batch.count = batch.part_count = 0;
}

int UdpSocket::TransmitFrom(size_t first) {
  mmsghdr* messages = &send_->messages[first];
  if (one_by_one_) return sendmsg(fd_, &messages->msg_hdr, 0) < 0 ? -1 : 1;
  return sendmmsg(fd_, messages, static_cast<unsigned>(send_->count - first), 0);
}

void UdpSocket::TransmitApart(const msghdr& run, WorkerMetrics& metrics) {
  metrics.joins_refused.Add();
  bool any = false;
  // All but the size of the segments, which stands last.
  const size_t control_size = run.msg_controllen - CMSG_SPACE(sizeof(uint16_t));
  for (size_t i = 0; i < run.msg_iovlen; ++i) {
    const msghdr single{
        run.msg_name, run.msg_namelen, run.msg_iov + i, 1, run.msg_control, control_size, 0};
    ssize_t size;
    do {
      size = sendmsg(fd_, &single, 0);
      metrics.send_calls.Add();
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
      metrics.send_dropped.Add();
      continue;
    }
    any = true;
    metrics.datagrams_sent.Add();
    metrics.bytes_sent.Add(run.msg_iov[i].iov_len);
  }
  // What cannot be reached apart either says nothing about joining.
  if (!any || ++refusals_ < kMaxRefusals) return;
  join_ = false;
  LogWarning("udp_segments_refused", {{"address", local_.ToString()}});
}

void UdpSocket::CountSent(const msghdr& message, WorkerMetrics& metrics) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < message.msg_iovlen; ++i) bytes += message.msg_iov[i].iov_len;
  metrics.datagrams_sent.Add(message.msg_iovlen);
  metrics.bytes_sent.Add(bytes);
  if (message.msg_iovlen == 1) return;
  metrics.datagrams_joined.Add(message.msg_iovlen);
  refusals_ = 0;
}

}  // namespace parley
