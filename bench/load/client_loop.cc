#include "bench/load/client_loop.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <ctime>

#include "sfu/base/check.h"
#include "sfu/worker/sockaddr.h"

namespace parley::bench {
namespace {

constexpr size_t kBatch = 32;
constexpr int kSocketBuffer = 4 << 20;
// Timers of all clients are looked at this often: checks and DTLS need no more.
constexpr Duration kTimerInterval = Duration::Millis(10);

int64_t ArrivalNs(const msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr;
       c = CMSG_NXTHDR(const_cast<msghdr*>(&message), c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec t;
    std::memcpy(&t, CMSG_DATA(c), sizeof t);
    return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
  }
  return 0;
}

}  // namespace

struct ClientLoop::Client {
  test::TestPeer* peer;
  int fd;
};

ClientLoop::ClientLoop(const SocketAddress& local)
    : local_(local), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  PARLEY_CHECK(epoll_ >= 0);
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

ClientLoop::~ClientLoop() {
  for (const auto& client : clients_) close(client->fd);
  close(epoll_);
}

Timestamp ClientLoop::Now() {
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count());
}

int64_t ClientLoop::SystemNowNs() {
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

SocketAddress ClientLoop::Add(test::TestPeer& peer) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in6 raw;
  socklen_t size = ToSockaddr(local_, raw);
  PARLEY_CHECK(fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&raw), size) == 0);
  PARLEY_CHECK(getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &size) == 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
  clients_.push_back(std::make_unique<Client>(Client{&peer, fd}));
  by_peer_[&peer] = clients_.back().get();
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = clients_.back().get();
  PARLEY_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0);
  return FromSockaddr(raw);
}

void ClientLoop::Remove(test::TestPeer& peer) {
  const auto found = by_peer_.find(&peer);
  Client* client = found->second;
  Send(*client, Now());
  close(client->fd);
  by_peer_.erase(found);
  std::erase_if(clients_, [&](const auto& owned) { return owned.get() == client; });
}

void ClientLoop::Receive(Client& client, Timestamp now) {
  static thread_local std::array<std::array<uint8_t, 2048>, kBatch> buffers;
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> parts;
  std::array<sockaddr_in6, kBatch> from;
  alignas(cmsghdr) std::array<std::array<char, 64>, kBatch> controls;
  for (size_t i = 0; i < kBatch; ++i) {
    parts[i] = {buffers[i].data(), buffers[i].size()};
    messages[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, controls[i].data(), 64, 0};
  }
  const int n = recvmmsg(client.fd, messages.data(), kBatch, 0, nullptr);
  for (int i = 0; i < n; ++i) {
    arrival_ns_ = ArrivalNs(messages[i].msg_hdr);
    client.peer->HandlePacket(std::span(buffers[i]).first(messages[i].msg_len),
                              FromSockaddr(from[i]), now);
  }
}

void ClientLoop::Send(Client& client, Timestamp now) {
  while (const auto datagram = client.peer->PollDatagram(now)) {
    sockaddr_in6 raw;
    const socklen_t size = ToSockaddr(datagram->to, raw);
    sendto(client.fd, datagram->bytes.data(), datagram->bytes.size(), 0,
           reinterpret_cast<sockaddr*>(&raw), size);
  }
}

void ClientLoop::Send(test::TestPeer& peer) { Send(*by_peer_.at(&peer), Now()); }

void ClientLoop::RunOnce(Duration limit) {
  std::array<epoll_event, 256> ready;
  const int wait_ms =
      awake_ ? 0 : static_cast<int>(std::max<int64_t>(0, (limit.us() + 500) / 1000));
  const int n = epoll_wait(epoll_, ready.data(), ready.size(), wait_ms);
  const Timestamp now = Now();
  for (int i = 0; i < n; ++i) {
    auto& client = *static_cast<Client*>(ready[static_cast<size_t>(i)].data.ptr);
    Receive(client, now);
    if (!client.peer->connected()) Send(client, now);
  }
  if (now < next_timers_) return;
  next_timers_ = now + kTimerInterval;
  for (const auto& client : clients_) {
    if (client->peer->NextTimeout() <= now) client->peer->HandleTimeout(now);
    Send(*client, now);
  }
}

bool ClientLoop::RunUntil(const std::function<bool()>& done, Duration limit) {
  const Timestamp end = Now() + limit;
  while (!done()) {
    if (Now() >= end) return false;
    RunOnce(Duration::Millis(1));
  }
  return true;
}

}  // namespace parley::bench
