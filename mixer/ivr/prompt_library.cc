#include "mixer/ivr/prompt_library.h"

#include <fstream>
#include <iterator>
#include <optional>

#include "mixer/audio/tones.h"
#include "mixer/ivr/wav_file.h"

namespace parley {
namespace {

constexpr std::array<PromptLanguage, kPromptLanguages> kLanguages = {PromptLanguage::kEnglish,
                                                                     PromptLanguage::kMandarin};

// What is said above it is to be understood.
constexpr int kMusicSofter = 2;

std::optional<std::vector<int16_t>> ReadPrompt(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  const auto wav = ReadWav(bytes);
  if (!wav || wav->samples.empty()) return std::nullopt;
  return ToPhoneRate(*wav);
}

std::optional<std::vector<int16_t>> Obtain(const PromptLibraryConfig& config,
                                           PromptLanguage language, const PromptEntry& entry) {
  const std::filesystem::path own =
      std::filesystem::path(NameOf(language)) / (std::string(entry.name) + ".wav");
  if (!config.replaced.empty()) {
    if (auto sound = ReadPrompt(config.replaced / own)) return sound;
  }
  if (language == PromptLanguage::kEnglish && !entry.recorded.empty() && !config.recorded.empty()) {
    const auto file = std::string(entry.recorded) + ".wav";
    if (auto sound = ReadPrompt(config.recorded / file)) return sound;
  }
  return config.spoken.empty() ? std::nullopt : ReadPrompt(config.spoken / own);
}

std::vector<int16_t> ToneSound(const ToneCadence& cadence) {
  constexpr size_t kLongest = 2 * 8000;  // samples; cadences that end are far shorter
  TonePlayer player(cadence, SampleRate::k8kHz);
  std::vector<int16_t> sound;
  std::array<int16_t, FrameSamples(SampleRate::k8kHz)> frame{};
  while (sound.size() < kLongest && player.Play(frame)) {
    sound.insert(sound.end(), frame.begin(), frame.end());
  }
  return sound;
}

}  // namespace

PromptLibrary PromptLibrary::Load(const PromptLibraryConfig& config) {
  PromptLibrary library;
  for (const PromptLanguage language : kLanguages) {
    Set& set = library.sets_[static_cast<size_t>(language)];
    set.emplace(kJoinTone, ToneSound(JoinTone()));
    set.emplace(kLeaveTone, ToneSound(LeaveTone()));
    set.emplace(kAttentionTone, ToneSound(AttentionTone()));
    for (const PromptEntry& entry : PromptCatalogue()) {
      if (auto sound = Obtain(config, language, entry)) {
        set.emplace(entry.name, std::move(*sound));
      } else {
        library.missing_.push_back(std::string(NameOf(language)) + "/" + std::string(entry.name));
      }
    }
  }
  library.LoadMusic(config);
  return library;
}

void PromptLibrary::LoadMusic(const PromptLibraryConfig& config) {
  std::optional<std::vector<int16_t>> music;
  if (!config.replaced.empty()) music = ReadPrompt(config.replaced / "music.wav");
  if (!music && !config.music.empty()) music = ReadPrompt(config.music);
  if (!music) {
    missing_.emplace_back("music");
    return;
  }
  music_ = std::move(*music);
  const auto longest = static_cast<size_t>(kLongestMusic.ms() * 8);
  if (music_.size() > longest) music_.resize(longest);
  music_.shrink_to_fit();
  for (int16_t& sample : music_) sample = static_cast<int16_t>(sample / kMusicSofter);
}

std::span<const int16_t> PromptLibrary::Find(PromptLanguage language, std::string_view name) const {
  const Set& set = sets_[static_cast<size_t>(language)];
  const auto found = set.find(name);
  if (found == set.end()) return {};
  return found->second;
}

}  // namespace parley
