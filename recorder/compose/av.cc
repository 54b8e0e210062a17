#include "recorder/compose/av.h"

#include <array>

namespace parley {

std::string AvError(int result) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(result, text.data(), text.size());
  return text.data();
}

}  // namespace parley
