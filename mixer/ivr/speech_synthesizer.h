#pragma once

// Text to sound by espeak-ng, a process per sentence. Blocks until it is done; for
// parley-speak.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/ivr/prompt_catalogue.h"

namespace parley {

// At 8 kHz. Nothing when `program` cannot be run or says nothing.
std::optional<std::vector<int16_t>> Synthesize(const std::string& program, PromptLanguage language,
                                               std::string_view text);

}  // namespace parley
