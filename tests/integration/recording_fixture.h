#pragma once

// A meeting that is recorded by the real recorder, and what of it can be seen from outside.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "recorder/library/manifest.h"
#include "recorder/library/recording_state.h"
#include "tests/client/eventually.h"
#include "tests/client/json_text.h"
#include "tests/integration/meeting_fixture.h"

namespace parley::test {

inline constexpr const char* kStart = R"({"action":"start"})";
inline constexpr const char* kStop = R"({"action":"stop"})";

class RecordingTest : public MeetingTest {
 protected:
  // Of the children of the server that are recorders.
  std::set<pid_t> Recorders() const {
    std::set<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const pid_t pid = std::atoi(entry.path().filename().c_str());
      std::ifstream stat(entry.path() / "stat");
      std::string number, name, state;
      pid_t parent = 0;
      stat >> number >> name >> state >> parent;
      if (pid > 0 && parent == server_.pid() && name.starts_with("(parley-record") &&
          state != "Z") {
        found.insert(pid);
      }
    }
    return found;
  }
  bool Is(const std::string& id, const std::string& state) const {
    const auto found = RecordingState::Load(Directory(id));
    return found && found->state == state;
  }
  std::filesystem::path Directory(const std::string& id) const {
    return server_.data() / "recordings" / id;
  }
  // Lets everybody speak until more than half a second of each of so many tracks is stored.
  bool StoresTracks(const std::string& id, size_t count) {
    const auto long_enough = [](const RecordedTrack& track) {
      return track.end_us - track.start_us > 500'000;
    };
    return loop_.RunUntil(
        [&] {
          const auto manifest = ReadRecording(Directory(id));
          return manifest && std::ranges::count_if(manifest->tracks, long_enough) >=
                                 static_cast<ptrdiff_t>(count);
        },
        Duration::Seconds(30));
  }
  std::string Record(Member& host, const char* what) {
    return JsonText(host.Ask("record", what), "data.recording");
  }
};

// Another decoder takes the file without a word.
inline bool Plays(const std::filesystem::path& file) {
  const std::string command = "ffmpeg -v error -xerror -i " + file.string() + " -f null - 2>&1";
  FILE* said = popen(command.c_str(), "r");
  if (said == nullptr) return false;
  const bool silent = fgetc(said) == EOF;
  return pclose(said) == 0 && silent;
}

}  // namespace parley::test
