#pragma once

// Takes the packets of a capture from the workers' feeds and writes them, on a thread of its own,
// so that no disk is waited for elsewhere. Ends by itself when its time is over, the file is full
// or cannot be written, or all feeds are closed. Made and asked by the signaling thread.

#include <atomic>
#include <thread>
#include <vector>

#include "sfu/base/units.h"
#include "signaling/recording/pcap_file.h"

namespace parley {

class CaptureWriter {
 public:
  // The sockets are its own from here on. `wall` is the time of day at `steady`.
  CaptureWriter(PcapFile file, std::vector<int> feeds, Timestamp steady, WallTime wall,
                Timestamp end);
  // Ends it.
  ~CaptureWriter();
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  bool ended() const { return ended_.load(std::memory_order_acquire); }
  // So far. Relaxed: figures for a person.
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  uint64_t packets() const { return packets_.load(std::memory_order_relaxed); }

 private:
  void Run();
  // False when nothing more is to be taken from any feed.
  bool Take(int feed);

  PcapFile file_;
  std::vector<int> feeds_;
  const Timestamp steady_;
  const WallTime wall_;
  const Timestamp end_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> ended_{false};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> packets_{0};
  std::thread thread_;  // last: it uses all the others
};

}  // namespace parley
