#include "tests/media/clip_files.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>

#include "recorder/compose/track_reader.h"
#include "sfu/base/check.h"
#include "tests/media/moving_head.h"
#include "tests/media/opus_track.h"
#include "tests/media/vp8_track.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;

// Of which the quantizer is looked for.
constexpr Duration kSample = Duration::Seconds(2);
constexpr int kFrameRate = 30;
constexpr unsigned kNoise = 10;
constexpr int kCoarsest = 63;
// Bytes of a picture, below which it has half the width and height.
constexpr size_t kSmall = 5000;

std::string Name(const std::string& what, Duration length, size_t size) {
  return what + '-' + std::to_string(length.us() / 1'000'000) + "s-" + std::to_string(size) +
         ".webm";
}

test::MediaClip Read(const fs::path& file) {
  auto reader = TrackReader::Open(file);
  PARLEY_CHECK(reader.has_value());
  test::MediaClip clip;
  while (const TrackPacket packet = reader->Next()) {
    clip.frames.push_back({{packet.bytes().begin(), packet.bytes().end()}, packet.key_frame()});
  }
  return clip;
}

size_t LargestFrame(const test::MediaClip& clip) {
  size_t largest = 0;
  for (const auto& frame : clip.frames) largest = std::max(largest, frame.data.size());
  return largest;
}

// What `file` holds, after `make` has made it if need be. Others may be making it at the same time.
test::MediaClip ReadOrMake(const fs::path& file, const std::function<void(const fs::path&)>& make) {
  if (!fs::exists(file)) {
    fs::create_directories(file.parent_path());
    fs::path unfinished = file;
    unfinished += '.' + std::to_string(getpid());
    make(unfinished);
    fs::rename(unfinished, file);
  }
  test::MediaClip clip = Read(file);
  PARLEY_CHECK(!clip.frames.empty() && clip.frames.front().key_frame);
  return clip;
}

// With the finest quantizer that leaves every picture within `frame_size`. Noise makes a picture
// after another as large as a key frame.
void MakeCamera(const fs::path& file, Duration length, size_t frame_size) {
  const bool small = frame_size < kSmall;
  const auto fits = [&](int quantizer, Duration made) {
    fs::remove(file);
    MovingHead head(kNoise);
    WriteVp8Track(file, Duration::Zero(), made,
                  {.width = small ? 320 : 640,
                   .height = small ? 180 : 360,
                   .frame_rate = kFrameRate,
                   .key_interval = kFrameRate,
                   .quantizer = quantizer},
                  [&](AVFrame& frame, int number) { head.Paint(frame, number); });
    return LargestFrame(Read(file)) <= frame_size;
  };
  int too_fine = 0, enough = kCoarsest;
  while (enough - too_fine > 1) {
    const int quantizer = (enough + too_fine) / 2;
    (fits(quantizer, std::min(length, kSample)) ? enough : too_fine) = quantizer;
  }
  while (!fits(enough, length)) PARLEY_CHECK(++enough <= kCoarsest);
}

}  // namespace

test::MediaClip LoadCameraClip(const fs::path& directory, Duration length, size_t frame_size) {
  const fs::path file = directory / Name("camera", length, frame_size);
  test::MediaClip clip = ReadOrMake(
      file, [&](const fs::path& unfinished) { MakeCamera(unfinished, length, frame_size); });
  PARLEY_CHECK(LargestFrame(clip) <= frame_size);
  std::minstd_rand random(1);
  for (auto& frame : clip.frames) {
    const size_t picture = frame.data.size();
    frame.data.resize(frame_size);
    std::generate(frame.data.begin() + static_cast<ptrdiff_t>(picture), frame.data.end(),
                  [&] { return static_cast<uint8_t>(random() >> 8); });
  }
  return clip;
}

test::MediaClip LoadVoiceClip(const fs::path& directory, Duration length, size_t packet_size) {
  const fs::path file = directory / Name("voice", length, packet_size);
  return ReadOrMake(
      file, [&](const fs::path& unfinished) { WriteOpusTrack(unfinished, length, packet_size); });
}

}  // namespace parley::testing
