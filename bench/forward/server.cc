#include "bench/forward/server.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <utility>
#include <vector>

#include "bench/forward/allocation_counter.h"
#include "bench/forward/handshake.h"
#include "bench/forward/limit.h"
#include "sfu/base/check.h"
#include "sfu/base/log.h"
#include "sfu/base/random.h"
#include "sfu/worker/worker_pool.h"

namespace parley::bench {
namespace {

constexpr RoomId kRoom{1};

int64_t ProcessCpuNs() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto ns = [](const timeval& t) {
    return int64_t{t.tv_sec} * 1'000'000'000 + int64_t{t.tv_usec} * 1000;
  };
  return ns(usage.ru_utime) + ns(usage.ru_stime);
}

int64_t ResidentBytes() {
  long pages = 0, resident = 0;
  if (FILE* f = fopen("/proc/self/statm", "r")) {
    if (fscanf(f, "%ld %ld", &pages, &resident) != 2) resident = 0;
    fclose(f);
  }
  return resident * sysconf(_SC_PAGESIZE);
}

// What workers are told, in this order.
using Commands = std::vector<std::pair<WorkerIndex, Command>>;

// In a gallery, of which everybody sees the others by number.
void Show(Commands& commands, WorkerIndex home, uint32_t viewer, uint32_t shown) {
  const uint32_t place = shown < viewer ? shown - 1 : shown - 2;
  const auto slot = static_cast<uint8_t>(kGalleryShape.audio_slots + static_cast<int>(place));
  commands.emplace_back(home, SetSlot{TransportId(viewer), slot, SourceId(2 * shown + 1), 0, 1, 1});
}

void Join(Commands& commands, uint32_t number, const Setup& setup,
          const test::TestIdentity& clients) {
  const bool publishes = number == kPublisher;
  SeededRandom random(number);
  const test::TestPeer peer(clients, number);
  const test::MemberPlan plan(number, ShapeOf(setup, number), peer, random);
  const WorkerIndex home(static_cast<uint8_t>(publishes ? 0 : setup.subscriber_worker));
  for (const AddSource& source : plan.Sources(kRoom, home)) {
    for (uint8_t i = 0; i < setup.workers; ++i) commands.emplace_back(WorkerIndex(i), source);
  }
  commands.emplace_back(home, plan.Create(kRoom));
  if (plan.shape().microphone) {
    commands.emplace_back(home, EnableSource{plan.microphone(), true});
  }
  if (plan.shape().camera) commands.emplace_back(home, EnableSource{plan.camera(), true});
  if (setup.gallery) {
    for (uint32_t other = 1; other < number; ++other) {
      Show(commands, home, number, other);
      Show(commands, home, other, number);
    }
  } else if (plan.shape().video_slots > 0) {
    commands.emplace_back(
        home, SetSlot{plan.transport(), plan.VideoSlot(0), SourceId(2 * kPublisher + 1), 0, 1, 1});
  }
}

Reply Snapshot(const WorkerPool& pool) {
  Reply reply;
  reply.cpu_ns = ProcessCpuNs();
  reply.allocations = Allocations();
  reply.resident_bytes = ResidentBytes();
  for (uint8_t i = 0; i < pool.worker_count(); ++i) {
    const WorkerMetrics& metrics = pool.metrics(WorkerIndex(i));
    reply.datagrams_sent += metrics.datagrams_sent.value();
    reply.send_dropped += metrics.send_dropped.value();
    reply.ports[i] = pool.candidates(WorkerIndex(i)).front().address.port();
  }
  return reply;
}

}  // namespace

void RunServer(int fd, const Setup& setup, const test::TestIdentity& clients,
               const DtlsIdentity& identity) {
  SetLogLevel(LogLevel::kWarning);
  WorkerPoolConfig config;
  config.workers = setup.workers;
  config.join_datagrams = setup.join_datagrams;
  config.bind = {SocketAddress::V4({127, 0, 0, 1}, 0)};
  config.tcp = false;
  auto pool = WorkerPool::Start(config, identity, [] {});
  PARLEY_CHECK(pool.has_value());
  for (uint8_t i = 0; i < setup.workers; ++i) (*pool)->Send(WorkerIndex(i), OpenRoom{kRoom});
  Request request;
  std::vector<Event> events;
  events.reserve(65'536);
  while (read(fd, &request, sizeof request) == sizeof request) {
    if (request.kind == Request::Kind::kQuit) break;
    Commands commands;
    if (request.kind == Request::Kind::kJoin) {
      for (uint32_t i = 0; i < request.count; ++i) {
        Join(commands, request.number + i, setup, clients);
      }
      malloc_trim(0);
    }
    events.clear();
    (*pool)->PollEvents(events);
    Reply reply = Snapshot(**pool);
    for (auto& [worker, command] : commands) (*pool)->Send(worker, std::move(command));
    if (request.kind == Request::Kind::kHandshake) {
      reply.limit_ns = MeasureHandshakeNs(identity, static_cast<int>(request.count));
    }
    if (request.kind == Request::Kind::kLimit) {
      const auto ports = std::span(request.ports).first(request.port_count);
      reply.limit_ns = MeasureLimitNs(request.number, {ports.begin(), ports.end()},
                                      static_cast<int>(request.count), request.pause);
    }
    PARLEY_CHECK(write(fd, &reply, sizeof reply) == sizeof reply);
  }
  _exit(0);
}

}  // namespace parley::bench
