#include "mixer/ivr/keypad_commands.h"

namespace parley {
namespace {

KeypadCommand ForHost(bool host, KeypadCommand command) {
  return host ? command : KeypadCommand::kNotAllowed;
}

}  // namespace

std::optional<KeypadCommand> KeypadCommands::HandleKey(char key, bool host, Timestamp now) {
  // A second star begins anew, for whoever is not sure whether the first was heard.
  if (key == '*') {
    star_at_ = now;
    return std::nullopt;
  }
  const bool in_time = star_at_ && now - *star_at_ <= kPatience;
  star_at_.reset();
  if (!in_time) return std::nullopt;
  switch (key) {
    case '6':
      return KeypadCommand::kToggleMute;
    case '2':
      return KeypadCommand::kConsent;
    case '9':
      return KeypadCommand::kToggleHand;
    case '#':
      return KeypadCommand::kListKeys;
    case '1':
      return KeypadCommand::kCountPeople;
    case '3':
      return ForHost(host, KeypadCommand::kMuteAll);
    case '5':
      return ForHost(host, KeypadCommand::kToggleLock);
    case '7':
      return ForHost(host, KeypadCommand::kAdmitNext);
    default:
      return KeypadCommand::kUnknown;
  }
}

}  // namespace parley
