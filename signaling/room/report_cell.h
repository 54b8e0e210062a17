#pragma once

// A cell of a report's table as JSON. Any thread.

#include <cstdint>

#include "signaling/protocol/json_writer.h"
#include "signaling/room/meeting_report.h"

namespace parley {

// Times are counted from the Unix epoch in units of so many microseconds. Nothing: null.
void WriteCell(JsonWriter& w, const ReportCell& cell, int64_t unit_us);

}  // namespace parley
