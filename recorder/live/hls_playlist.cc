#include "recorder/live/hls_playlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <optional>
#include <utility>

namespace parley {
namespace {

constexpr std::string_view kSequence = "#EXT-X-MEDIA-SEQUENCE:";
constexpr std::string_view kDiscontinuities = "#EXT-X-DISCONTINUITY-SEQUENCE:";
constexpr std::string_view kLength = "#EXTINF:";
constexpr std::string_view kMap = "#EXT-X-MAP:URI=\"";
constexpr std::string_view kDate = "#EXT-X-PROGRAM-DATE-TIME:";
constexpr std::string_view kHeadEnding = "-init.mp4";
constexpr std::string_view kSegmentEnding = ".m4s";

std::optional<uint64_t> NumberAt(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

bool IsNumberWith(std::string_view name, std::string_view ending) {
  if (!name.ends_with(ending)) return false;
  name.remove_suffix(ending.size());
  return !name.empty() && name.size() < 12 &&
         name.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string IsoTime(int64_t unix_us) {
  const auto seconds = static_cast<time_t>(unix_us / 1'000'000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     unix_us / 1000 % 1000);
}

}  // namespace

std::string HlsSegmentFile(uint64_t number) {
  return std::to_string(number) + std::string(kSegmentEnding);
}
std::string HlsHeadFile(uint32_t run) { return std::to_string(run) + std::string(kHeadEnding); }

bool IsHlsFile(std::string_view name) {
  return name == kHlsPlaylistFile || IsNumberWith(name, kSegmentEnding) ||
         IsNumberWith(name, kHeadEnding);
}

HlsPlaylist HlsPlaylist::Parse(std::string_view text) {
  HlsPlaylist list;
  HlsSegment segment;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with(kSequence)) {
      list.next_ = NumberAt(line.substr(kSequence.size())).value_or(0);
    } else if (line.starts_with(kDiscontinuities)) {
      list.discontinuities_ = NumberAt(line.substr(kDiscontinuities.size())).value_or(0);
    } else if (line.starts_with(kMap)) {
      segment.run = static_cast<uint32_t>(NumberAt(line.substr(kMap.size())).value_or(0));
    } else if (line.starts_with(kLength)) {
      const std::string_view seconds = line.substr(kLength.size());
      std::from_chars(seconds.data(), seconds.data() + seconds.size(), segment.seconds);
    } else if (line.starts_with(kDate)) {
      tm parts{};
      const std::string date(line.substr(kDate.size()));
      const char* rest = strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
      const auto ms = rest != nullptr && *rest == '.' ? NumberAt(rest + 1).value_or(0) : 0;
      segment.starts_at_us = timegm(&parts) * 1'000'000 + static_cast<int64_t>(ms) * 1000;
    } else if (IsNumberWith(line, kSegmentEnding)) {
      segment.number = NumberAt(line).value_or(0);
      list.Add(segment);
    }
  }
  return list;
}

void HlsPlaylist::Add(const HlsSegment& segment) {
  next_ = segment.number + 1;
  next_run_ = std::max(next_run_, segment.run + 1);
  segments_.push_back(segment);
  if (segments_.size() <= kListed) return;
  const uint32_t gone = segments_.front().run;
  segments_.pop_front();
  if (segments_.front().run != gone) ++discontinuities_;
}

std::string HlsPlaylist::ToText(bool ended) const {
  std::string text = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n{}{}\n{}{}\n"
      "#EXT-X-INDEPENDENT-SEGMENTS\n",
      kTargetSeconds, kSequence, segments_.empty() ? next_ : segments_.front().number,
      kDiscontinuities, discontinuities_);
  std::optional<uint32_t> run;
  for (const HlsSegment& segment : segments_) {
    if (run && run != segment.run) text += "#EXT-X-DISCONTINUITY\n";
    if (run != segment.run) text += fmt::format("{}{}\"\n", kMap, HlsHeadFile(segment.run));
    run = segment.run;
    text += fmt::format("{}{}\n{}{:.3f},\n{}\n", kDate, IsoTime(segment.starts_at_us), kLength,
                        segment.seconds, HlsSegmentFile(segment.number));
  }
  if (ended) text += "#EXT-X-ENDLIST\n";
  return text;
}

}  // namespace parley
