#include "signaling/protocol/types.h"

namespace parley {
namespace {

constexpr std::array<std::string_view, kRoles> kRoleNames = {"attendee", "panelist", "cohost",
                                                             "host"};
constexpr std::array<std::string_view, 4> kParticipantKinds = {"browser", "whip", "whep", "phone"};
constexpr std::array<std::string_view, kSourceKinds> kSources = {"microphone", "camera", "screen",
                                                                 "screen_audio"};
constexpr std::array<std::string_view, 4> kReasons = {"left", "removed", "lost", "audience"};
constexpr std::array<std::string_view, 4> kSlotStates = {"waiting", "live", "paused",
                                                         "unsupported"};

template <class Enum, size_t kSize>
std::optional<Enum> Find(const std::array<std::string_view, kSize>& words, std::string_view text) {
  for (size_t i = 0; i < kSize; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view ToString(Role role) { return kRoleNames[static_cast<size_t>(role)]; }
std::string_view ToString(ParticipantKind kind) {
  return kParticipantKinds[static_cast<size_t>(kind)];
}
std::string_view ToString(SourceKind kind) { return kSources[static_cast<size_t>(kind)]; }
std::string_view ToString(LeaveReason reason) { return kReasons[static_cast<size_t>(reason)]; }
std::string_view ToString(SlotState state) { return kSlotStates[static_cast<size_t>(state)]; }

std::optional<Role> ParseRole(std::string_view text) { return Find<Role>(kRoleNames, text); }
std::optional<SourceKind> ParseSourceKind(std::string_view text) {
  return Find<SourceKind>(kSources, text);
}

}  // namespace parley
