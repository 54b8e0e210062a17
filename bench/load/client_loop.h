#pragma once

// Hundreds of test clients on UDP sockets of one thread, built for measuring: every datagram
// carries the kernel's own arrival time, so that the clients' queueing does not count as the
// server's delay. IPv4 loopback only.

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sfu/base/units.h"
#include "tests/client/test_peer.h"

namespace parley::bench {

class ClientLoop {
 public:
  // On sockets of this address; lets the process have as many files as the system allows it.
  explicit ClientLoop(const SocketAddress& local = SocketAddress::V4({127, 0, 0, 1}, 0));
  ~ClientLoop();
  ClientLoop(const ClientLoop&) = delete;
  ClientLoop& operator=(const ClientLoop&) = delete;

  // A socket for the peer, which outlives the loop or is removed before; its address.
  SocketAddress Add(test::TestPeer& peer);
  // Sends what the peer has queued, and closes its socket. Not from within RunOnce().
  void Remove(test::TestPeer& peer);
  // Receives, runs timers of those that are due, sends; waits at most `limit`.
  void RunOnce(Duration limit);
  bool RunUntil(const std::function<bool()>& done, Duration limit);
  // Looks for datagrams without ever sleeping, where a core is free for it: a server on loopback
  // pays for waking its clients, one on a wire does not.
  void set_awake(bool awake) { awake_ = awake; }
  // Sends what this peer has queued, now.
  void Send(test::TestPeer& peer);

  // The kernel's arrival time of the datagram that is being handled, on the system's clock.
  int64_t arrival_ns() const { return arrival_ns_; }
  static int64_t SystemNowNs();
  static Timestamp Now();

 private:
  struct Client;
  void Receive(Client& client, Timestamp now);
  void Send(Client& client, Timestamp now);

  const SocketAddress local_;
  int epoll_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::unordered_map<const test::TestPeer*, Client*> by_peer_;
  Timestamp next_timers_;
  int64_t arrival_ns_ = 0;
  bool awake_ = false;
};

}  // namespace parley::bench
