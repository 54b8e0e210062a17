#include "mixer/audio/keypad_input.h"

namespace parley {
namespace {

// Sources differ in when they tell of a press by at most this.
constexpr Duration kSamePress = Duration::Millis(1000);

}  // namespace

std::optional<char> KeypadInput::HandleKey(Source source, char key, Timestamp now) {
  if (source_ && source < *source_) return std::nullopt;
  const bool better = source_ && source > *source_;
  source_ = source;
  const bool told = better && key == last_key_ && now - last_at_ < kSamePress;
  last_key_ = key;
  last_at_ = now;
  if (told) return std::nullopt;
  return key;
}

}  // namespace parley
