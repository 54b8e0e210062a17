// A timeline cut or corrupted by hand: what is kept was written whole, numbers rise, and the file
// cut at whole_size reads the same. Also the clock line, fed with whatever the bytes make.

#include <string>
#include <string_view>

#include "recorder/timeline/clock_line.h"
#include "recorder/timeline/timeline_line.h"
#include "sfu/base/bytes.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

void CheckText(std::string_view text) {
  TimelineText read = ReadTimeline(text);
  FUZZ_CHECK(read.whole_size <= text.size());
  std::string again;
  const TimelineLine* last = nullptr;
  for (const TimelineLine& line : read.lines) {
    FUZZ_CHECK(!last || line.number > last->number);
    last = &line;
    again += FormatTimelineLine(line.number, line.record);
  }
  FUZZ_CHECK(ReadTimeline(again).damaged == 0);
  TimelineText mended = ReadTimeline(text.substr(0, read.whole_size));
  FUZZ_CHECK(mended.lines.size() == read.lines.size() && mended.missing == read.missing);
}

void CheckClock(std::span<const uint8_t> data) {
  ClockLine line(48'000);
  Timestamp now = Timestamp::Seconds(1);
  for (ByteReader reader(data); reader.remaining() >= 12;) {
    auto rtp = static_cast<int64_t>(reader.U64());
    now = now + Duration::Micros(static_cast<int64_t>(reader.U32()));
    line.AddSample(rtp, now);
    line.Map(rtp);
    auto a = line.Map(0);
    auto b = line.Map(48'000);
    FUZZ_CHECK(!a || (*a < *b && *b - *a < Duration::Millis(1'010)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  CheckText({reinterpret_cast<const char*>(data), size});
  CheckClock({data, size < 1'200 ? size : 1'200});
  return 0;
}
