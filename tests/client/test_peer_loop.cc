#include "tests/client/test_peer_loop.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "sfu/base/check.h"
#include "sfu/transport/tcp_framing.h"

namespace parley::test {
namespace {

constexpr size_t kBatch = 32;
constexpr int kSocketBuffer = 1 << 20;
constexpr size_t kMaxTcpBacklog = 256 * 1024;  // bytes; more is dropped, as a full link would

socklen_t ToSystem(const SocketAddress& address, sockaddr_storage& out) {
  std::memset(&out, 0, sizeof(out));
  if (address.is_v4()) {
    auto& in = reinterpret_cast<sockaddr_in&>(out);
    in.sin_family = AF_INET;
    in.sin_port = htons(address.port());
    std::memcpy(&in.sin_addr, address.ip().data(), 4);
    return sizeof(in);
  }
  auto& in6 = reinterpret_cast<sockaddr_in6&>(out);
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(address.port());
  std::memcpy(&in6.sin6_addr, address.ip().data(), 16);
  return sizeof(in6);
}

SocketAddress FromSystem(const sockaddr_storage& in) {
  if (in.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(in);
    std::array<uint8_t, 4> ip;
    std::memcpy(ip.data(), &v4.sin_addr, 4);
    return SocketAddress::V4(ip, ntohs(v4.sin_port));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(in);
  std::array<uint8_t, 16> ip;
  std::memcpy(ip.data(), &v6.sin6_addr, 16);
  return SocketAddress::V6(ip, ntohs(v6.sin6_port));
}

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

struct TestPeerLoop::Connection {
  Connection(TestPeer& p, Fd f) : peer(p), fd(std::move(f)) {}
  TestPeer& peer;
  Fd fd;
  std::unique_ptr<TcpDeframer> deframer;  // TCP only
  SocketAddress server;                   // likewise
  std::vector<uint8_t> backlog;           // not yet taken by the kernel
  bool connected = false;
  bool closed = false;
};

struct TestPeerLoop::Batch {
  std::array<std::array<uint8_t, 2048>, kBatch> bytes;
  std::array<sockaddr_storage, kBatch> addresses;
  std::array<iovec, kBatch> iov;
  std::array<mmsghdr, kBatch> messages;

  void Prepare(size_t i, size_t size, socklen_t address_size) {
    iov[i] = {bytes[i].data(), size};
    messages[i] = {};
    messages[i].msg_hdr.msg_name = &addresses[i];
    messages[i].msg_hdr.msg_namelen = address_size;
    messages[i].msg_hdr.msg_iov = &iov[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
};

TestPeerLoop::TestPeerLoop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), batch_(std::make_unique<Batch>()) {
  PARLEY_CHECK(epoll_ >= 0);
}

TestPeerLoop::~TestPeerLoop() {
  connections_.clear();
  close(epoll_);
}

Timestamp TestPeerLoop::Now() {
  auto t = std::chrono::steady_clock::now().time_since_epoch();
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(t).count());
}

bool TestPeerLoop::Watch(std::unique_ptr<Connection> connection) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = connection.get();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd.get(), &event) != 0) return false;
  connections_[&connection->peer] = std::move(connection);
  return true;
}

bool TestPeerLoop::AddUdp(TestPeer& peer, const SocketAddress& local) {
  Fd fd(socket(local.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return false;
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof(kSocketBuffer));
  sockaddr_storage address;
  socklen_t size = ToSystem(local, address);
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return false;
  return Watch(std::make_unique<Connection>(peer, std::move(fd)));
}

bool TestPeerLoop::AddTcp(TestPeer& peer, const SocketAddress& server) {
  Fd fd(socket(server.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return false;
  int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sockaddr_storage address;
  socklen_t size = ToSystem(server, address);
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 && errno != EINPROGRESS) {
    return false;
  }
  auto connection = std::make_unique<Connection>(peer, std::move(fd));
  connection->deframer = std::make_unique<TcpDeframer>();
  connection->server = server;
  return Watch(std::move(connection));
}

void TestPeerLoop::Remove(TestPeer& peer) { connections_.erase(&peer); }

bool TestPeerLoop::Rebind(TestPeer& peer, const SocketAddress& local) {
  connections_.erase(&peer);
  if (!AddUdp(peer, local)) return false;
  peer.ice().CheckNow(Now());
  return true;
}

bool TestPeerLoop::tcp_closed(const TestPeer& peer) const {
  auto it = connections_.find(&peer);
  return it == connections_.end() || it->second->closed;
}

void TestPeerLoop::ReceiveUdp(Connection& connection, Timestamp now) {
  while (true) {
    for (size_t i = 0; i < kBatch; ++i) {
      batch_->Prepare(i, batch_->bytes[i].size(), sizeof(sockaddr_storage));
    }
    int n = recvmmsg(connection.fd.get(), batch_->messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (n <= 0) return;
    for (int i = 0; i < n; ++i) {
      auto at = static_cast<size_t>(i);
      connection.peer.HandlePacket(std::span(batch_->bytes[at]).first(batch_->messages[at].msg_len),
                                   FromSystem(batch_->addresses[at]), now);
    }
    packets_received_ += static_cast<uint64_t>(n);
    if (static_cast<size_t>(n) < kBatch) return;
  }
}

void TestPeerLoop::ReceiveTcp(Connection& connection, Timestamp now) {
  while (!connection.closed) {
    std::span<uint8_t> space = connection.deframer->WriteSpace();
    ssize_t n = recv(connection.fd.get(), space.data(), space.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
    if (n <= 0) {
      connection.closed = true;
      epoll_ctl(epoll_, EPOLL_CTL_DEL, connection.fd.get(), nullptr);
      return;
    }
    connection.deframer->Wrote(static_cast<size_t>(n));
    while (auto packet = connection.deframer->Next()) {
      connection.peer.HandlePacket(*packet, connection.server, now);
      ++packets_received_;
    }
    if (connection.deframer->failed()) {
      connection.closed = true;
      epoll_ctl(epoll_, EPOLL_CTL_DEL, connection.fd.get(), nullptr);
    }
  }
}

void TestPeerLoop::Receive(Connection& connection, Timestamp now) {
  if (connection.deframer) {
    ReceiveTcp(connection, now);
  } else {
    ReceiveUdp(connection, now);
  }
}

void TestPeerLoop::SendUdp(Connection& connection, Timestamp now) {
  size_t count = 0;
  auto flush = [&] {
    for (size_t sent = 0; sent < count;) {
      int n = sendmmsg(connection.fd.get(), batch_->messages.data() + sent,
                       static_cast<unsigned>(count - sent), 0);
      // A refused or full socket loses the packet, as a network may.
      sent += n > 0 ? static_cast<size_t>(n) : 1;
    }
    packets_sent_ += count;
    count = 0;
  };
  while (auto datagram = connection.peer.PollDatagram(now)) {
    if (datagram->bytes.size() > batch_->bytes[count].size()) continue;
    std::copy(datagram->bytes.begin(), datagram->bytes.end(), batch_->bytes[count].begin());
    socklen_t size = ToSystem(datagram->to, batch_->addresses[count]);
    batch_->Prepare(count, datagram->bytes.size(), size);
    if (++count == kBatch) flush();
  }
  flush();
}

void TestPeerLoop::SendTcp(Connection& connection, Timestamp now) {
  if (connection.closed) return;
  if (!connection.connected) {
    sockaddr_storage address;
    socklen_t size = sizeof(address);
    if (getpeername(connection.fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
    connection.connected = true;
  }
  while (auto datagram = connection.peer.PollDatagram(now)) {
    if (connection.backlog.size() > kMaxTcpBacklog) continue;
    auto header = TcpFrameHeader(datagram->bytes.size());
    connection.backlog.insert(connection.backlog.end(), header.begin(), header.end());
    connection.backlog.insert(connection.backlog.end(), datagram->bytes.begin(),
                              datagram->bytes.end());
    ++packets_sent_;
  }
  if (connection.backlog.empty()) return;
  ssize_t n = send(connection.fd.get(), connection.backlog.data(), connection.backlog.size(),
                   MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n > 0) {
    connection.backlog.erase(connection.backlog.begin(), connection.backlog.begin() + n);
  } else if (errno != EAGAIN) {
    connection.closed = true;
  }
}

void TestPeerLoop::Send(Connection& connection, Timestamp now) {
  if (connection.deframer) {
    SendTcp(connection, now);
  } else {
    SendUdp(connection, now);
  }
}

void TestPeerLoop::RunOnce(Duration limit) {
  Timestamp now = Now();
  Timestamp next = now + std::min(limit, tick_interval);
  for (auto& [peer, connection] : connections_) next = std::min(next, peer->NextTimeout());
  auto wait_us = std::max<int64_t>(0, (next - now).us());
  std::array<epoll_event, 64> ready;
  int n = epoll_wait(epoll_, ready.data(), ready.size(), static_cast<int>((wait_us + 999) / 1000));
  now = Now();
  for (int i = 0; i < n; ++i) {
    Receive(*static_cast<Connection*>(ready[static_cast<size_t>(i)].data.ptr), now);
  }
  if (on_tick) on_tick(now);
  for (auto& [peer, connection] : connections_) {
    if (peer->NextTimeout() <= now) connection->peer.HandleTimeout(now);
    Send(*connection, now);
  }
}

void TestPeerLoop::Run(Duration duration) {
  RunUntil([] { return false; }, duration);
}

bool TestPeerLoop::RunUntil(const std::function<bool()>& done, Duration limit) {
  const Timestamp end = Now() + limit;
  while (!done()) {
    Timestamp now = Now();
    if (now >= end) return false;
    RunOnce(end - now);
  }
  return true;
}

}  // namespace parley::test
