#include "signaling/room/permissions.h"

#include <array>

namespace parley {
namespace {

struct Row {
  Action action;
  bool attendee, panelist, host;
};

// clang-format off
constexpr std::array<Row, 9> kTable = {{
    //                       attendee panelist host
    {Action::kChat,          true,    true,    true},
    {Action::kRename,        true,    true,    true},
    {Action::kRaiseHand,     true,    true,    true},
    // What exactly is bounded by the participant's own set of sources.
    {Action::kPublish,       true,    true,    true},
    {Action::kRenameCallers, false,   false,   true},
    {Action::kLowerHands,    false,   false,   true},
    {Action::kMuteOthers,    false,   false,   true},
    {Action::kRemoveOthers,  false,   false,   true},
    {Action::kEndMeeting,    false,   false,   true},
}};
// clang-format on

consteval bool InOrder() {
  for (size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<size_t>(kTable[i].action) != i) return false;
  }
  return true;
}
static_assert(InOrder());

}  // namespace

bool MayDo(Role role, Action action) {
  const Row& row = kTable[static_cast<size_t>(action)];
  switch (role) {
    case Role::kAttendee:
      return row.attendee;
    case Role::kPanelist:
      return row.panelist;
    case Role::kHost:
      return row.host;
  }
  return false;
}

SourceKindSet DefaultPublish(Role role) {
  return role == Role::kAttendee ? SourceKindSet() : kAllSources;
}

}  // namespace parley
