#pragma once

// Sends a live composition to one RTMP server for as long as it goes on: at the pace of the clock,
// again and again with growing pauses when the connection breaks, always from the newest segment
// on. One thread.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "recorder/live/rtmp_url.h"
#include "recorder/push/rtmp_sender.h"
#include "recorder/push/segment_reader.h"

namespace parley {

struct PushStatus {
  bool live = false;
  std::optional<PushTrouble> trouble = {};  // the last one, while it is not live
  uint64_t bytes = 0;
  uint64_t reconnects = 0;
};

class Pusher {
 public:
  static constexpr std::chrono::milliseconds kFirstPause{500};
  static constexpr std::chrono::milliseconds kMostPause{15'000};

  using Tell = std::function<void(const PushStatus&)>;

  Pusher(const std::filesystem::path& directory, RtmpUrl url, bool may_be_private, Tell tell)
      : reader_(directory),
        url_(std::move(url)),
        may_be_private_(may_be_private),
        tell_(std::move(tell)) {}

  // Until the composition ends or `stop`; false when it can never send there.
  bool Run(const std::atomic<bool>& stop);

 private:
  using Clock = std::chrono::steady_clock;

  void Wait(std::chrono::milliseconds time, const std::atomic<bool>& stop) const;
  bool Connect(const Segment& like);
  void SendSegment(const SegmentReader::Next& next, const std::atomic<bool>& stop);
  void Lose(PushTrouble trouble);

  SegmentReader reader_;
  const RtmpUrl url_;
  const bool may_be_private_;
  const Tell tell_;
  PushStatus status_;
  std::unique_ptr<RtmpSender> sender_;
  std::chrono::milliseconds pause_ = kFirstPause;
  uint64_t sent_before_ = 0;  // bytes, by earlier connections
  // Of the connection:
  std::optional<uint32_t> run_;
  int64_t run_begins_us_ = 0;  // since the connection's first packet
  int64_t first_us_ = 0;       // since 1970, of that packet
  Clock::time_point began_;
  int64_t last_us_[2] = {-1, -1};  // by stream
};

}  // namespace parley
