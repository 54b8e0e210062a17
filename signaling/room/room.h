#pragma once

// One room: who is in it, its features, and the version that counts its changes. Every change is
// told to everyone as one event before the call returns; slot maps follow with the registry's
// Flush(). Signaling thread; bounded by Limits.

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "signaling/protocol/error.h"
#include "signaling/protocol/messages.h"
#include "signaling/protocol/requests.h"
#include "signaling/room/feature.h"
#include "signaling/room/lobby.h"
#include "signaling/room/newcomer.h"
#include "signaling/room/now.h"
#include "signaling/room/participant.h"
#include "signaling/room/passcode.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room_environment.h"
#include "signaling/room/room_media.h"
#include "signaling/room/room_store.h"

namespace parley {

// Something said to everyone in writing.
struct Remark {
  std::string participant;
  std::string name;
  std::string text;
};

// One whom hosts show to everybody: their camera, or the screen they share.
struct Spotlit {
  std::string participant;
  SourceKind source = SourceKind::kCamera;
  bool operator==(const Spotlit&) const = default;
};

class Room {
 public:
  Room(RoomId id, RoomRecord record, RoomEnvironment& environment);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  RoomId id() const { return media_.id(); }
  const RoomRecord& record() const { return record_; }
  // See RoomRecord; everybody is told by the snapshot.
  bool debug() const { return record_.debug; }
  size_t participant_count() const { return participants_.size(); }
  // As what the bearer of an invitation comes in; nothing when it is not ours. In constant time for
  // secrets of the same length.
  std::optional<Role> RoleOfInvite(std::string_view secret) const;
  // Whoever comes by the link from before, the invitation or that to the stage, is refused from now
  // on; who is in or waits stays. Tells hosts, and who came by such a link. Errors: bad_request for
  // the stage of a room that is no webinar.
  std::expected<void, Error> RenewInvite(bool stage);
  // room_full or server_full when nobody else may come in.
  std::expected<void, Error> HasSpace() const;
  // Whether every feature lets them.
  std::expected<void, Error> MayEnter(const Newcomer& newcomer) const;
  // In the order they joined; valid until they leave.
  std::vector<Participant*> participants() const;
  // Null when it left; valid until then.
  Participant* Find(std::string_view id);

  std::string NewParticipantId();
  // Source ids for a participant to be, which its offer must name.
  std::array<SourceId, kSourceKinds> NewSourceIds();
  WorkerIndex ChooseWorker() const { return media_.ChooseWorker(); }
  WorkerIndex ChooseWorkerFor(const Participant& participant) const {
    return media_.ChooseWorkerFor(participant);
  }

  // Check HasSpace() first. The newcomer's own sink is not told: a snapshot follows.
  Participant& Join(Newcomer newcomer, const std::array<SourceId, kSourceKinds>& sources,
                    std::unique_ptr<PeerState> peer, std::optional<MediaPlan> media, Now now);
  // Its sink is let go of without a word; the participant is destroyed.
  void Leave(Participant& participant, LeaveReason reason, Now now);

  // The socket is lost: the participant leaves after Limits::resume_grace.
  void Disconnect(Participant& participant, Now now);
  // A socket is back; an earlier one is detached with 4001.
  void Reconnect(Participant& participant, ParticipantSink& sink);

  // A first or fresh peer connection. Tells the room when it offers other sources than before.
  void ConnectMedia(Participant& participant, MediaPlan plan);
  // A local transport (local_media.h) that only listens and is nobody's: how the phones of a room
  // hear it. The room has a participant; with the last one the listener is gone.
  TransportId OpenListener(WorkerIndex worker, TransportParams params) {
    return media_.OpenListener(worker, std::move(params));
  }
  void CloseListener(TransportId listener) { media_.CloseListener(listener); }
  void RestartIce(const Participant& participant, IceParams local, IceParams remote);
  // In room_moves.cc. Asks clients for a peer connection on another worker, beside the one they
  // have. False: not this one, or not now; how many were asked.
  bool AskToMove(Participant& participant, WorkerIndex to, Now now);
  size_t AskToMove(WorkerIndex from, WorkerIndex to, size_t most, Now now);
  // What a participant was asked for; its move has no peer connection yet.
  void ConnectBeside(Participant& participant, std::unique_ptr<PeerState> peer, MediaPlan plan);

  Lobby& lobby() { return lobby_; }
  // Where the attendees of a webinar wait for it to go live.
  Lobby& foyer() { return foyer_; }
  // That in which somebody of this id waits; the lobby when nobody does.
  Lobby& LobbyOf(std::string_view id) { return foyer_.Find(id) ? foyer_ : lobby_; }
  // Where they have to wait; null: nowhere.
  Lobby* LobbyFor(const Newcomer& newcomer);
  // A webinar that has not gone live: those on stage are among themselves.
  bool InPractice() const { return record_.webinar && !live_; }
  // ... and whoever is to watch waits for that.
  bool WaitsForLive(Role role) const { return InPractice() && role == Role::kAttendee; }
  // Everybody in the foyer comes in, or to the lobby, as many as have space; the others as soon as
  // there is some. Errors: bad_request where it is no webinar.
  std::expected<void, Error> GoLive(Now now);
  // For the feature that keeps it.
  void set_live(bool live) { live_ = live; }
  // Whether whoever comes is to wait in the lobby, and who need not. Tells the room, unless nothing
  // changes; who waits already goes on waiting.
  void SetLobby(bool on, const LobbyRules& admits);
  // Of whoever comes by an invitation.
  Passcode& passcode() { return passcode_; }
  const Passcode& passcode() const { return passcode_; }
  // An empty one: none from now on. Tells the room. Errors: as Passcode::Keep().
  std::expected<void, Error> SetPasscode(std::string_view text);
  // Both, or with an error neither; without a passcode that stays as it is.
  std::expected<void, Error> SetDoors(bool lobby, const LobbyRules& admits,
                                      const std::optional<std::string>& passcode);

  // Each tells the room, unless nothing changes.
  void SetView(Participant& participant, ViewRequest view);
  void SetSource(Participant& participant, SourceKind kind, bool on);
  void SetSources(Participant& participant, SourceKindSet on);
  void Rename(Participant& participant, std::string name);
  // What the role may not send is off at once; nothing is turned on.
  void SetRole(Participant& participant, Role role);
  void MuteBy(const Participant& host, Participant& target, SourceKind kind);
  // Everybody else who is neither host nor co-host, nor of the ids in `except`.
  void MuteAllBy(const Participant& host, SourceKind kind,
                 const std::vector<std::string>& except = {});
  void RemoveBy(const Participant& host, Participant& target, Now now);
  // What everybody is told of a recording; see RecordingPort. Nothing: it ended, perhaps for a
  // reason that nobody in the room gave.
  const std::optional<RecordingInfo>& recording() const { return recording_; }
  // What happens now is stored.
  bool IsStored() const { return recording_ && !recording_->paused; }
  void SetRecording(std::optional<RecordingInfo> recording,
                    const std::optional<RecordingTrouble>& trouble = std::nullopt);
  // To one's own media being stored, in this recording. Each asks anew.
  void SetConsent(Participant& participant, bool given) { participant.consent = given; }
  void ForgetConsents();
  bool MayStore(const Participant& participant) const {
    return !record_.recording.asks_consent || participant.consent.value_or(false);
  }
  // What was said to everyone in writing, for whoever records; nothing is kept while nobody does,
  // or while that is paused.
  void Note(Remark remark);
  std::vector<Remark> TakeRemarks() { return std::exchange(remarks_, {}); }
  // Of hosts' choosing, perhaps with some who are not back yet; for whoever records.
  const std::vector<Spotlit>& spotlight() const { return spotlight_; }
  void set_spotlight(std::vector<Spotlit> spotlight) { spotlight_ = std::move(spotlight); }
  void NotePlayback(Participant& participant, PlaybackReport report);
  // Null while nobody spoke.
  const Participant* dominant() const { return media_.dominant(); }
  // Everyone leaves, detached with 4003; tokens of the meeting are void. Null: by the operator.
  void End(const Participant* host, Now now);
  // Everyone is let go of without a word: the server stops, and may bring them back.
  void Clear();

  // As `participant` sees it; counts as telling its map.
  Snapshot SnapshotFor(Participant& participant);
  // What of it somebody in a lobby may know.
  void AddToWaiting(WaitingResult& waiting) const;
  // Of the meeting that is on, or that nobody came back to when the server started again; nothing
  // when there is none.
  std::optional<MeetingReport> Report(Now now) const;
  // To the feature that the request names: the `data` of its result. Errors: unknown_type when
  // there is none of that name.
  std::expected<std::string, Error> Ask(Participant& from, const FeatureRequest& request, Now now);
  // Null when there is none of that name.
  Feature* feature(std::string_view name) const;

  // For features. Of one event that all are told, and tells it:
  uint64_t NextVersion() { return ++version_; }
  void Broadcast(std::string_view message);
  // ... and those who wait, too.
  void BroadcastToWaiting(std::string_view message);
  // What others see of the participant has changed.
  void Announce(const Participant& participant);
  const Limits& limits() const { return environment_.limits; }
  // RoomRegistry::SetDialling()'s.
  DialPort* dial() const { return environment_.dial; }
  // RoomRegistry::SetBroadcasting()'s.
  BroadcastPort* broadcasting() const { return environment_.broadcasting; }
  // RoomRegistry::phone_numbers().
  const std::optional<std::vector<std::string>>& phone_numbers() const {
    return environment_.phone_numbers;
  }
  RoomStore& store() { return environment_.store; }
  // To whoever outside of the server wants to know (EventPort). `data`: a JSON object.
  void TellOutside(std::string_view type, std::string data);

  void HandleTransportConnected(TransportId transport, Now now);
  void HandleTransportDisconnected(TransportId transport, Now now);
  void HandleStats(const TransportStats& stats);
  void HandleSpeakers(const SpeakersChanged& event);
  void HandleSlotSwitched(const SlotSwitched& event);
  void HandleSourceDemand(const SourceDemand& event);
  void HandleSourceStarted(const SourceStarted& event, Now now);
  // Who is overdue leaves; the qualities that changed are told.
  void HandleTimeout(Now now);
  // Works out and sends the slot maps that changed.
  void Flush() { media_.Flush(); }

 private:
  void AttachMedia(Participant& participant, MediaPlan plan);
  void HandleBesideConnected(TransportId transport, Now now);
  void HandleBesideStarted(const SourceStarted& event, Now now);
  void HandleBesideDisconnected(TransportId transport);
  void FinishMove(Participant& participant, Now now);
  void HandleMoveTimeouts(Now now);
  void ForgetTransports(const Participant& participant);
  // To those who see `participant`, one's own client too.
  void TellOf(const Participant& participant, std::string_view message);
  // What became of a role, to each who saw or sees its owner and to the owner.
  void AnnounceRole(const Participant& participant, bool was_in_audience, bool saw_audience);
  void TellQuality();
  void TellMeetingOutside(std::string_view type, WallTime started_at);
  void EmptyFoyer(Now now);
  bool LobbyAdmits(const Newcomer& newcomer) const;
  // After the features are told.
  void TellJoinedOutside(const Participant& participant, Now now);
  void TellLeftOutside(const Participant& participant, std::string_view reason);
  void TellChangedOutside(std::string_view type, const Participant& participant);
  void TellRecordingOutside(const std::optional<RecordingInfo>& before,
                            const std::optional<RecordingTrouble>& trouble);
  std::vector<ParticipantInfo> SeenBy(const Participant& viewer) const;
  size_t AudienceSize() const;
  void Mark();  // for the registry's Flush()
  void Erase(Participant& participant);
  // The meeting is over: its report is all that is kept.
  void SaveReport(Now now);
  void HandleEmpty();
  void ForgetAbandoned(Now now);
  void SetQuality(Participant& participant, int quality);

  RoomRecord record_;
  RoomEnvironment& environment_;
  RoomMedia media_;
  Passcode passcode_;
  Lobby lobby_;
  Lobby foyer_;
  bool live_ = false;
  uint64_t version_ = 0;
  std::vector<std::unique_ptr<Participant>> participants_;  // in the order they joined
  std::optional<RecordingInfo> recording_;
  std::vector<Remark> remarks_;
  std::vector<Spotlit> spotlight_;
  std::map<std::string, int> quality_changes_;  // not told yet
  Timestamp quality_due_;
  size_t audience_told_ = 0;
  Timestamp audience_due_;
  std::vector<std::unique_ptr<Feature>> features_;  // as RoomEnvironment::features
};

}  // namespace parley
