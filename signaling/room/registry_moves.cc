// Which participants move from worker to worker: away from those that are drained, and where the
// load is clearly unequal.

#include <vector>

#include "signaling/room/room_registry.h"

namespace parley {
namespace {

// Each tick, from each worker that is drained: twenty a second.
constexpr size_t kDrainedATick = 2;

}  // namespace

void RoomRegistry::SetDraining(WorkerIndex worker, bool on) {
  environment_.placement.SetDraining(worker, on);
}

std::vector<WorkerLoad> RoomRegistry::WorkerLoads() const {
  std::vector<WorkerLoad> loads;
  for (int i = 0; i < environment_.media.worker_count(); ++i) {
    const WorkerIndex worker(static_cast<uint8_t>(i));
    loads.push_back({.cpu_time = environment_.media.cpu_time(worker),
                     .transports = environment_.placement.load(worker),
                     .draining = environment_.placement.draining(worker)});
  }
  return loads;
}

void RoomRegistry::MoveParticipants(Now now) {
  const std::vector<WorkerLoad> loads = WorkerLoads();
  if (loads.size() < 2) return;
  if (const auto order = balancer_.Plan(loads, now.steady)) {
    AskToMove(order->from, order->to, order->most, now);
  }
  const std::vector<uint32_t> nobody(loads.size());
  const WorkerIndex to = environment_.placement.Choose(nobody);
  if (loads[to.value()].draining) return;
  for (size_t i = 0; i < loads.size(); ++i) {
    if (!loads[i].draining || loads[i].transports == 0) continue;
    AskToMove(WorkerIndex(static_cast<uint8_t>(i)), to, kDrainedATick, now);
  }
}

void RoomRegistry::AskToMove(WorkerIndex from, WorkerIndex to, size_t most, Now now) {
  for (auto& [name, room] : rooms_) {
    if (most == 0) return;
    most -= room->AskToMove(from, to, most, now);
  }
}

}  // namespace parley
