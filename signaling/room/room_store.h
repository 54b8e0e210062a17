#pragma once

// What of a room survives a restart, and the border behind which it is written. Called on the
// signaling thread; an implementation must not block there.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/units.h"
#include "signaling/room/lobby_rules.h"

namespace parley {

// Of 10,000 rooms a guess opens one once in a million, and five wrong ones begin a lockout.
inline constexpr size_t kPinDigits = 10;
// What it opens is worth more.
inline constexpr size_t kHostPinDigits = 12;
// Of the secret of an invitation.
inline constexpr size_t kInviteBytes = 16;

struct RecordingPolicy {
  bool asks_consent = false;  // else everybody is told, and that is all
  bool automatic = false;     // begins with the first participant
  int keep_days = 0;          // after its end it is deleted; 0: as the operator says
  bool operator==(const RecordingPolicy&) const = default;
};

struct RoomRecord {
  std::string name;
  std::string title;
  std::string invite;  // secret of the invitation link
  std::string pin;     // what callers type: kPinDigits, unique among the rooms
  // What callers type who are hosts: kHostPinDigits, unique among all PINs; shown to hosts only.
  std::string host_pin = {};
  // Changes when a host ends the meeting, so that resume tokens of an ended one are void; starts at
  // a random value, so that a room made anew under an old name does not honour old tokens.
  uint32_t meeting = 0;
  WallTime created_at;
  bool lobby = false;  // whoever comes waits until a host lets them in, but for ...
  LobbyRules lobby_admits = {};
  std::string passcode = {};  // what Passcode::Keep() made of it; empty: there is none
  // Whoever comes by the invitation or the PIN watches, and each meeting begins among those on
  // stage.
  bool webinar = false;
  std::string stage_invite = {};  // of a webinar: secret of the link that leads onto its stage
  uint32_t most_active = 0;       // as Limits::active_per_room, for this room; 0: that
  RecordingPolicy recording = {};
  // Made for tests: an operator may write down what is sent in it. Not kept over a restart, so that
  // a room is an ordinary one again rather than open to that by an oversight.
  bool debug = false;
};

// A value that a feature keeps of a room (feature_rows.h).
struct FeatureRow {
  std::string room;
  std::string feature;
  std::string key;
  uint32_t meeting = 0;
  std::string value;
};

// How many meetings of a room are remembered by their reports: the latest.
inline constexpr size_t kReports = 20;

// The report of a meeting that is over (meeting_report.h), as text.
struct StoredReport {
  std::string room;
  WallTime started_at;
  WallTime ended_at;
  std::string value;
};

class RoomStore {
 public:
  virtual ~RoomStore() = default;
  // Writes or replaces the record of that name.
  virtual void Save(const RoomRecord& record) = 0;
  virtual void Forget(const std::string& name) = 0;

  // Writes or replaces the row of that room, feature and key. A store may keep no rows.
  virtual void SaveRow(FeatureRow /*row*/) {}
  virtual void ForgetRow(const std::string& /*room*/, std::string_view /*feature*/,
                         std::string_view /*key*/) {}

  // Keeps it beside earlier ones of the room, kReports of them; Forget forgets them.
  virtual void SaveReport(StoredReport /*report*/) {}
  using ReportsReader = std::function<void(std::vector<StoredReport>)>;
  // All of the room, the latest first; the text of the one that started at `meeting` only, or of
  // the latest when that is zero. `done` gets them, perhaps on another thread.
  virtual void ReadReports(std::string /*room*/, WallTime /*meeting*/, ReportsReader done) {
    done({});
  }
};

}  // namespace parley
