#pragma once

// The lines of a recording's timeline: JSON, one object a line, each numbered and checksummed, so
// that what a crash or a bad disk left of the file can be told from what was written whole.
//
//   {"crc":"1a2b3c4d","n":17,"r":{...}}
//
// The CRC-32 (crc32.h, eight lower-case hex digits) is of the bytes from `"n"` to the end of the
// record, without the closing brace. Pure functions over borrowed bytes, any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

// Longer lines are not written and, when read, are damage.
inline constexpr size_t kMaxTimelineLine = 64 * 1024;

// The line with its newline. `record` is a JSON object. Empty when it holds a line break or the
// line would be too long.
std::string FormatTimelineLine(uint64_t number, std::string_view record);

struct TimelineLine {
  uint64_t number = 0;
  std::string_view record;  // of the text that was read
};

struct TimelineText {
  std::vector<TimelineLine> lines;  // numbers strictly increase
  size_t damaged = 0;               // whole lines that were not what was written, or out of order
  uint64_t missing = 0;             // numbers skipped between the lines kept
  // Up to the end of the last whole line: a file is mended by cutting what a crash left half
  // written behind it, and goes on with the number after the last one.
  size_t whole_size = 0;
};

// Keeps every line that is whole, whatever stands between them. The views are of `text`.
TimelineText ReadTimeline(std::string_view text);

}  // namespace parley
