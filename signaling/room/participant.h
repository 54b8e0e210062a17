#pragma once

// One member of a room, with everything that outlives its socket. Owned by its Room; signaling
// thread.

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/port/media_params.h"
#include "sfu/wire/codec.h"
#include "signaling/protocol/messages.h"
#include "signaling/protocol/requests.h"
#include "signaling/protocol/types.h"
#include "signaling/room/media_leg.h"
#include "signaling/room/playback.h"

namespace parley {

class ParticipantSink;

// What negotiated the participant's peer connection. Made and understood by signaling/session only;
// it stands here because it lives as long as the participant.
class PeerState {
 public:
  virtual ~PeerState() = default;
};

// A peer connection on another worker that is to take the place of the one in use: asked for, then
// offered by the client, then connected. It stands beside the old one until its media flows.
struct LegMove {
  WorkerIndex to;
  Timestamp gives_up;
  std::unique_ptr<PeerState> peer = nullptr;  // both null until the client has offered
  std::unique_ptr<MediaLeg> leg = nullptr;
  SourceKindSet sources = {};               // that have a producer
  Timestamp finishes = Timestamp::Never();  // at the latest; once connected
};

struct Participant {
  struct Source {
    SourceId id;
    bool negotiated = false;  // the peer connection has a producer for it
    bool announced = false;   // ... and the workers know it
    bool offered = false;     // ... and the role allows it: it is shown to all
    bool on = false;
    // How many of its encodings need be sent; see SourceDemand. Due: to be told to the client.
    std::optional<uint8_t> demand = std::nullopt;
    bool demand_due = false;
    std::optional<Codec> codec = std::nullopt;  // that it sends; nothing before its first packet
  };

  std::string id;
  std::string name;
  std::string person;    // Newcomer::person
  std::string instance;  // Newcomer::instance
  Role role = Role::kPanelist;
  ParticipantKind kind = ParticipantKind::kBrowser;
  SourceKindSet may_publish;
  // As it came; what another role may send follows from them (PublishAs).
  Role granted_role = Role::kPanelist;
  SourceKindSet granted_publish;
  WallTime joined_at;

  ParticipantSink* sink = nullptr;  // null while its socket is lost, and for whip and whep
  bool connected = true;
  std::optional<WallTime> lost_at;  // when its socket was, while it is
  bool hand = false;                // raised
  WallTime hand_at;                 // ... since when
  int quality = 0;
  std::optional<bool> consent;  // to being recorded; nothing: not asked, or not answered
  // What its client told of how it plays: all of it, and the last.
  PlaybackTotals playback = {};
  PlaybackReport last_playback = {};
  // When it leaves unless something happens before: its socket is lost, or its first connection
  // is due.
  Timestamp expires = Timestamp::Never();

  std::array<Source, kSourceKinds> sources;  // by IndexOf(kind)
  std::optional<ViewRequest> view;
  std::unique_ptr<PeerState> peer;
  std::unique_ptr<MediaLeg> leg;  // null without a peer connection
  std::optional<LegMove> move;
  // The peer connection before the last move, until the client has let go of it.
  std::unique_ptr<MediaLeg> former_leg;
  Timestamp former_until;
  Timestamp may_move_at;

  const Source& source(SourceKind kind_of_source) const { return sources[IndexOf(kind_of_source)]; }
  Source& source(SourceKind kind_of_source) { return sources[IndexOf(kind_of_source)]; }

  // With what it may publish then.
  void SetRole(Role new_role);
  // The kinds that all are shown.
  SourceKindSet offered() const;
  ParticipantInfo Info() const;
};

}  // namespace parley
