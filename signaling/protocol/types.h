#pragma once

// The protocol's small vocabularies (signaling/PROTOCOL.md), each with the words that stand for it
// in JSON. Values, any thread.

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

enum class Role : uint8_t { kAttendee, kPanelist, kCohost, kHost };
enum class ParticipantKind : uint8_t { kBrowser, kWhip, kWhep, kPhone };
enum class SourceKind : uint8_t { kMicrophone, kCamera, kScreen, kScreenAudio };
// kAudience: is still there, among those who are counted and not listed.
enum class LeaveReason : uint8_t { kLeft, kRemoved, kLost, kAudience };
enum class SlotState : uint8_t { kWaiting, kLive, kPaused, kUnsupported };

inline constexpr size_t kRoles = 4;
inline constexpr size_t kSourceKinds = 4;
inline constexpr std::array<SourceKind, kSourceKinds> kAllSourceKinds = {
    SourceKind::kMicrophone, SourceKind::kCamera, SourceKind::kScreen, SourceKind::kScreenAudio};

// The hosts of a meeting, who see what is for hosts.
constexpr bool Hosts(Role role) { return role == Role::kHost || role == Role::kCohost; }

constexpr size_t IndexOf(SourceKind kind) { return static_cast<size_t>(kind); }
constexpr bool IsVideo(SourceKind kind) {
  return kind == SourceKind::kCamera || kind == SourceKind::kScreen;
}

// A set of source kinds, by IndexOf().
using SourceKindSet = std::bitset<kSourceKinds>;
inline constexpr SourceKindSet kAllSources{0b1111};

std::string_view ToString(Role role);
std::string_view ToString(ParticipantKind kind);
std::string_view ToString(SourceKind kind);
std::string_view ToString(LeaveReason reason);
std::string_view ToString(SlotState state);

std::optional<Role> ParseRole(std::string_view text);
std::optional<SourceKind> ParseSourceKind(std::string_view text);

// WebSocket close codes (RFC 6455 section 7.4.1, and 4000..4999 of our own).
enum class CloseCode : uint16_t {
  kGoingAway = 1001,
  kInvalidPayload = 1007,
  kPolicyViolation = 1008,
  kTooBig = 1009,
  kReplaced = 4001,
  kRemoved = 4002,
  kEnded = 4003,
  kLeft = 4004,
  kDenied = 4005,
};

}  // namespace parley
