#include "signaling/room/dial_port.h"

#include <array>

namespace parley {

std::string_view ToString(DialState state) {
  constexpr std::array<std::string_view, 12> kWords = {
      "calling",  "ringing",        "answered",      "joined",    "busy",      "no_answer",
      "declined", "unknown_number", "not_confirmed", "cancelled", "room_full", "failed"};
  static_assert(kWords.size() == static_cast<size_t>(DialState::kFailed) + 1);
  return kWords[static_cast<size_t>(state)];
}

}  // namespace parley
