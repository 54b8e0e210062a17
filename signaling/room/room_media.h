#pragma once

// The media side of one room: tells the workers what is there, in the order they need, and keeps
// every client's slot map true to what the workers report. Changes are gathered and worked out once
// by Flush(). Signaling thread; no state beyond that of the participants it is given.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "sfu/port/events.h"
#include "sfu/port/media_params.h"
#include "signaling/protocol/messages.h"
#include "signaling/protocol/types.h"
#include "signaling/room/media_leg.h"
#include "signaling/room/participant.h"
#include "signaling/room/room_environment.h"
#include "signaling/room/wish_list.h"

namespace parley {

// A negotiated peer connection that is to become a participant's.
struct MediaPlan {
  WorkerIndex worker;
  TransportParams params;
  SourceKindSet sources;  // the kinds that have a producer
  std::vector<SlotInfo> slots;
};

class RoomMedia {
 public:
  RoomMedia(RoomId id, RoomEnvironment& environment);

  RoomId id() const { return id_; }
  // With the first member and after the last.
  void Open();
  void Close();

  // Replaces an earlier peer connection of the participant, whose source ids stay.
  void Connect(Participant& participant, MediaPlan plan);
  void Disconnect(Participant& participant);
  // In room_moves.cc: the participant's move, which is under way, has its peer connection ...
  void ConnectBeside(Participant& participant, std::unique_ptr<PeerState> peer, MediaPlan plan);
  // ... which takes the place of the one in use, or is not to.
  void FinishMove(Participant& participant);
  void CancelMove(Participant& participant);
  void CloseFormer(Participant& participant);
  // As Room's; closed with the room at the latest.
  TransportId OpenListener(WorkerIndex worker, TransportParams params);
  void CloseListener(TransportId listener);
  void RestartIce(const Participant& participant, IceParams local, IceParams remote);
  // The participant's may_publish has changed: what it may not send any longer is turned off.
  void ApplyPermissions(Participant& participant);
  // The participant's Source::on has changed.
  void ApplySourceState(const Participant& participant, SourceKind kind);
  void ApplyView(Participant& participant) { unassigned_.push_back(&participant); }

  void HandleSpeakers(const SpeakersChanged& event);
  void HandleSlotSwitched(const SlotSwitched& event);
  void HandleSourceDemand(const SourceDemand& event);
  void HandleSourceStarted(const SourceStarted& event);
  Participant* FindByTransport(TransportId transport);
  // Of a peer connection that stands beside the one in use, before or after a move.
  Participant* FindBeside(TransportId transport);

  // Works out who sees what, if something changed since the last time.
  void UpdateAssignments();
  // Sends `slots` and `speakers` to the clients for whom they changed.
  void Flush();
  SlotMap MapFor(Participant& participant);
  // Null while nobody spoke; as the participant's worker hears it.
  const Participant* DominantFor(const Participant& participant) const;
  // As somebody's worker hears it.
  const Participant* dominant() const;

  // For a peer connection in place of the one that the participant has, if any.
  WorkerIndex ChooseWorkerFor(const Participant& participant) const {
    const bool stays =
        participant.leg && !environment_.placement.draining(participant.leg->worker());
    return stays ? participant.leg->worker() : ChooseWorker();
  }
  WorkerIndex ChooseWorker() const { return environment_.placement.Choose(members_on_); }

 private:
  struct WorkerView {
    SpeakerSeats speakers;
    uint32_t epoch = 0;
    bool changed = false;
  };

  void OfferSource(Participant& participant, SourceKind kind);
  // That it lives where the participant's peer connection is.
  void SendSource(const Participant& participant, SourceKind kind);
  // The workers are to forget it.
  void Withdraw(Participant::Source& source);
  void CreateOn(const MediaLeg& leg, TransportParams params);
  void CloseOn(const MediaLeg& leg);
  void CollectLiveVideo();
  void Assign(Participant& participant);
  SourceId ScreenAudioFor(const Participant& participant) const;
  void SendSlot(const MediaLeg& leg, const SlotAssigner& assigner, uint8_t index);
  const WorkerView& ViewOf(const Participant& participant) const;
  const Participant* OwnerOf(SourceId source) const;

  const RoomId id_;
  RoomEnvironment& environment_;
  bool assignments_stale_ = false;  // of everybody: what there is to see changed
  // Those alone whose assignments are stale: they came, or look at something else.
  std::vector<Participant*> unassigned_;
  std::vector<Participant*> legs_;  // participants with a peer connection, in the order they came
  std::unordered_map<TransportId, Participant*> by_transport_;
  std::unordered_map<TransportId, Participant*> beside_;  // as FindBeside()
  std::unordered_map<SourceId, Participant*> owners_;     // of negotiated sources
  std::vector<uint32_t> members_on_;                      // by worker
  std::vector<WorkerView> workers_;
  std::vector<LiveVideo> live_video_;
  std::unordered_map<TransportId, WorkerIndex> listeners_;
};

}  // namespace parley
