// parley-speak FOLDER: has espeak-ng say what nobody recorded of the prompts, as FOLDER/en/NAME.wav
// and FOLDER/zh/NAME.wav. Part of the build, so that a server starts without speaking a hundred
// sentences before it takes its first call.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "mixer/ivr/prompt_catalogue.h"
#include "mixer/ivr/speech_synthesizer.h"
#include "mixer/ivr/wav_file.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

bool Speak(const fs::path& folder, PromptLanguage language, const PromptEntry& entry) {
  const bool english = language == PromptLanguage::kEnglish;
  // The offer of the other language is made in that language.
  const bool speaks_english = english != (entry.name == "language");
  auto samples =
      Synthesize("espeak-ng", speaks_english ? PromptLanguage::kEnglish : PromptLanguage::kMandarin,
                 english ? entry.english : entry.mandarin);
  if (!samples) return false;
  const auto wav = WriteWav({.rate = 8000, .samples = *std::move(samples)});
  std::ofstream file(folder / NameOf(language) / (std::string(entry.name) + ".wav"),
                     std::ios::binary);
  file.write(reinterpret_cast<const char*>(wav.data()), static_cast<std::streamsize>(wav.size()));
  return file.good();
}

int Run(const fs::path& folder) {
  for (const PromptLanguage language : {PromptLanguage::kEnglish, PromptLanguage::kMandarin}) {
    fs::create_directories(folder / NameOf(language));
    for (const PromptEntry& entry : PromptCatalogue()) {
      if (language == PromptLanguage::kEnglish && !entry.recorded.empty()) continue;
      if (Speak(folder, language, entry)) continue;
      std::fprintf(stderr,
                   "parley-speak: \"%s\" could not be spoken into %s; is espeak-ng installed?\n",
                   std::string(entry.name).c_str(), folder.c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace parley

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: parley-speak FOLDER\n");
    return 2;
  }
  return parley::Run(argv[1]);
}
