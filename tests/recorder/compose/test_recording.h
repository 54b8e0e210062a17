#pragma once

// A recording made to measure: pictures that carry their number, and sound that is a function of
// time, written with the recorder's own files. So a composition can be asked which picture stands
// at which time.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "recorder/write/timeline_writer.h"
#include "sfu/base/units.h"
#include "tests/media/vp8_track.h"

namespace parley::testing {

class TestRecording {
 public:
  enum class Kind : uint8_t { kPlain, kSealed };

  // In a directory of its own, which is removed with it. kSealed: with the operator's key.
  explicit TestRecording(const std::string& name, Kind kind = Kind::kPlain);
  ~TestRecording();
  TestRecording(const TestRecording&) = delete;
  TestRecording& operator=(const TestRecording&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path Output(const std::string& name) const { return directory_ / name; }

  void Event(Duration at, const std::string& json);
  void Join(Duration at, const std::string& id, const std::string& name);
  // VP8; picture k carries number k and stands at `from` + k / frame rate. The file's name.
  std::string AddPictures(const std::string& participant, const std::string& kind, Duration from,
                          Duration length, const PicturesOptions& options = {});
  // Opus of `wave`, given seconds of recorded time.
  std::string AddSound(const std::string& participant, Duration from, Duration length,
                       const std::function<double(double)>& wave);
  void End(Duration at);
  // As it is while the meeting runs.
  void SetUnderWay(bool under_way);

 private:
  std::string Begin(Duration at, const std::string& participant, const std::string& kind,
                    const std::string& codec, int width, int height);
  void Finished(Duration end, const std::string& file);

  std::filesystem::path directory_;
  std::optional<TimelineWriter> timeline_;
  int source_ = 0;
};

// The numbers of what is seen in the rectangle, at 30 pictures a second; -1: no numbered picture.
std::vector<int> NumbersIn(const std::filesystem::path& file, int x, int y, int width, int height);
// As it does, but when each number begins to be seen, in seconds of the file.
std::vector<std::pair<double, int>> ChangesIn(const std::filesystem::path& file, int x, int y,
                                              int width, int height);
// Mono at 48 kHz.
std::vector<float> SamplesOf(const std::filesystem::path& file);

}  // namespace parley::testing
