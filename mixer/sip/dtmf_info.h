#pragma once

// Keys pressed, as an INFO carries them: application/dtmf-relay ("Signal=5", "Duration=160") and
// application/dtmf ("5"). Pure, any thread.

#include <optional>
#include <string_view>

#include "sfu/base/units.h"

namespace parley::sip {

struct DtmfInfo {
  char digit = 0;  // 0-9, *, #, A-D
  Duration duration = Duration::Millis(160);

  static std::optional<DtmfInfo> Parse(std::string_view content_type, std::string_view body);
};

}  // namespace parley::sip
