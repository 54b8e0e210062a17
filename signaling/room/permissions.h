#pragma once

// Which role may do what. The table is permissions.json, built into the server; the web reads the
// same file, and PROTOCOL.md shows it. Any thread.

#include <array>
#include <cstdint>
#include <string_view>

#include "signaling/protocol/types.h"

namespace parley {

enum class Action : uint8_t {
  kChat,
  kChatHosts,
  kChatPrivate,
  kChatModerate,
  kRename,
  kRenameCallers,
  kRaiseHand,
  kReact,
  kAskQuestions,
  kVote,
  kAnswerQuestions,
  kDismissQuestions,
  kRunPolls,  // draft, open, end, share and delete them
  kLowerHands,
  kPublish,  // what exactly is bounded by the participant's own set of sources
  kMuteOthers,
  kRemoveOthers,
  kRemoveHosts,
  kManageLobby,
  kGoLive,
  kDirectStage,  // spotlight, and the layout for all
  kAnnounce,
  kChangeRoles,
  kChangeHosts,  // make one, or change the role of one
  kRecord,
  kDialOut,
  kEndMeeting
};

// As the table calls them, in the order of Action.
inline constexpr std::array<std::string_view, 27> kActionNames = {
    "chat",          "chat_hosts",     "chat_private",     "chat_moderate",
    "rename",        "rename_callers", "raise_hand",       "react",
    "ask_questions", "vote",           "answer_questions", "dismiss_questions",
    "run_polls",     "lower_hands",    "publish",          "mute_others",
    "remove_others", "remove_hosts",   "manage_lobby",     "go_live",
    "direct_stage",  "announce",       "change_roles",     "change_hosts",
    "record",        "dial_out",       "end_meeting"};
static_assert(kActionNames.size() == static_cast<size_t>(Action::kEndMeeting) + 1);

bool MayDo(Role role, Action action);

// What a role may send when its token does not say.
SourceKindSet DefaultPublish(Role role);
// What somebody may send as `role` who came as `granted_role` with `granted`.
SourceKindSet PublishAs(Role role, Role granted_role, SourceKindSet granted);

}  // namespace parley
