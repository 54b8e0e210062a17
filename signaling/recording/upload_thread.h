#pragma once

// The uploader on a thread of its own, which may wait for the other side for long. Signaling
// thread, but for uploader().StatusOf().

#include <atomic>
#include <filesystem>

#include "signaling/recording/disk_thread.h"
#include "signaling/recording/s3_store.h"
#include "signaling/recording/upload_settings.h"
#include "signaling/recording/uploader.h"
#include "signaling/room/now.h"

namespace parley {

class UploadThread {
 public:
  UploadThread(const std::filesystem::path& directory, const UploadSettings& settings)
      : store_(settings, settings.part_bytes()),
        uploader_(directory, store_, settings.keep_local) {}

  // Call it every turn.
  void HandleTimeout(Now now) {
    if (now.steady < next_turn_ || in_turn_.load(std::memory_order_relaxed)) return;
    next_turn_ = now.steady + kTurn;
    in_turn_.store(true, std::memory_order_relaxed);
    const bool taken = thread_.Post([this, now] {
      uploader_.Turn(now.steady, now.wall, [this] { return thread_.stopping(); });
      in_turn_.store(false, std::memory_order_relaxed);
    });
    if (!taken) in_turn_.store(false, std::memory_order_relaxed);
  }
  const Uploader& uploader() const { return uploader_; }

 private:
  static constexpr Duration kTurn = Duration::Seconds(1);

  Timestamp next_turn_;
  std::atomic<bool> in_turn_ = false;
  S3Store store_;
  Uploader uploader_;
  DiskThread thread_;  // last: its jobs use the others
};

}  // namespace parley
