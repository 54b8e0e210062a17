#pragma once

// What others see of a caller's number. Any thread.

#include <string>
#include <string_view>

namespace parley {

// "+442079460123" becomes "+44 … 23": of seven digits or more the first two and the last two, of
// fewer the last one. Empty when it is no number.
std::string MaskedNumber(std::string_view number);

}  // namespace parley
