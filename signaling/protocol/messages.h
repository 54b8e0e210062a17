#pragma once

// What the server says (PROTOCOL.md), as values ready to be written by write_message.h. Values, any
// thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "signaling/protocol/disk_step.h"
#include "signaling/protocol/types.h"

namespace parley {

struct SourceInfo {
  SourceId id;
  bool live = false;
};

struct ParticipantInfo {
  std::string id;
  std::string name;
  Role role = Role::kPanelist;
  ParticipantKind kind = ParticipantKind::kBrowser;
  WallTime joined_at;
  bool connected = true;
  bool hand = false;
  WallTime hand_at;                                             // while it is raised
  int quality = 0;                                              // 0 unknown, 1 worst, 4 best
  std::array<std::optional<SourceInfo>, kSourceKinds> sources;  // by IndexOf(kind)
};

struct VideoSlotState {
  uint8_t slot = 0;
  SourceId source;
  SlotState state = SlotState::kWaiting;
  bool limited = false;
};

struct SlotMap {
  uint32_t epoch = 0;
  std::vector<SourceId> audio;  // by audio slot; none: silent
  SourceId screen_audio;
  std::vector<VideoSlotState> video;  // occupied ones only
};

// How to come in by telephone.
struct DialIn {
  std::vector<std::string> numbers;
  std::string pin;
  std::vector<std::string> own_numbers = {};  // of this room alone: they ask for no PIN
};

// What a feature adds to the snapshot: one JSON value.
struct SnapshotMember {
  std::string_view name;  // a literal
  std::string json;
};

// What everybody is told of a recording under way.
struct RecordingInfo {
  std::string id;
  bool paused = false;
  WallTime started_at;
  bool asks_consent = false;  // a participant's media is stored only when they agreed
  DiskStep disk = DiskStep::kEnough;
};

// Why one ended that nobody stopped: a code for programs, a sentence for people.
struct RecordingTrouble {
  std::string code;  // disk_full, disk_error, recorder_failed
  std::string message;
};

struct Snapshot {
  uint64_t version = 0;
  std::string name;
  std::string title;
  std::vector<ParticipantInfo> participants;  // whom the viewer sees, in the order they joined
  size_t audience = 0;                        // how many there are in it, seen or not
  SlotMap map;
  std::optional<std::string> dominant;
  std::optional<DialIn> dial_in;  // where there are phones
  bool records = false;           // this server can
  std::optional<RecordingInfo> recording = std::nullopt;
  bool debug = false;                    // what is sent here may be written down by the operator
  std::vector<SnapshotMember> members;   // beside those above
  std::vector<SnapshotMember> features;  // below "features"
};

// A receive slot of a peer connection: where its m-line stands in the client's own description.
struct SlotInfo {
  uint8_t slot = 0;
  std::string mid;
  bool video = false;
};

enum class TransportOutcome : uint8_t { kNone, kKept, kNew };

// The result of a join or resume that is to wait in the lobby, or for a webinar to go live.
struct WaitingResult {
  std::string resume;
  std::string title;  // the room's
  size_t place = 0;   // 1: the next; 0: all come in when the webinar goes live
  std::vector<SnapshotMember> members = {};  // beside those above
};

// The result of join and resume.
struct JoinResult {
  std::string participant;
  std::string resume;
  Role role = Role::kPanelist;
  std::optional<std::string> answer;
  std::array<std::optional<SourceId>, kSourceKinds> sources;  // by IndexOf(kind)
  std::vector<SlotInfo> slots;
  Snapshot room;
  std::optional<TransportOutcome> transport;  // of resume only
};

}  // namespace parley
