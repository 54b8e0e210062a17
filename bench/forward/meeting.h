#pragma once

// A room with its server in a process of its own (server.h) and its clients in this one, pinned to
// the last core; workers begin at the first. Joins members, sends media and tells what it cost. The
// clients never sleep while they have a core for themselves.

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "bench/forward/server.h"
#include "bench/load/client_loop.h"
#include "bench/load/publisher.h"
#include "bench/load/watcher_check.h"
#include "sfu/base/random.h"

namespace parley::bench {

struct Phase {
  double seconds = 0;
  double cpu_ns = 0;  // of the server's process
  double p50_us = 0;
  double p99_us = 0;
  uint64_t sent = 0;
  uint64_t received = 0;
  double allocations = 0;
  test::StreamCheck::Counts checked;  // of who is looked at

  double cpu_ns_per_packet() const {
    return cpu_ns / static_cast<double>(received > 0 ? received : 1);
  }
  // Of one core.
  double load() const { return cpu_ns / 1e9 / seconds; }
};

class Meeting {
 public:
  // Outlived by what it is given.
  Meeting(const Setup& setup, const test::TestIdentity& clients, const DtlsIdentity& identity);
  ~Meeting();
  Meeting(const Meeting&) = delete;
  Meeting& operator=(const Meeting&) = delete;

  // The best of several runs (limit.h): a tight loop; and in rounds like audio's, 20 ms apart.
  double LimitNs(size_t size);
  double SparseLimitNs(size_t size, uint32_t subscribers);
  // OpenSSL's part of a join.
  double HandshakeNs();
  // Members that follow those who are there already; waits until they are connected. What it cost
  // the server, in nanoseconds of CPU.
  double Join(uint32_t count);
  // Sends for that long after a warm-up. Of sound beside a picture the sound's delays are told.
  Phase Publish(Media media, Duration duration);
  // Everybody's microphone, at the same level.
  Phase Talk(Duration duration);
  // Everybody's camera, in as many packets as a tile takes.
  Phase ShowAll(Duration duration);
  // Nobody sends media.
  Phase Wait(Duration duration);
  int64_t ResidentBytes();

 private:
  struct Client;
  struct Counts {
    uint64_t received = 0;
    Reply server;
    Timestamp at;
    test::StreamCheck::Counts checked;
  };

  Reply Ask(const Request& request);
  double Limit(Request request, int runs);
  double JoinAtOnce(uint32_t count);
  uint64_t Received() const;
  test::StreamCheck::Counts Checked() const;
  Counts Count();
  Phase Measured(const Counts& before, uint64_t sent);
  uint64_t Drive(Media media, Duration duration);
  // Everybody publishes a medium whose frames are so long.
  Phase PublishAll(Media media, Duration frame, Duration duration);
  // Everybody begins, each with a medium's frames at times of its own.
  void BeginAll(Duration frame);
  uint64_t DriveAll(Media media, Duration duration);
  // Who sent a packet that somebody received.
  const Publisher* SenderOf(const RtpView& packet) const;
  // Until nothing comes any more.
  void Settle();
  void RunOnce(Duration limit);
  void Note(Client& client, std::span<const uint8_t> packet);

  const Setup setup_;
  const test::TestIdentity& identity_;
  pid_t server_ = 0;
  int fd_ = -1;
  std::array<uint16_t, 2> ports_{};
  std::vector<DtlsFingerprint> fingerprints_;
  ClientLoop loop_;
  test::StreamCheck::Expected expected_ = WatcherCheck::Expected();
  PublishedMedia media_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<int64_t> delays_;
  bool sound_alone_ = false;  // is timed
  Timestamp next_feedback_;
  uint64_t foreign_ = 0;  // packets of padding alone, or other than anybody sent them
};

}  // namespace parley::bench
