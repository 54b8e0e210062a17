#pragma once

// Walks SDP text line by line: "x=value", ended by CRLF or LF, the last one perhaps by nothing.
// Refuses what is no such line; the error names the line. A view over borrowed text; any thread.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sfu/wire/sdp_parser.h"

namespace parley {

class SdpLines {
 public:
  explicit SdpLines(std::string_view text) : rest_(text) {}

  struct Line {
    int number = 0;
    char type = 0;
    std::string_view value;
  };
  // Nothing at the end of the text.
  std::expected<std::optional<Line>, SdpError> Next();

  // Of the line that Next() returned last: "Line 12: `what` ("a=…")".
  SdpError Wrong(std::string_view what) const;

 private:
  std::string_view rest_;
  std::string_view line_;
  int number_ = 0;
};

}  // namespace parley
