#pragma once

// Workers that only take notes: every command in the order it was sent, and a model of what each
// worker would hold, so that an order that a worker could not follow is a fault here.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "sfu/port/media_port.h"

namespace parley::test {

class FakeMediaPort final : public MediaPort {
 public:
  explicit FakeMediaPort(int workers = 2)
      : cpu_times(static_cast<size_t>(workers)), workers_(static_cast<size_t>(workers)) {
    for (int i = 0; i < workers; ++i) {
      const auto port = static_cast<uint16_t>(40000 + i);
      candidates_.push_back({{.address = *SocketAddress::Parse("192.0.2.1", port), .tcp = false},
                             {.address = *SocketAddress::Parse("192.0.2.1", port), .tcp = true}});
    }
    fingerprints_.push_back({.algorithm = "sha-256", .digest = std::vector<uint8_t>(32, 0xAB)});
  }

  int worker_count() const override { return static_cast<int>(workers_.size()); }
  void Send(WorkerIndex worker, Command command) override {
    std::visit([&](const auto& c) { Apply(workers_[worker.value()], worker, c); }, command);
    sent_.emplace_back(worker, std::move(command));
  }
  const std::vector<Candidate>& candidates(WorkerIndex worker) const override {
    return candidates_[worker.value()];
  }
  Duration cpu_time(WorkerIndex worker) const override { return cpu_times[worker.value()]; }
  const std::vector<DtlsFingerprint>& fingerprints() const override { return fingerprints_; }

  // What one worker holds, by the commands so far.
  struct Source {
    WorkerIndex home;
    TransportId transport;
    MediaKind kind{};
    bool competes = false;
    bool enabled = false;
  };
  struct Transport {
    RoomId room;
    std::map<uint8_t, SetSlot> slots;
    size_t slot_count = 0;
    IceParams local_ice;
  };
  struct Worker {
    std::set<RoomId> rooms;
    std::map<TransportId, Transport> transports;
    std::map<SourceId, Source> sources;
  };

  const Worker& worker(int index) const { return workers_[static_cast<size_t>(index)]; }
  // The worker that has it, and what it holds of it.
  std::pair<int, const Transport*> Find(TransportId id) const {
    for (size_t i = 0; i < workers_.size(); ++i) {
      const auto found = workers_[i].transports.find(id);
      if (found != workers_[i].transports.end()) return {static_cast<int>(i), &found->second};
    }
    return {-1, nullptr};
  }
  bool empty() const {
    return std::ranges::all_of(workers_, [](const Worker& w) {
      return w.rooms.empty() && w.transports.empty() && w.sources.empty();
    });
  }

  template <class T>
  std::vector<std::pair<WorkerIndex, T>> SentOf() const {
    std::vector<std::pair<WorkerIndex, T>> result;
    for (const auto& [worker, command] : sent_) {
      if (const auto* c = std::get_if<T>(&command)) result.emplace_back(worker, *c);
    }
    return result;
  }
  const std::vector<std::pair<WorkerIndex, Command>>& sent() const { return sent_; }
  void ForgetSent() { sent_.clear(); }
  // What cpu_time() tells, by worker.
  std::vector<Duration> cpu_times;

 private:
  // Recorders are no part of what is faked.
  void Apply(Worker&, WorkerIndex, const OpenFeed&) {}
  void Apply(Worker&, WorkerIndex, const CloseFeed&) {}
  void Apply(Worker&, WorkerIndex, const AskKeyFrame&) {}
  void Apply(Worker&, WorkerIndex, const AskStats&) {}
  void Apply(Worker& w, WorkerIndex, const OpenRoom& c) {
    EXPECT_TRUE(w.rooms.insert(c.room).second) << "opened twice";
  }
  void Apply(Worker& w, WorkerIndex, const CloseRoom& c) {
    EXPECT_EQ(w.rooms.erase(c.room), 1u) << "closed what is not open";
    EXPECT_TRUE(
        w.transports.empty() ||
        std::ranges::none_of(w.transports, [&](const auto& t) { return t.second.room == c.room; }))
        << "closed with a transport inside";
  }
  void Apply(Worker& w, WorkerIndex, const CreateTransport& c) {
    EXPECT_TRUE(w.rooms.contains(c.room)) << "transport before its room";
    EXPECT_FALSE(w.transports.contains(c.transport));
    w.transports[c.transport] = {.room = c.room,
                                 .slots = {},
                                 .slot_count = c.params.slots.size(),
                                 .local_ice = c.params.local_ice};
  }
  void Apply(Worker& w, WorkerIndex, const CloseTransport& c) {
    EXPECT_EQ(w.transports.erase(c.transport), 1u);
  }
  void Apply(Worker& w, WorkerIndex, const RestartIce& c) {
    ASSERT_TRUE(w.transports.contains(c.transport));
    EXPECT_NE(w.transports[c.transport].local_ice.ufrag, c.local_ice.ufrag);
    w.transports[c.transport].local_ice = c.local_ice;
  }
  void Apply(Worker& w, WorkerIndex, const AddSource& c) {
    EXPECT_TRUE(w.rooms.contains(c.room)) << "source before its room";
    EXPECT_TRUE(workers_[c.home.value()].transports.contains(c.transport))
        << "source before its transport";
    EXPECT_TRUE(!w.sources.contains(c.source) || w.sources[c.source].home != c.home)
        << "source added twice";
    w.sources[c.source] = {.home = c.home,
                           .transport = c.transport,
                           .kind = c.kind,
                           .competes = c.competes_for_seat,
                           .enabled = false};
  }
  void Apply(Worker& w, WorkerIndex, const RemoveSource& c) {
    EXPECT_EQ(w.sources.erase(c.source), 1u);
  }
  void Apply(Worker& w, WorkerIndex worker, const EnableSource& c) {
    ASSERT_TRUE(w.sources.contains(c.source)) << "enabled before it was added";
    EXPECT_EQ(w.sources[c.source].home, worker) << "enabled away from home";
    w.sources[c.source].enabled = c.enabled;
  }
  void Apply(Worker& w, WorkerIndex, const SetSlot& c) {
    ASSERT_TRUE(w.transports.contains(c.transport));
    auto& transport = w.transports[c.transport];
    EXPECT_LT(c.slot, transport.slot_count);
    if (c.source != SourceId()) {
      ASSERT_TRUE(w.sources.contains(c.source)) << "slot set to a source that is not there";
      EXPECT_NE(w.sources[c.source].transport, c.transport) << "one's own source";
    }
    EXPECT_GT(c.epoch, 0u);
    transport.slots[c.slot] = c;
  }

  std::vector<Worker> workers_;
  std::vector<std::vector<Candidate>> candidates_;
  std::vector<DtlsFingerprint> fingerprints_;
  std::vector<std::pair<WorkerIndex, Command>> sent_;
};

}  // namespace parley::test
