#pragma once

// A meeting over real sockets on loopback: a WorkerPool and test clients in one process, the test's
// own thread playing signaling and driving all clients.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sfu/transport/dtls_certificate.h"
#include "sfu/worker/worker_pool.h"
#include "tests/client/member_plan.h"
#include "tests/client/test_media.h"
#include "tests/client/test_peer.h"
#include "tests/client/test_peer_loop.h"

namespace parley {

class PoolMeeting {
 public:
  struct Options {
    int workers = 2;
    bool v6 = false;
  };
  struct Member {
    Member(uint32_t number, const test::MemberShape& shape, const test::TestIdentity& identity,
           RandomSource& random)
        : peer(identity, number), plan(number, shape, peer, random) {}
    test::TestPeer peer;
    test::MemberPlan plan;
    WorkerIndex home;
    bool connected = false;
    std::optional<TransportDisconnected::Reason> ended;
    std::optional<test::TestAudioSource> audio;
    std::optional<test::TestVideoSource> video;
    test::TransportSequence sequence;

    const test::ReceiveStats* received(uint8_t slot) const {
      const auto it = peer.received().find(plan.SlotSsrc(slot).value());
      return it == peer.received().end() ? nullptr : &it->second;
    }
  };

  explicit PoolMeeting(const Options& options);
  ~PoolMeeting();

  Member& Join(const test::MemberShape& shape, int worker, bool tcp = false);
  void Show(Member& viewer, int slot, const Member& shown);
  void Close(Member& member);
  void SendToAll(const Command& command);
  // Generous: it only bounds a failing test.
  bool RunUntil(const std::function<bool()>& done);
  void Run(Duration duration);

  WorkerPool& pool() { return *pool_; }
  test::TestPeerLoop& loop() { return loop_; }
  const SocketAddress& udp_address(int worker) const;
  const std::vector<Event>& events() const { return events_; }
  uint64_t Sum(const Counter WorkerMetrics::* counter) const;

  static constexpr RoomId kRoom{1};

 private:
  void Tick(Timestamp now);
  void PumpEvents();

  SystemRandom random_;
  test::TestIdentity client_identity_;
  DtlsIdentity identity_;
  std::atomic<bool> woken_{false};
  std::unique_ptr<WorkerPool> pool_;
  test::TestPeerLoop loop_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<Event> events_;
  size_t events_seen_ = 0;
  uint32_t next_epoch_ = 1;
  SocketAddress local_;
};

}  // namespace parley
