#pragma once

// Everything that is said to callers, by name: what it is called among Debian's
// asterisk-core-sounds-en-wav, where they have it, and its text in both languages for the
// synthesiser where they do not. Constant, any thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

enum class PromptLanguage : uint8_t { kEnglish, kMandarin };
inline constexpr size_t kPromptLanguages = 2;

// "en", "zh": folders of a replaced set, and configuration.
std::string_view NameOf(PromptLanguage language);

struct PromptEntry {
  std::string_view name;      // also the file NAME.wav of a replaced set
  std::string_view recorded;  // file of the Debian package without .wav; empty: none says this
  std::string_view english;
  std::string_view mandarin;
};

std::span<const PromptEntry> PromptCatalogue();

// The names of a number's words in order, e.g. 342: "3", "hundred", "40", "2"; in Mandarin "3",
// "hundred", "4", "10", "2". Up to 9,999; above it the digits one by one.
std::vector<std::string> SpokenNumber(PromptLanguage language, uint32_t number);
// A PIN or a phone number, key by key; characters that are no key are left out.
std::vector<std::string> SpokenKeys(std::string_view keys);

}  // namespace parley
