#include "recorder/scene/exports.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "recorder/scene/text.h"

namespace parley {
namespace {

// Shorter ones cannot be read.
constexpr int64_t kShortestCueUs = 500'000;
constexpr std::string_view kNameless = "?";

std::string ClockText(int64_t us) {
  const int64_t ms = us / 1000;
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

// WebVTT section 4.2.2: cue text; none of these may stand for itself.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string NameOr(std::string_view name) {
  std::string line = OneLine(name);
  return line.empty() ? std::string(kNameless) : line;
}

}  // namespace

std::string SpeakersAsWebVtt(const Manifest& manifest, const KeptTime& time) {
  std::map<std::string_view, std::string> names;
  for (const RecordedPerson& person : manifest.participants) {
    names.emplace(person.id, Escaped(NameOr(person.name)));
  }
  std::string out = "WEBVTT\n";
  for (const RecordedSpeech& speech : manifest.speakers) {
    const auto name = names.find(speech.participant);
    const int64_t start = time.ToOutput(speech.start_us);
    const int64_t end = time.ToOutput(speech.end_us);
    if (name == names.end() || end - start < kShortestCueUs) continue;
    out += fmt::format("\n{} --> {}\n<v {}>{}\n", ClockText(start), ClockText(end), name->second,
                       name->second);
  }
  return out;
}

std::string ChatAsText(const Manifest& manifest, const KeptTime& time) {
  std::string out;
  for (const RecordedChat& line : manifest.chat) {
    const int64_t second = time.ToOutput(line.at_us) / 1'000'000;
    out += fmt::format("[{}:{:02}:{:02}] {}:", second / 3600, second / 60 % 60, second % 60,
                       NameOr(line.name));
    std::string_view rest = line.text;
    for (bool first = true; !rest.empty(); first = false) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const std::string words = OneLine(rest.substr(0, end));
      if (!words.empty()) out += (first ? " " : "\n    ") + words;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out += '\n';
  }
  return out;
}

}  // namespace parley
