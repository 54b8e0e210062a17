#include "tests/sim/world.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sfu/base/check.h"

namespace parley::sim {
namespace {

constexpr size_t kPoolPackets = 65536;

SocketAddress CoreAddress(int i) {
  return SocketAddress::V4({10, 0, 0, 1}, static_cast<uint16_t>(5000 + i));
}

}  // namespace

// What the world does with an engine's output is no work of the engine's.
class World::Outside {
 public:
  explicit Outside(World& world) : world_(world) {
    if (world_.after_engine != nullptr) world_.after_engine();
  }
  ~Outside() {
    if (world_.before_engine != nullptr) world_.before_engine();
  }
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

 private:
  World& world_;
};

// One engine and what it said: datagrams go into the network at once, relay messages wait for the
// other cores' next turn.
struct World::Core final : EngineSink {
  Core(World& w, int i, uint64_t seed)
      : world(w),
        index(i),
        pool(kPoolPackets),
        engine(std::make_unique<Engine>(EngineConfig{.worker = WorkerIndex(static_cast<uint8_t>(i)),
                                                     .worker_count = w.engine_count_,
                                                     .seed = seed},
                                        w.server_identity_.context(), pool, *this, metrics,
                                        w.now_)) {}

  void SendDatagrams(std::span<const OutDatagram> datagrams) override {
    const Outside outside(world);
    for (const OutDatagram& datagram : datagrams)
      outgoing.push_back({datagram.to, {datagram.bytes.begin(), datagram.bytes.end()}});
  }
  void Relay(std::span<RelayMessage> messages) override {
    const Outside outside(world);
    for (RelayMessage& message : messages) {
      for (auto& core : world.cores_) {
        if (message.workers >> core->index & 1) core->inbox.push_back(message.Copy());
      }
      message.body = {};
    }
  }
  void Emit(std::span<Event> events) override {
    const Outside outside(world);
    world.events_.insert(world.events_.end(), events.begin(), events.end());
  }

  World& world;
  int index;
  PacketPool pool;
  WorkerMetrics metrics;
  std::deque<RelayMessage> inbox;
  std::vector<std::pair<SocketAddress, std::vector<uint8_t>>> outgoing;
  std::unique_ptr<Engine> engine;
};

World::World(uint64_t seed, int engines)
    : engine_count_(engines), random_(seed), network_(random_.U64()) {
  for (int i = 0; i < engines; ++i) {
    cores_.push_back(std::make_unique<Core>(*this, i, random_.U64()));
  }
  for (int i = 0; i < engines; ++i) Send(i, OpenRoom{kRoom});
}

World::~World() {
  // Histories and queues of each core hold packets of the others' pools.
  for (auto& core : cores_) {
    core->inbox.clear();
    core->engine.reset();
  }
}

template <class F>
void World::Enter(Core& core, F&& call) {
  if (before_engine != nullptr) before_engine();
  call(*core.engine);
  if (after_engine != nullptr) after_engine();
}

size_t World::Join(const test::MemberShape& shape, int engine, const LinkProfile& uplink,
                   const LinkProfile& downlink) {
  SimMember& joined = Add(shape, engine);
  joined.uplink = uplink;
  joined.downlink = downlink;
  for (size_t i = 0; i < cores_.size(); ++i) {
    for (const AddSource& source : joined.plan().Sources(kRoom, joined.home)) {
      Send(static_cast<int>(i), source);
    }
  }
  Send(engine, joined.plan().Create(kRoom));
  if (shape.microphone) Send(engine, EnableSource{joined.plan().microphone(), true});
  if (shape.camera) Send(engine, EnableSource{joined.plan().camera(), true});
  Connect(joined);
  return members_.size() - 1;
}

SimMember& World::Add(const test::MemberShape& shape, int engine) {
  const auto number = static_cast<uint32_t>(members_.size() + 1);
  members_.push_back(std::make_unique<SimMember>(number, shape, client_identity_, random_));
  present_.push_back(true);
  SimMember& added = *members_.back();
  added.home = WorkerIndex(static_cast<uint8_t>(engine));
  added.address = SocketAddress::V4(
      {10, 1, static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)}, next_port_++);
  return added;
}

void World::Connect(SimMember& member) {
  member.peer().Connect(
      member.plan().Remote(server_identity_.fingerprints(), {CoreAddress(member.home.value())}),
      now_);
}

size_t World::JoinBeside(size_t member, int engine) {
  const test::MemberPlan& old = members_[member]->plan();
  SimMember& beside = Add(old.shape(), engine);
  CreateTransport create = beside.plan().Create(kRoom);
  for (ProducerParams& producer : create.params.producers) {
    producer.source =
        producer.source == beside.plan().microphone() ? old.microphone() : old.camera();
  }
  Send(engine, std::move(create));
  Connect(beside);
  return members_.size() - 1;
}

void World::MoveSources(size_t member, size_t beside) {
  const SimMember& to = *members_[beside];
  for (AddSource source : members_[member]->plan().Sources(kRoom, to.home)) {
    source.transport = to.plan().transport();
    for (int i = 0; i < engine_count_; ++i) Send(i, source);
    Send(to.home.value(), EnableSource{source.source, true});
  }
}

void World::Leave(size_t index) {
  const test::MemberPlan& plan = members_[index]->plan();
  for (size_t i = 0; i < cores_.size(); ++i) {
    for (const AddSource& source : plan.Sources(kRoom, members_[index]->home)) {
      Send(static_cast<int>(i), RemoveSource{kRoom, source.source});
    }
  }
  Send(members_[index]->home.value(), CloseTransport{plan.transport()});
  present_[index] = false;
}

void World::Show(size_t viewer, int slot, size_t shown, uint16_t max_height, uint8_t priority) {
  const SimMember& v = *members_[viewer];
  Send(v.home.value(),
       SetSlot{v.plan().transport(), v.plan().VideoSlot(slot), members_[shown]->plan().camera(),
               max_height, priority, next_epoch_++});
}

void World::Hide(size_t viewer, int slot) {
  const SimMember& v = *members_[viewer];
  Send(v.home.value(),
       SetSlot{v.plan().transport(), v.plan().VideoSlot(slot), SourceId(), 0, 0, next_epoch_++});
}

void World::Send(int engine, Command command) {
  Core& core = *cores_[static_cast<size_t>(engine)];
  Enter(core, [&](Engine& engine) { engine.HandleCommand(std::move(command), now_); });
}

void World::Move(size_t member) {
  const SocketAddress& old = members_[member]->address;
  members_[member]->address =
      SocketAddress::V4({old.ip()[0], 2, old.ip()[2], old.ip()[3]}, next_port_++);
  members_[member]->peer().ice().CheckNow(now_);
}

void World::Run(Duration duration) {
  const Timestamp end = now_ + duration;
  while (now_ < end) Step();
}

void World::Deliver(Network::Delivery delivery) {
  if (delivery.to >= kFirstMember) {
    const size_t index = delivery.to - kFirstMember;
    for (uint8_t byte : delivery.bytes) digest_ = (digest_ ^ byte) * 0x100000001B3u;
    if (present_[index]) members_[index]->peer().HandlePacket(delivery.bytes, delivery.from, now_);
    return;
  }
  Core& core = *cores_[delivery.to];
  PacketRef packet = core.pool.Allocate();
  PARLEY_CHECK(packet);
  packet.SetSize(delivery.bytes.size());
  std::memcpy(packet.MutableData(), delivery.bytes.data(), delivery.bytes.size());
  Enter(core,
        [&](Engine& engine) { engine.HandleDatagram(std::move(packet), delivery.from, now_); });
}

void World::Step() {
  now_ = now_ + Duration::Millis(1);
  while (auto delivery = network_.Receive(now_)) Deliver(std::move(*delivery));
  for (auto& core : cores_) {
    // Only what is there now: answers belong to the next step.
    for (size_t left = core->inbox.size(); left > 0; --left) {
      RelayMessage message = std::move(core->inbox.front());
      core->inbox.pop_front();
      Enter(*core, [&](Engine& engine) { engine.HandleRelay(std::move(message), now_); });
    }
    Enter(*core, [&](Engine& engine) {
      if (engine.NextTimeout() <= now_) {
        engine.HandleTimeout(now_, WallTime::UnixMicros(1'700'000'000'000'000 + now_.us()));
      }
      // As a worker does, in pieces.
      constexpr size_t kVideoAtOnce = 16;
      while (!engine.Flush(now_, kVideoAtOnce)) {
      }
    });
    for (const auto& [to, bytes] : core->outgoing) {
      for (size_t i = 0; i < members_.size(); ++i) {
        if (members_[i]->address != to) continue;
        network_.Send(members_[i]->downlink, kFirstMember + static_cast<Network::Node>(i),
                      CoreAddress(core->index), bytes, now_);
      }
    }
    core->outgoing.clear();
  }
  for (size_t i = 0; i < members_.size(); ++i) {
    if (!present_[i]) continue;
    SimMember& m = *members_[i];
    if (m.peer().NextTimeout() <= now_) m.peer().HandleTimeout(now_);
    m.Tick(now_);
    while (const auto datagram = m.peer().PollDatagram(now_)) {
      network_.Send(m.uplink, m.home.value(), m.address, datagram->bytes, now_);
    }
  }
}

Engine& World::engine(int i) { return *cores_[static_cast<size_t>(i)]->engine; }
const WorkerMetrics& World::metrics(int i) const { return cores_[static_cast<size_t>(i)]->metrics; }
PacketPool& World::pool(int i) { return cores_[static_cast<size_t>(i)]->pool; }

const SpeakersChanged* World::speakers(int engine) const {
  for (auto it = events_.rbegin(); it != events_.rend(); ++it) {
    const auto* changed = std::get_if<SpeakersChanged>(&*it);
    if (changed != nullptr && changed->worker.value() == engine) return changed;
  }
  return nullptr;
}

bool World::connected(size_t member) const {
  bool connected = false;
  for (const Event& event : events_) {
    if (const auto* c = std::get_if<TransportConnected>(&event)) {
      connected = connected || c->transport == members_[member]->plan().transport();
    } else if (const auto* d = std::get_if<TransportDisconnected>(&event)) {
      connected = connected && d->transport != members_[member]->plan().transport();
    }
  }
  return connected;
}

}  // namespace parley::sim
