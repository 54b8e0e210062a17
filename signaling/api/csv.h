#pragma once

// A table of a report for spreadsheets: RFC 4180, in UTF-8 with a byte order mark, without which
// they read other scripts wrong. What somebody wrote never counts as a formula. Pure; any thread.

#include <string>

#include "signaling/room/meeting_report.h"

namespace parley {

// With a first line of the columns' names; times are in UTC.
std::string WriteCsv(const ReportTable& table);

}  // namespace parley
