#include "sfu/worker/tcp_listener.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstring>
#include <utility>

#include "sfu/transport/tcp_framing.h"
#include "sfu/worker/sockaddr.h"

namespace parley {
namespace {

using boost::asio::posix::stream_descriptor;

// Reads per readiness, so that one connection cannot hold the worker.
constexpr int kReadsPerTurn = 8;

}  // namespace

std::expected<TcpAcceptorSocket, std::string> TcpAcceptorSocket::Listen(
    const SocketAddress& address) {
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::unexpected("cannot make a TCP socket: " + ErrnoText());
  TcpAcceptorSocket acceptor(fd, address);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_in6 raw;
  const socklen_t size = ToSockaddr(address, raw);
  if (bind(fd, reinterpret_cast<sockaddr*>(&raw), size) != 0 || listen(fd, 256) != 0) {
    return std::unexpected("cannot listen on TCP " + address.ToString() + ": " + ErrnoText());
  }
  socklen_t length = sizeof raw;
  getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &length);
  acceptor.local_ = FromSockaddr(raw);
  return acceptor;
}

TcpAcceptorSocket::TcpAcceptorSocket(TcpAcceptorSocket&& o) noexcept
    : fd_(std::exchange(o.fd_, -1)), local_(o.local_) {}

TcpAcceptorSocket::~TcpAcceptorSocket() {
  if (fd_ >= 0) close(fd_);
}

int TcpAcceptorSocket::Release() { return std::exchange(fd_, -1); }

struct TcpListener::Acceptor {
  Acceptor(boost::asio::io_context& io, int fd) : descriptor(io, fd) {}
  stream_descriptor descriptor;
};

struct TcpListener::Connection {
  Connection(boost::asio::io_context& io, int fd, const SocketAddress& a, Timestamp now)
      : descriptor(io, fd), address(a), opened(now), send_buffer(kSendBuffer) {}

  stream_descriptor descriptor;
  SocketAddress address;
  Timestamp opened;
  TcpDeframer deframer;
  std::vector<uint8_t> send_buffer;  // [begin, end) waits for the kernel
  size_t begin = 0;
  size_t end = 0;
  bool waiting_to_write = false;
};

TcpListener::TcpListener(boost::asio::io_context& io, std::vector<TcpAcceptorSocket> acceptors,
                         const TcpLimits& limits, Handler& handler, WorkerMetrics& metrics)
    : io_(io), limits_(limits), handler_(handler), metrics_(metrics) {
  for (TcpAcceptorSocket& socket : acceptors) {
    acceptors_.push_back(std::make_unique<Acceptor>(io_, socket.Release()));
    Accept(*acceptors_.back());
  }
}

TcpListener::~TcpListener() = default;

void TcpListener::Accept(Acceptor& acceptor) {
  acceptor.descriptor.async_wait(stream_descriptor::wait_read, [this, &acceptor](auto error) {
    if (error) return;
    sockaddr_in6 raw;
    for (int i = 0; i < kReadsPerTurn; ++i) {
      socklen_t size = sizeof raw;
      const int fd = accept4(acceptor.descriptor.native_handle(), reinterpret_cast<sockaddr*>(&raw),
                             &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) break;
      Add(fd, FromSockaddr(raw));
    }
    Accept(acceptor);
  });
}

void TcpListener::Add(int fd, const SocketAddress& peer) {
  const auto from_same_ip = std::ranges::count_if(
      connections_, [&](const auto& entry) { return entry.second->address.ip() == peer.ip(); });
  if (connections_.size() >= limits_.connections ||
      static_cast<size_t>(from_same_ip) >= limits_.connections_per_ip) {
    metrics_.tcp_refused.Add();
    close(fd);
    return;
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  while (next_id_ == 0 || connections_.contains(next_id_)) ++next_id_;
  const uint32_t id = next_id_++;
  auto connection =
      std::make_unique<Connection>(io_, fd, peer.WithTcpConnection(id), handler_.Now());
  Connection& added = *connection;
  connections_.emplace(id, std::move(connection));
  metrics_.tcp_accepted.Add();
  metrics_.tcp_connections.Set(connections_.size());
  Read(added);
}

void TcpListener::Read(Connection& connection) {
  const uint32_t id = connection.address.tcp_connection();
  // By id: the sweep may close the connection while the wait's completion is already queued.
  connection.descriptor.async_wait(stream_descriptor::wait_read, [this, id](auto error) {
    const auto it = connections_.find(id);
    if (it == connections_.end() || error) return;
    Connection& c = *it->second;
    for (int i = 0; i < kReadsPerTurn; ++i) {
      const std::span<uint8_t> space = c.deframer.WriteSpace();
      const ssize_t n = recv(c.descriptor.native_handle(), space.data(), space.size(), 0);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
      if (n <= 0) return Close(id);
      c.deframer.Wrote(static_cast<size_t>(n));
      metrics_.receive_calls.Add();
      metrics_.bytes_received.Add(static_cast<uint64_t>(n));
      while (const auto packet = c.deframer.Next()) handler_.OnTcpPacket(*packet, c.address);
      if (c.deframer.failed()) {
        metrics_.dropped_too_large.Add();
        return Close(id);
      }
    }
    Read(c);
  });
}

void TcpListener::Send(const SocketAddress& to, std::span<const uint8_t> packet) {
  const auto it = connections_.find(to.tcp_connection());
  if (it == connections_.end()) return metrics_.send_dropped.Add();
  Connection& c = *it->second;
  auto header = TcpFrameHeader(packet.size());
  const size_t size = header.size() + packet.size();
  size_t written = 0;
  if (c.begin == c.end) {
    iovec parts[2] = {{header.data(), header.size()},
                      {const_cast<uint8_t*>(packet.data()), packet.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    const ssize_t n = sendmsg(c.descriptor.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    metrics_.send_calls.Add();
    // A broken connection is found by its reader, who can close it.
    if (n < 0 && errno != EAGAIN) return metrics_.send_dropped.Add();
    written = static_cast<size_t>(std::max<ssize_t>(n, 0));
    c.begin = c.end = 0;
  }
  if (written < size) {
    if (c.begin > 0 && c.send_buffer.size() - c.end < size - written) {
      std::memmove(c.send_buffer.data(), c.send_buffer.data() + c.begin, c.end - c.begin);
      c.end -= c.begin;
      c.begin = 0;
    }
    if (c.send_buffer.size() - c.end < size - written) return metrics_.tcp_dropped_slow.Add();
    if (written < header.size()) {
      c.end = static_cast<size_t>(std::copy(header.begin() + static_cast<ptrdiff_t>(written),
                                            header.end(),
                                            c.send_buffer.begin() + static_cast<ptrdiff_t>(c.end)) -
                                  c.send_buffer.begin());
      written = header.size();
    }
    const std::span<const uint8_t> rest = packet.subspan(written - header.size());
    std::memcpy(c.send_buffer.data() + c.end, rest.data(), rest.size());
    c.end += rest.size();
    WaitToWrite(c);
  }
  metrics_.datagrams_sent.Add();
  metrics_.bytes_sent.Add(packet.size());
}

void TcpListener::WaitToWrite(Connection& connection) {
  if (std::exchange(connection.waiting_to_write, true)) return;
  const uint32_t id = connection.address.tcp_connection();
  connection.descriptor.async_wait(stream_descriptor::wait_write, [this, id](auto error) {
    const auto it = connections_.find(id);
    if (it == connections_.end() || error) return;
    Connection& c = *it->second;
    c.waiting_to_write = false;
    const ssize_t n = send(c.descriptor.native_handle(), c.send_buffer.data() + c.begin,
                           c.end - c.begin, MSG_NOSIGNAL | MSG_DONTWAIT);
    metrics_.send_calls.Add();
    if (n < 0 && errno != EAGAIN && errno != EINTR) return Close(id);
    c.begin += static_cast<size_t>(std::max<ssize_t>(n, 0));
    if (c.begin == c.end) {
      c.begin = c.end = 0;
    } else {
      WaitToWrite(c);
    }
  });
}

void TcpListener::Close(uint32_t id) {
  const auto it = connections_.find(id);
  if (it == connections_.end()) return;
  const SocketAddress address = it->second->address;
  connections_.erase(it);
  metrics_.tcp_connections.Set(connections_.size());
  handler_.OnTcpClosed(address);
}

void TcpListener::Sweep(Timestamp now, const std::function<bool(const SocketAddress&)>& known) {
  metrics_.tcp_closed_idle.Add(std::erase_if(connections_, [&](const auto& entry) {
    const Connection& c = *entry.second;
    return now - c.opened >= kUncheckedLifetime && !known(c.address);
  }));
  metrics_.tcp_connections.Set(connections_.size());
}

}  // namespace parley
