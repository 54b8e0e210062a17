// What the workers report of a room.

#include <utility>

#include "signaling/room/quality.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

// So many reports (2 s each) say nothing about the connection yet.
constexpr int kSettlingReports = 2;

}  // namespace

void Room::HandleTransportConnected(TransportId transport, Now now) {
  Participant* participant = media_.FindByTransport(transport);
  if (!participant) return HandleBesideConnected(transport, now);
  participant->leg->connected = true;
  participant->leg->reports = 0;
  SetQuality(*participant, 0);
  if (participant->connected) participant->expires = Timestamp::Never();
}

void Room::HandleSourceStarted(const SourceStarted& event, Now now) {
  media_.HandleSourceStarted(event);
  HandleBesideStarted(event, now);
}

void Room::HandleTransportDisconnected(TransportId transport, Now now) {
  Participant* participant = media_.FindByTransport(transport);
  if (!participant) return HandleBesideDisconnected(transport);
  participant->leg->connected = false;
  // Without a socket there is nothing else that could bring it back.
  if (participant->kind == ParticipantKind::kWhip || participant->kind == ParticipantKind::kWhep) {
    Leave(*participant, LeaveReason::kLost, now);
  } else {
    SetQuality(*participant, 1);
  }
}

void Room::HandleStats(const TransportStats& stats) {
  Participant* participant = media_.FindByTransport(stats.transport);
  if (!participant || ++participant->leg->reports <= kSettlingReports) return;
  SetQuality(*participant, RateQuality(stats));
}

void Room::SetQuality(Participant& participant, int quality) {
  if (participant.quality == quality) return;
  participant.quality = quality;
  quality_changes_[participant.id] = quality;
}

void Room::NotePlayback(Participant& participant, PlaybackReport report) {
  participant.playback.Add(report);
  environment_.playback.Add(report);
  participant.last_playback = std::move(report);
}

void Room::HandleSpeakers(const SpeakersChanged& event) {
  media_.HandleSpeakers(event);
  Mark();
}

void Room::HandleSlotSwitched(const SlotSwitched& event) {
  media_.HandleSlotSwitched(event);
  Mark();
}

void Room::HandleSourceDemand(const SourceDemand& event) {
  media_.HandleSourceDemand(event);
  Mark();
}

}  // namespace parley
