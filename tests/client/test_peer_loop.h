#pragma once

// Real sockets for TestPeers: one UDP socket or one ICE-TCP connection each, epoll, recvmmsg and
// sendmmsg; hundreds of peers in the thread that calls it. The peers outlive their place here.

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "tests/client/test_peer.h"

namespace parley::test {

class TestPeerLoop {
 public:
  TestPeerLoop();
  ~TestPeerLoop();
  TestPeerLoop(const TestPeerLoop&) = delete;
  TestPeerLoop& operator=(const TestPeerLoop&) = delete;

  // A UDP socket bound to `local` (port 0 for any). False when the system refuses.
  bool AddUdp(TestPeer& peer, const SocketAddress& local);
  // An ICE-TCP connection to `server`, which should be the peer's only candidate.
  bool AddTcp(TestPeer& peer, const SocketAddress& server);
  void Remove(TestPeer& peer);
  // A new UDP socket in place of the old: the peer moved to another address.
  bool Rebind(TestPeer& peer, const SocketAddress& local);

  // The steady clock, as Timestamp.
  static Timestamp Now();
  // Receives, runs timers, sends; waits at most `limit` for something to do.
  void RunOnce(Duration limit);
  void Run(Duration duration);
  bool RunUntil(const std::function<bool()>& done, Duration limit);
  // Called once a round with the time, before sending: media goes in here. It is called at least
  // every `tick_interval`.
  std::function<void(Timestamp now)> on_tick;
  Duration tick_interval = Duration::Millis(5);

  bool tcp_closed(const TestPeer& peer) const;
  uint64_t packets_sent() const { return packets_sent_; }
  uint64_t packets_received() const { return packets_received_; }

 private:
  struct Connection;
  struct Batch;

  void Receive(Connection& connection, Timestamp now);
  void ReceiveUdp(Connection& connection, Timestamp now);
  void ReceiveTcp(Connection& connection, Timestamp now);
  void Send(Connection& connection, Timestamp now);
  void SendUdp(Connection& connection, Timestamp now);
  void SendTcp(Connection& connection, Timestamp now);
  bool Watch(std::unique_ptr<Connection> connection);

  int epoll_ = -1;
  std::unordered_map<const TestPeer*, std::unique_ptr<Connection>> connections_;
  std::unique_ptr<Batch> batch_;
  uint64_t packets_sent_ = 0;
  uint64_t packets_received_ = 0;
};

}  // namespace parley::test
