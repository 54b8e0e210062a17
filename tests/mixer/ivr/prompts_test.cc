#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "mixer/ivr/music_loop.h"
#include "mixer/ivr/prompt_catalogue.h"
#include "mixer/ivr/prompt_library.h"
#include "mixer/ivr/prompt_player.h"
#include "mixer/ivr/speech_synthesizer.h"
#include "mixer/ivr/wav_file.h"

namespace parley {
namespace {

constexpr PromptLanguage kEn = PromptLanguage::kEnglish;
constexpr PromptLanguage kZh = PromptLanguage::kMandarin;

using Words = std::vector<std::string>;
using Sound = std::vector<int16_t>;

std::vector<uint8_t> Wav(const Sound& samples, uint32_t rate, uint16_t channels = 1,
                         uint16_t bits = 16, uint32_t claimed = 0) {
  std::vector<uint8_t> file;
  auto text = [&](const char* s) { file.insert(file.end(), s, s + 4); };
  auto number = [&](uint32_t v, int bytes) {
    for (int i = 0; i < bytes; ++i) file.push_back(static_cast<uint8_t>(v >> (8 * i)));
  };
  const auto size = static_cast<uint32_t>(samples.size() * 2);
  text("RIFF");
  number(size + 40, 4);
  text("WAVE");
  text("LIST");  // a chunk that nobody asked for, of odd length
  number(3, 4);
  number(0, 4);
  text("fmt ");
  number(16, 4);
  number(1, 2);
  number(channels, 2);
  number(rate, 4);
  number(rate * channels * 2, 4);
  number(channels * 2u, 2);
  number(bits, 2);
  text("data");
  number(claimed != 0 ? claimed : size, 4);
  for (int16_t s : samples) number(static_cast<uint16_t>(s), 2);
  return file;
}

Sound Tone(double hz, uint32_t rate, size_t samples) {
  Sound sound(samples);
  for (size_t i = 0; i < samples; ++i) {
    sound[i] = static_cast<int16_t>(
        std::lround(8000 * std::sin(6.283185307 * hz * static_cast<double>(i) / rate)));
  }
  return sound;
}
double Amplitude(const Sound& sound, double hz) {
  double re = 0, im = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    re += sound[i] * std::cos(6.283185307 * hz * static_cast<double>(i) / 8000);
    im += sound[i] * std::sin(6.283185307 * hz * static_cast<double>(i) / 8000);
  }
  return 2 * std::hypot(re, im) / static_cast<double>(sound.size());
}

TEST(WavFileTest, ReadsMonoAndTheMeanOfChannels) {
  const auto mono = ReadWav(Wav({1, -2, 3}, 8000));
  ASSERT_TRUE(mono);
  EXPECT_EQ(mono->rate, 8000u);
  EXPECT_EQ(mono->samples, (Sound{1, -2, 3}));
  const auto stereo = ReadWav(Wav({10, 20, -30, -10}, 44100, 2));
  ASSERT_TRUE(stereo);
  EXPECT_EQ(stereo->samples, (Sound{15, -20}));
}

TEST(WavFileTest, AStreamsBoundlessLengthEndsWithTheData) {
  const auto sound = ReadWav(Wav({1, 2}, 22050, 1, 16, 0x7FFFF000));
  ASSERT_TRUE(sound);
  EXPECT_EQ(sound->samples, (Sound{1, 2}));
}

TEST(WavFileTest, ReadsWhatItWrote) {
  const Sound sound = Tone(440, 16'000, 1601);
  const auto wav = ReadWav(WriteWav({.rate = 16'000, .samples = sound}));
  ASSERT_TRUE(wav);
  EXPECT_EQ(wav->rate, 16'000u);
  EXPECT_EQ(wav->samples, sound);
}

TEST(WavFileTest, RefusesEverythingElse) {
  EXPECT_FALSE(ReadWav({}));
  EXPECT_FALSE(ReadWav(Wav({1}, 8000, 1, 8)));
  EXPECT_FALSE(ReadWav(Wav({1}, 8000, 0)));
  EXPECT_FALSE(ReadWav(Wav({1}, 100)));
  const std::vector<uint8_t> whole = Wav({1, 2, 3, 4}, 8000);
  for (size_t n = 0; n < whole.size(); ++n) {
    const auto cut = ReadWav(std::span(whole).first(n));
    EXPECT_TRUE(!cut || cut->samples.size() < 4) << n;
  }
}

TEST(WavFileTest, ComesToThePhonesRateWithoutImages) {
  for (uint32_t rate : {8000u, 16000u, 22050u, 44100u, 48000u}) {
    const Sound low = ToPhoneRate({rate, Tone(1000, rate, rate)});
    EXPECT_NEAR(static_cast<double>(low.size()), 8000, 2) << rate;
    EXPECT_NEAR(Amplitude(low, 1000), 8000, 100) << rate;
    if (rate == 8000) continue;
    const Sound high = ToPhoneRate({rate, Tone(5500, rate, rate)});
    EXPECT_LT(Amplitude(high, 2500), 40) << rate;
  }
}

TEST(PromptCatalogueTest, EveryPromptHasANameOfItsOwnAndBothLanguages) {
  std::set<std::string_view> names;
  for (const PromptEntry& entry : PromptCatalogue()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_FALSE(entry.english.empty()) << entry.name;
    EXPECT_FALSE(entry.mandarin.empty()) << entry.name;
  }
}

TEST(PromptCatalogueTest, NumbersAreSpokenAsEachLanguageDoes) {
  EXPECT_EQ(SpokenNumber(kEn, 0), (Words{"0"}));
  EXPECT_EQ(SpokenNumber(kEn, 7), (Words{"7"}));
  EXPECT_EQ(SpokenNumber(kEn, 15), (Words{"15"}));
  EXPECT_EQ(SpokenNumber(kEn, 20), (Words{"20"}));
  EXPECT_EQ(SpokenNumber(kEn, 42), (Words{"40", "2"}));
  EXPECT_EQ(SpokenNumber(kEn, 342), (Words{"3", "hundred", "40", "2"}));
  EXPECT_EQ(SpokenNumber(kEn, 1005), (Words{"1", "thousand", "5"}));
  EXPECT_EQ(SpokenNumber(kZh, 7), (Words{"7"}));
  EXPECT_EQ(SpokenNumber(kZh, 10), (Words{"10"}));
  EXPECT_EQ(SpokenNumber(kZh, 15), (Words{"10", "5"}));
  EXPECT_EQ(SpokenNumber(kZh, 42), (Words{"4", "10", "2"}));
  EXPECT_EQ(SpokenNumber(kZh, 115), (Words{"1", "hundred", "1", "10", "5"}));
  EXPECT_EQ(SpokenNumber(kZh, 1024), (Words{"1", "thousand", "0", "2", "10", "4"}));
  EXPECT_EQ(SpokenNumber(kZh, 2005), (Words{"2", "thousand", "0", "5"}));
  EXPECT_EQ(SpokenNumber(kZh, 2000), (Words{"2", "thousand"}));
  EXPECT_EQ(SpokenNumber(kEn, 12345), (Words{"1", "2", "3", "4", "5"}));
}

TEST(PromptCatalogueTest, EveryWordOfANumberIsAPrompt) {
  std::set<std::string_view> names;
  for (const PromptEntry& entry : PromptCatalogue()) names.insert(entry.name);
  for (PromptLanguage language : {kEn, kZh}) {
    for (uint32_t n = 0; n < 10'050; ++n) {
      for (const std::string& word : SpokenNumber(language, n)) {
        ASSERT_TRUE(names.contains(word)) << n << " " << word;
      }
    }
  }
  EXPECT_EQ(SpokenKeys("1*x#"), (Words{"1", "star", "pound"}));
}

TEST(PromptLibraryTest, HasEveryPromptInBothLanguages) {
  const PromptLibrary library = PromptLibrary::Load({.spoken = PARLEY_PROMPTS});
  EXPECT_EQ(library.missing(), Words());
  for (const PromptEntry& entry : PromptCatalogue()) {
    for (PromptLanguage language : {kEn, kZh}) {
      const auto sound = library.Find(language, entry.name);
      ASSERT_GT(sound.size(), 800u) << entry.name;
      ASSERT_LT(sound.size(), 8000u * 25) << entry.name;
      const auto loudest = std::ranges::max(sound, {}, [](int16_t s) { return std::abs(s); });
      EXPECT_GT(std::abs(loudest), 1000) << entry.name;
    }
  }
  EXPECT_TRUE(library.Find(kEn, "no such thing").empty());
}

TEST(PromptLibraryTest, AFolderReplacesSinglePrompts) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / "parley_prompts";
  std::filesystem::create_directories(folder / "zh");
  const Sound own = Tone(440, 8000, 2000);
  const std::vector<uint8_t> file = Wav(own, 8000);
  std::ofstream(folder / "zh" / "welcome.wav", std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  std::ofstream(folder / "zh" / "goodbye.wav") << "no sound at all";
  const PromptLibrary library = PromptLibrary::Load({.replaced = folder, .recorded = {}});
  EXPECT_TRUE(std::ranges::equal(library.Find(kZh, "welcome"), own));
  EXPECT_TRUE(library.Find(kEn, "welcome").empty());
  EXPECT_EQ(library.missing().size(), 2 * PromptCatalogue().size() - 1);
  EXPECT_EQ(std::ranges::count(library.missing(), "zh/goodbye"), 1);
  std::filesystem::remove_all(folder);
}

TEST(PromptLibraryTest, MusicIsSofterAndGoesOnForEver) {
  const auto folder = std::filesystem::temp_directory_path() / "parley_music_test";
  std::filesystem::create_directories(folder);
  const Sound music = Tone(400, 8000, 250);
  const auto wav = Wav(music, 8000);
  std::ofstream(folder / "music.wav", std::ios::binary)
      .write(reinterpret_cast<const char*>(wav.data()), static_cast<std::streamsize>(wav.size()));
  const PromptLibrary library =
      PromptLibrary::Load({.replaced = folder, .recorded = {}, .music = {}});
  std::filesystem::remove_all(folder);
  ASSERT_EQ(library.music().size(), music.size());
  MusicLoop loop(library);
  for (size_t at = 0; at < 10 * MusicLoop::kFrame;) {
    for (const int16_t sample : loop.Next()) EXPECT_EQ(sample, music[at++ % music.size()] / 2);
  }
  const PromptLibrary silent = PromptLibrary::Load({.replaced = {}, .recorded = {}, .music = {}});
  EXPECT_TRUE(MusicLoop(silent).Next().empty());
  EXPECT_NE(std::ranges::find(silent.missing(), "music"), silent.missing().end());
}

TEST(SpeechSynthesizerTest, WithoutItsProgramThereIsNothing) {
  EXPECT_FALSE(Synthesize("parley-no-such-program", kEn, "Hello."));
  EXPECT_FALSE(Synthesize("false", kEn, "Hello."));
  EXPECT_FALSE(Synthesize("true", kEn, "Hello."));
}

TEST(SpeechSynthesizerTest, TextIsNeverAnOption) {
  const auto sound = Synthesize("espeak-ng", kEn, "--version");
  ASSERT_TRUE(sound);
  EXPECT_GT(sound->size(), 4000u);
}

TEST(PromptPlayerTest, PlaysOneAfterTheOtherInFrames) {
  const Sound a(200, 1), b(100, 2);
  PromptPlayer player;
  player.Add(a);
  player.Add({});
  player.Add(b);
  Sound played;
  while (player.playing()) {
    const auto frame = player.Next();
    ASSERT_EQ(frame.size(), 160u);
    played.insert(played.end(), frame.begin(), frame.end());
  }
  Sound expected(a);
  expected.insert(expected.end(), b.begin(), b.end());
  expected.resize(320);
  EXPECT_EQ(played, expected);
  EXPECT_TRUE(player.Next().empty());
}

TEST(PromptPlayerTest, StopsAtOnceAndBeginsAnew) {
  const Sound a(1000, 1), b(160, 2);
  PromptPlayer player;
  player.Add(a);
  player.Next();
  player.Stop();
  EXPECT_FALSE(player.playing());
  player.Add(b);
  EXPECT_EQ(player.Next()[0], 2);
  EXPECT_FALSE(player.playing());
}

TEST(PromptPlayerTest, DropsWhatIsTooMuch) {
  const Sound a(160, 1);
  PromptPlayer player;
  for (size_t i = 0; i < 2 * PromptPlayer::kMostWaiting; ++i) player.Add(a);
  size_t frames = 0;
  while (player.playing()) {
    player.Next();
    ++frames;
  }
  EXPECT_EQ(frames, PromptPlayer::kMostWaiting);
}

}  // namespace
}  // namespace parley
