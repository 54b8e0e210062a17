#pragma once

// A whole meeting without sockets, threads or waiting: engines, members and the network between
// them on one fake clock that moves in steps of a millisecond. Everything follows from the seed.

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sfu/base/packet_pool.h"
#include "sfu/base/random.h"
#include "sfu/worker/engine.h"
#include "tests/client/member_plan.h"
#include "tests/sim/network.h"
#include "tests/sim/sim_member.h"

namespace parley::sim {

class World {
 public:
  World(uint64_t seed, int engines);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Makes the member's peer connection on that engine and starts its checks; returns its place.
  size_t Join(const test::MemberShape& shape, int engine, const LinkProfile& uplink = {},
              const LinkProfile& downlink = {});
  void Leave(size_t member);
  // A second peer connection of the member's, on another engine and for the same sources, beside
  // the one it has; returns its place.
  size_t JoinBeside(size_t member, int engine);
  // The sources of `member` live where `beside` is from now on.
  void MoveSources(size_t member, size_t beside);
  // Assigns `shown`'s camera to the viewer's video slot `slot`.
  void Show(size_t viewer, int slot, size_t shown, uint16_t max_height = 0, uint8_t priority = 1);
  void Hide(size_t viewer, int slot);
  void Send(int engine, Command command);
  // The member goes on from another address.
  void Move(size_t member);

  void Run(Duration duration);
  // False when `limit` passed first.
  template <class Done>
  bool RunUntil(Done&& done, Duration limit) {
    const Timestamp end = now_ + limit;
    while (!done()) {
      if (now_ >= end) return false;
      Step();
    }
    return true;
  }

  Timestamp now() const { return now_; }
  SimMember& member(size_t i) { return *members_[i]; }
  size_t member_count() const { return members_.size(); }
  Engine& engine(int i);
  const WorkerMetrics& metrics(int i) const;
  PacketPool& pool(int i);
  const Network& network() const { return network_; }
  // How long what was sent to the member waited in its link's queue, since the last call.
  std::vector<Duration> TakeQueueing(size_t member) {
    return network_.TakeQueueing(kFirstMember + static_cast<Network::Node>(member));
  }
  const std::vector<Event>& events() const { return events_; }
  // The latest of its kind, by worker.
  const SpeakersChanged* speakers(int engine) const;
  bool connected(size_t member) const;
  // Of everything that was delivered to members, in order: two runs of a seed agree on it.
  uint64_t digest() const { return digest_; }
  // Called around every call into an engine; for counting allocations.
  void (*before_engine)() = nullptr;
  void (*after_engine)() = nullptr;

 private:
  struct Core;
  class Outside;

  SimMember& Add(const test::MemberShape& shape, int engine);
  void Connect(SimMember& member);
  void Step();
  void Deliver(Network::Delivery delivery);
  template <class F>
  void Enter(Core& core, F&& call);

  static constexpr RoomId kRoom{1};
  static constexpr Network::Node kFirstMember = 64;

  const int engine_count_;
  SeededRandom random_;
  Timestamp now_ = Timestamp::Seconds(1000);
  Network network_;
  test::TestIdentity server_identity_;
  test::TestIdentity client_identity_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<std::unique_ptr<SimMember>> members_;
  std::vector<bool> present_;
  std::vector<Event> events_;
  uint32_t next_epoch_ = 1;
  uint16_t next_port_ = 20000;
  uint64_t digest_ = 0xCBF29CE484222325u;
};

}  // namespace parley::sim
