#pragma once

// The pictures of one track. Nothing is read or decoded until it is asked for; then only what the
// picture at that time needs, from the last key frame on. Damaged frames are left out: the last
// good picture stays until the next key frame. One thread.

#include <cstdint>
#include <deque>
#include <expected>
#include <filesystem>
#include <string>

#include "recorder/compose/av.h"
#include "recorder/compose/track_reader.h"

namespace parley {

class PictureSource {
 public:
  // What is larger is damage.
  static constexpr int64_t kMostPixels = int64_t{4096} * 2304;

  static std::expected<PictureSource, std::string> Open(const std::filesystem::path& file) {
    return Make(TrackReader::Open(file));
  }
  // Of a file that is still written, from about `from_us` on.
  static std::expected<PictureSource, std::string> Follow(const std::filesystem::path& file,
                                                          int64_t from_us) {
    return Make(TrackReader::Follow(file, from_us));
  }

  // Whether Advance() to then would find something.
  bool IsDue(int64_t recorded_us);
  // Goes on to the newest picture of `recorded_us` or before; true when that is another one than
  // before. Time never goes back.
  bool Advance(int64_t recorded_us);
  // The picture; null while there is none. I420, valid until the next Advance().
  const AVFrame* picture() const { return has_picture_ ? picture_.get() : nullptr; }

  uint64_t frames_decoded() const { return decoded_; }
  // Frames that could not be decoded; those that were skipped behind them are not counted.
  uint64_t frames_damaged() const { return damaged_; }

 private:
  static std::expected<PictureSource, std::string> Make(
      std::expected<TrackReader, std::string> reader);
  PictureSource(TrackReader reader, AvCodec decoder);
  // Reads the next packet, unless it is there already.
  void Peek();
  void Decode(const TrackPacket& packet);
  void TakePictures();
  void Damaged();

  TrackReader reader_;
  AvCodec decoder_;
  AvFrame picture_;
  AvFrame incoming_;
  TrackPacket next_;  // read, and not due yet
  bool ended_ = false;
  std::deque<TrackPacket> due_;
  size_t due_bytes_ = 0;
  bool has_picture_ = false;
  bool changed_ = false;
  bool waits_for_key_ = true;
  uint64_t decoded_ = 0;
  uint64_t damaged_ = 0;
};

}  // namespace parley
