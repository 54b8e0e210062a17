#pragma once

// The sound of every prompt in every language, at 8 kHz, loaded when the server starts: from a
// folder of the operator's, else from Debian's recordings (English), else as it was spoken at
// build. Likewise the music for callers who wait, up to kLongestMusic of it. Afterwards it is only
// read, by the mixer's thread. What could not be had is silence and is named in missing().

#include <array>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/ivr/prompt_catalogue.h"
#include "sfu/base/units.h"

namespace parley {

struct PromptLibraryConfig {
  // FOLDER/en/NAME.wav, FOLDER/zh/NAME.wav; each file replaces one prompt. Empty: none.
  std::filesystem::path replaced = {};
  std::filesystem::path recorded = "/usr/share/asterisk/sounds/en_US_f_Allison";
  std::filesystem::path spoken = {};  // as parley-speak left them; empty: none
  // For those who wait, unless the operator has a music.wav beside the folders; empty: none.
  std::filesystem::path music = "/usr/share/asterisk/moh/macroform-cold_day.wav";
};

class PromptLibrary {
 public:
  // Sounds beside the words, the same in every language.
  static constexpr std::string_view kJoinTone = "tone-join";
  static constexpr std::string_view kLeaveTone = "tone-leave";
  static constexpr std::string_view kAttentionTone = "tone-attention";
  static constexpr Duration kLongestMusic = Duration::Seconds(300);

  // Reads files. Before anybody waits for this thread.
  static PromptLibrary Load(const PromptLibraryConfig& config);

  // Empty when there is no such prompt.
  std::span<const int16_t> Find(PromptLanguage language, std::string_view name) const;
  // Softer than speech; empty when there is none.
  std::span<const int16_t> music() const { return music_; }
  // "zh/welcome", "music" and so on, for the log.
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  using Set = std::map<std::string, std::vector<int16_t>, std::less<>>;

  void LoadMusic(const PromptLibraryConfig& config);

  std::array<Set, kPromptLanguages> sets_;
  std::vector<int16_t> music_;
  std::vector<std::string> missing_;
};

}  // namespace parley
