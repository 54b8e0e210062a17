#pragma once

// All that is heard in a recording, mixed: microphones, phones and what screens sound like, each
// where it belongs. Files are open only while they sound. One thread.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "recorder/compose/sound_limiter.h"
#include "recorder/compose/sound_source.h"
#include "recorder/library/manifest.h"

namespace parley {

bool IsSound(const RecordedTrack& track);

class SoundMix {
 public:
  // The manifest must outlive it.
  SoundMix(const std::filesystem::path& directory, const Manifest& manifest);
  // Of a recording that is still written: tracks are added as they come.
  explicit SoundMix(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // One that is still written, from now on. It must outlive this, and say where it ends once it
  // does.
  void Follow(const RecordedTrack& track, int64_t from_us);

  // Interleaved stereo at 48 kHz from sample `from` of recorded time on; a multiple of
  // SoundLimiter::kBlock samples a channel. Time never goes back.
  void Read(int64_t from, std::span<float> out);

  uint64_t files_unreadable() const { return unreadable_; }
  uint64_t packets_damaged() const;

 private:
  struct Voice {
    const RecordedTrack* track = nullptr;
    std::unique_ptr<SoundSource> source;
  };

  std::filesystem::path directory_;
  std::vector<const RecordedTrack*> waiting_;  // by start, the first last
  std::vector<Voice> voices_;
  SoundLimiter limiter_;
  uint64_t unreadable_ = 0;
  uint64_t damaged_ = 0;  // of those that are over
};

}  // namespace parley
