#pragma once

// One meeting that is shown live: its composer and a sender for each RTMP address, started again
// when they die, and what all of it means for people. Signaling thread; bounded by
// BroadcastSettings::targets.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sfu/base/units.h"
#include "signaling/recording/broadcast_processes.h"
#include "signaling/room/broadcast_port.h"
#include "signaling/room/now.h"

namespace parley {

class BroadcastJob {
 public:
  // A composer that dies so often within kDeathsWithin is not started again.
  static constexpr size_t kMaxDeaths = 5;
  static constexpr Duration kDeathsWithin = Duration::Seconds(60);
  static constexpr Duration kRestart = Duration::Millis(500);

  // What the composer told last; 0 before.
  struct Figures {
    int64_t segments = 0;
    int64_t frame_rate = 0;
    int64_t height = 0;
    int64_t late_ms = 0;
  };

  // `output` is there, for segments.
  BroadcastJob(BroadcastLauncher& launcher, BroadcastStatus status, std::filesystem::path output);

  const BroadcastStatus& status() const { return status_; }
  const Figures& figures() const { return figures_; }
  uint64_t deaths() const { return all_deaths_; }
  // Of connections that broke.
  uint64_t reconnects() const;

  // Starts what is missing and hears what is there. `recording`: the directory of the one under
  // way. `composes`: called when a composer began, or says that it waits for key frames to show
  // somebody. True when the status is another one.
  bool Update(const std::filesystem::path& recording, Now now,
              const std::function<void()>& composes);
  // The recording ended, and all of it was composed.
  bool is_over() const { return over_; }
  // Asks the composer to end; the senders end behind it. Nothing can be done afterwards but waiting
  // for HasEnded() or destroying it.
  void End();
  bool HasEnded();

 private:
  struct Sender {
    std::string url;
    std::unique_ptr<BroadcastProcess> process;
    Timestamp next_start;
    uint64_t reconnects = 0;
  };

  void UpdateComposer(const std::filesystem::path& recording, Now now,
                      const std::function<void()>& composes);
  // True when it waits for key frames.
  bool HandleComposerLine(const std::string& line);
  void HandleComposerDeath(Now now);
  void UpdateSender(size_t index, Now now);
  void HandleSenderLine(size_t index, const std::string& line);
  void Judge();

  BroadcastLauncher& launcher_;
  BroadcastStatus status_;
  const std::filesystem::path output_;
  std::unique_ptr<BroadcastProcess> composer_;
  Timestamp next_start_;
  std::deque<Timestamp> deaths_;
  uint64_t all_deaths_ = 0;
  bool composes_ = false;  // the composer that runs has made something
  bool made_any_ = false;
  bool failed_ = false;
  bool over_ = false;
  Figures figures_;
  std::vector<Sender> senders_;
};

}  // namespace parley
