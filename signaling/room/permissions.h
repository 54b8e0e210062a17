#pragma once

// Which role may do what, as data. Any thread.

#include <cstdint>

#include "signaling/protocol/types.h"

namespace parley {

enum class Action : uint8_t {
  kChat,
  kRename,
  kRaiseHand,
  kPublish,
  kRenameCallers,
  kLowerHands,
  kMuteOthers,
  kRemoveOthers,
  kEndMeeting
};

bool MayDo(Role role, Action action);

// What a role may send when its token does not say.
SourceKindSet DefaultPublish(Role role);

}  // namespace parley
