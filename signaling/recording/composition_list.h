#pragma once

// What was asked for of one recording: compositions.json in its directory. A recording that went on
// after a restart has nothing of before: its files are removed. Whoever has it blocks for as long
// as the disk does. The disk thread.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace parley {

struct Composition {
  enum class State : uint8_t { kQueued, kRunning, kDone, kFailed };

  std::string file;  // library/made_files.h
  State state = State::kQueued;
  int64_t asked_at_us = 0;                   // since 1970
  double percent = 0;                        // of kRunning
  std::optional<int64_t> seconds_left = {};  // of kRunning
  uint64_t size = 0;                         // of kDone, in bytes
  std::string error = {};                    // of kFailed, for a person
};

std::string_view ToString(Composition::State state);

class CompositionList {
 public:
  // As it is on the disk: nothing is running in it. `segments`: how many the recording has now.
  static CompositionList Load(const std::filesystem::path& directory, uint32_t segments);
  std::error_code Save() const;

  const std::vector<Composition>& all() const { return all_; }
  // Null when there is none.
  Composition* Find(std::string_view file);
  // In place of one of that file.
  void Put(Composition composition);
  // The file too, whole or half-written.
  void Remove(std::string_view file);

 private:
  CompositionList(std::filesystem::path directory, uint32_t segments)
      : directory_(std::move(directory)), segments_(segments) {}
  bool Read(std::string_view json);

  std::filesystem::path directory_;
  uint32_t segments_;
  std::vector<Composition> all_;
};

// What a composer left that did not come to its end.
void RemovePart(const std::filesystem::path& directory, std::string_view file);

}  // namespace parley
