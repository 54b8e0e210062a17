#pragma once

// The sound of one track, sample by sample in recorded time. Packets follow each other without a
// seam while their times say so within 15 ms; what their clock differs from ours is made up by a
// sample a packet, and one more for each 3 ms, so that it keeps up with whatever ClockLine tells.
// Further away they are placed where they belong, with silence before. One thread.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "recorder/compose/track_reader.h"

struct OpusDecoder;

namespace parley {

class SoundSource {
 public:
  static constexpr int kRate = 48'000;
  static constexpr int kChannels = 2;

  static std::expected<SoundSource, std::string> Open(const std::filesystem::path& file) {
    return Make(TrackReader::Open(file));
  }
  // Of a file that is still written, from about `from_us` on. What is not there when it is asked
  // for is silence.
  static std::expected<SoundSource, std::string> Follow(const std::filesystem::path& file,
                                                        int64_t from_us) {
    return Make(TrackReader::Follow(file, from_us));
  }

  // Adds the sound from sample `from` on to `out`, interleaved stereo. Time never goes back; what
  // is passed over costs next to nothing.
  void AddTo(int64_t from, std::span<float> out);

  uint64_t packets_damaged() const { return damaged_; }
  // How far the last packet was placed from where its time says, in samples.
  int64_t offset() const { return offset_; }

 private:
  struct Free {
    void operator()(OpusDecoder* decoder) const;
  };
  SoundSource(TrackReader reader, std::unique_ptr<OpusDecoder, Free> decoder)
      : reader_(std::move(reader)), decoder_(std::move(decoder)) {}

  static std::expected<SoundSource, std::string> Make(
      std::expected<TrackReader, std::string> reader);
  // False when the next packet is not due before `until`, or there is none.
  bool Take(int64_t from, int64_t until);
  void Place(int64_t at, std::vector<float> sound);
  void FadeOut();
  void DropBefore(int64_t sample);
  int64_t begin() const { return end_ - static_cast<int64_t>(samples_.size() / kChannels); }

  TrackReader reader_;
  std::unique_ptr<OpusDecoder, Free> decoder_;
  TrackPacket next_;
  bool ended_ = false;
  std::vector<float> samples_;  // decoded, up to end_
  int64_t end_ = 0;
  bool placed_ = false;  // anything, yet
  bool faded_ = false;   // what stands at the end
  int64_t offset_ = 0;
  uint64_t damaged_ = 0;
};

}  // namespace parley
