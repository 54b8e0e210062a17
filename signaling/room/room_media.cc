#include "signaling/room/room_media.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "sfu/base/check.h"
#include "signaling/protocol/write_message.h"
#include "signaling/room/participant_sink.h"

namespace parley {

RoomMedia::RoomMedia(RoomId id, RoomEnvironment& environment)
    : id_(id),
      environment_(environment),
      members_on_(static_cast<size_t>(environment.media.worker_count())),
      workers_(members_on_.size()) {}

void RoomMedia::Open() { environment_.SendToAll(OpenRoom{.room = id_}); }

void RoomMedia::Close() {
  PARLEY_CHECK(legs_.empty());
  while (!listeners_.empty()) CloseListener(listeners_.begin()->first);
  environment_.SendToAll(CloseRoom{.room = id_});
  std::ranges::fill(workers_, WorkerView{});
}

void RoomMedia::Connect(Participant& participant, MediaPlan plan) {
  const uint32_t epoch = participant.leg ? participant.leg->epoch() : 0;
  Disconnect(participant);
  const TransportId transport = environment_.NewTransport();
  const WorkerIndex worker = plan.worker;
  participant.leg =
      std::make_unique<MediaLeg>(transport, worker, std::move(plan.slots), plan.params, epoch);
  legs_.push_back(&participant);
  by_transport_[transport] = &participant;
  CreateOn(*participant.leg, std::move(plan.params));
  for (const SourceKind kind : kAllSourceKinds) {
    auto& source = participant.source(kind);
    source.negotiated = plan.sources.test(IndexOf(kind));
    // A new sender begins with everything.
    source.demand.reset();
    source.demand_due = false;
    source.codec.reset();
    if (source.negotiated && participant.may_publish.test(IndexOf(kind))) {
      OfferSource(participant, kind);
    }
  }
  participant.leg->MarkMapChanged();
  if (participant.offered().any()) assignments_stale_ = true;
  unassigned_.push_back(&participant);
}

void RoomMedia::CreateOn(const MediaLeg& leg, TransportParams params) {
  ++members_on_[leg.worker().value()];
  environment_.placement.Add(leg.worker());
  environment_.media.Send(
      leg.worker(),
      CreateTransport{.room = id_, .transport = leg.transport(), .params = std::move(params)});
}

void RoomMedia::CloseOn(const MediaLeg& leg) {
  environment_.media.Send(leg.worker(), CloseTransport{.transport = leg.transport()});
  environment_.placement.Remove(leg.worker());
  --members_on_[leg.worker().value()];
}

// What a role may not send is not announced: the workers forward nothing of it. Once announced it
// stays so, and is disabled while it is not allowed.
void RoomMedia::OfferSource(Participant& participant, SourceKind kind) {
  auto& source = participant.source(kind);
  source.offered = true;
  if (!source.announced) {
    source.announced = true;
    owners_[source.id] = &participant;
    SendSource(participant, kind);
  }
  environment_.media.Send(participant.leg->worker(),
                          EnableSource{.source = source.id, .enabled = source.on});
}

void RoomMedia::SendSource(const Participant& participant, SourceKind kind) {
  environment_.SendToAll(AddSource{.room = id_,
                                   .source = participant.source(kind).id,
                                   .kind = IsVideo(kind) ? MediaKind::kVideo : MediaKind::kAudio,
                                   .competes_for_seat = kind == SourceKind::kMicrophone,
                                   .home = participant.leg->worker(),
                                   .transport = participant.leg->transport()});
}

void RoomMedia::ApplyPermissions(Participant& participant) {
  for (const SourceKind kind : kAllSourceKinds) {
    auto& source = participant.source(kind);
    const bool allowed = participant.may_publish.test(IndexOf(kind));
    source.on = source.on && allowed;
    if (allowed == source.offered || !source.negotiated) continue;
    if (allowed) {
      OfferSource(participant, kind);
    } else {
      ApplySourceState(participant, kind);
      source.offered = false;
    }
  }
  assignments_stale_ = true;
}

void RoomMedia::Disconnect(Participant& participant) {
  std::erase(unassigned_, &participant);
  CancelMove(participant);
  CloseFormer(participant);
  if (!participant.leg) return;
  for (auto& source : participant.sources) Withdraw(source);
  CloseOn(*participant.leg);
  by_transport_.erase(participant.leg->transport());
  std::erase(legs_, &participant);
  participant.leg.reset();
}

void RoomMedia::Withdraw(Participant::Source& source) {
  source.offered = source.negotiated = false;
  if (!std::exchange(source.announced, false)) return;
  assignments_stale_ = true;
  owners_.erase(source.id);
  environment_.SendToAll(RemoveSource{.room = id_, .source = source.id});
  for (Participant* other : legs_) {
    other->leg->video().Release(source.id);
    other->leg->screen_audio().Release(source.id);
    other->leg->MarkMapChanged();
  }
}

TransportId RoomMedia::OpenListener(WorkerIndex worker, TransportParams params) {
  const TransportId listener = environment_.NewTransport();
  listeners_.emplace(listener, worker);
  environment_.placement.Add(worker);
  environment_.media.Send(
      worker, CreateTransport{.room = id_, .transport = listener, .params = std::move(params)});
  return listener;
}

void RoomMedia::CloseListener(TransportId listener) {
  const auto found = listeners_.find(listener);
  if (found == listeners_.end()) return;
  environment_.placement.Remove(found->second);
  environment_.media.Send(found->second, CloseTransport{.transport = listener});
  listeners_.erase(found);
}

void RoomMedia::RestartIce(const Participant& participant, IceParams local, IceParams remote) {
  if (!participant.leg) return;
  environment_.media.Send(participant.leg->worker(),
                          parley::RestartIce{.transport = participant.leg->transport(),
                                             .local_ice = std::move(local),
                                             .remote_ice = std::move(remote)});
}

void RoomMedia::ApplySourceState(const Participant& participant, SourceKind kind) {
  const auto& source = participant.source(kind);
  if (!participant.leg || !source.offered) return;
  environment_.media.Send(participant.leg->worker(),
                          EnableSource{.source = source.id, .enabled = source.on});
  assignments_stale_ = true;
}

void RoomMedia::HandleSpeakers(const SpeakersChanged& event) {
  if (event.worker.value() >= workers_.size()) return;
  WorkerView& view = workers_[event.worker.value()];
  const bool dominant_changed = view.speakers.dominant != event.dominant;
  view.speakers = {.seats = event.seats, .dominant = event.dominant};
  view.changed = true;
  for (Participant* participant : legs_) {
    if (participant->leg->worker() == event.worker) participant->leg->MarkMapChanged();
  }
  // Whoever gave no view is shown the dominant speaker.
  if (dominant_changed) assignments_stale_ = true;
}

void RoomMedia::HandleSlotSwitched(const SlotSwitched& event) {
  Participant* participant = FindByTransport(event.transport);
  if (!participant) return;
  MediaLeg& leg = *participant->leg;
  if (leg.video().HandleSwitched(event)) leg.MarkMapChanged();
  leg.screen_audio().HandleSwitched(event);
}

void RoomMedia::HandleSourceDemand(const SourceDemand& event) {
  Participant* participant = FindByTransport(event.transport);
  if (!participant) return;
  for (auto& source : participant->sources) {
    if (source.id != event.source || !source.offered) continue;
    source.demand_due = source.demand != event.encodings;
    source.demand = event.encodings;
  }
}

void RoomMedia::HandleSourceStarted(const SourceStarted& event) {
  Participant* participant = FindByTransport(event.transport);
  if (!participant) return;
  for (auto& source : participant->sources) {
    if (source.id == event.source && source.offered) source.codec = event.codec;
  }
}

Participant* RoomMedia::FindByTransport(TransportId transport) {
  const auto found = by_transport_.find(transport);
  return found == by_transport_.end() ? nullptr : found->second;
}

void RoomMedia::UpdateAssignments() {
  if (assignments_stale_) {
    assignments_stale_ = false;
    CollectLiveVideo();
    for (Participant* participant : legs_) Assign(*participant);
  } else {
    for (Participant* participant : unassigned_) {
      if (participant->leg) Assign(*participant);
    }
  }
  unassigned_.clear();
}

void RoomMedia::CollectLiveVideo() {
  live_video_.clear();
  for (const SourceKind kind : {SourceKind::kScreen, SourceKind::kCamera}) {
    for (const Participant* participant : legs_) {
      const auto& source = participant->source(kind);
      if (!source.offered || !source.on) continue;
      live_video_.push_back({.source = source.id, .screen = kind == SourceKind::kScreen});
    }
  }
}

void RoomMedia::Assign(Participant& participant) {
  MediaLeg& leg = *participant.leg;
  const Participant* dominant = DominantFor(participant);
  const SourceId dominant_camera = dominant ? dominant->source(SourceKind::kCamera).id : SourceId();
  const std::array own = {participant.source(SourceKind::kCamera).id,
                          participant.source(SourceKind::kScreen).id};
  const auto wishes = MakeWishes(participant.view ? &*participant.view : nullptr, live_video_, own,
                                 dominant_camera, leg.video(), leg.video().size());

  const uint32_t epoch = leg.epoch() + 1;
  const auto& due = leg.video().Assign(wishes, epoch);
  const SourceId screen_audio = ScreenAudioFor(participant);
  const std::array audio_wish = {SlotWish{.source = screen_audio, .max_height = 0, .priority = 2}};
  const auto& audio_due = leg.screen_audio().Assign(
      std::span(audio_wish).first(screen_audio == SourceId() ? 0 : 1), epoch);
  if (due.empty() && audio_due.empty()) return;

  leg.BeginEpoch();
  leg.MarkMapChanged();
  for (const uint8_t index : due) SendSlot(leg, leg.video(), index);
  for (const uint8_t index : audio_due) SendSlot(leg, leg.screen_audio(), index);
}

// Of the screen that is shown; while none is, of any: it is heard like a voice.
SourceId RoomMedia::ScreenAudioFor(const Participant& participant) const {
  SourceId any;
  for (const LiveVideo& video : live_video_) {
    if (!video.screen) break;
    const Participant* owner = OwnerOf(video.source);
    if (!owner || owner == &participant) continue;
    const auto& audio = owner->source(SourceKind::kScreenAudio);
    if (!audio.offered || !audio.on) continue;
    if (participant.leg->video().Carries(video.source)) return audio.id;
    if (any == SourceId()) any = audio.id;
  }
  return any;
}

void RoomMedia::SendSlot(const MediaLeg& leg, const SlotAssigner& assigner, uint8_t index) {
  const auto* slot = assigner.Find(index);
  environment_.media.Send(leg.worker(), SetSlot{.transport = leg.transport(),
                                                .slot = index,
                                                .source = slot->wish.source,
                                                .max_height = slot->wish.max_height,
                                                .priority = slot->wish.priority,
                                                .epoch = leg.epoch()});
}

void RoomMedia::Flush() {
  UpdateAssignments();
  for (Participant* participant : legs_) {
    if (participant->sink && participant->leg->map_changed()) {
      participant->sink->Deliver(WriteSlots(MapFor(*participant)));
    }
    for (const SourceKind kind : kAllSourceKinds) {
      auto& source = participant->source(kind);
      if (!participant->sink || !source.demand_due) continue;
      source.demand_due = false;
      participant->sink->Deliver(WriteDemand(kind, *source.demand));
    }
  }
  for (size_t i = 0; i < workers_.size(); ++i) {
    WorkerView& view = workers_[i];
    if (!view.changed) continue;
    view.changed = false;
    const Participant* dominant = OwnerOf(view.speakers.dominant);
    std::vector<std::string> active;
    for (const SourceId seat : view.speakers.seats) {
      if (const Participant* owner = OwnerOf(seat)) active.push_back(owner->id);
    }
    const std::string message =
        WriteSpeakers(dominant ? std::optional(dominant->id) : std::nullopt, active);
    for (Participant* participant : legs_) {
      if (participant->sink && participant->leg->worker().value() == i) {
        participant->sink->Deliver(message);
      }
    }
  }
}

SlotMap RoomMedia::MapFor(Participant& participant) {
  if (!participant.leg) return {};
  UpdateAssignments();
  // A worker names a source once more when its end crosses the report.
  SpeakerSeats speakers = ViewOf(participant).speakers;
  for (SourceId& seat : speakers.seats) {
    if (!OwnerOf(seat)) seat = SourceId();
  }
  if (!OwnerOf(speakers.dominant)) speakers.dominant = SourceId();
  return participant.leg->TakeMap(speakers, participant.source(SourceKind::kMicrophone).id);
}

const Participant* RoomMedia::dominant() const {
  return legs_.empty() ? nullptr : DominantFor(*legs_.front());
}

const Participant* RoomMedia::DominantFor(const Participant& participant) const {
  return OwnerOf(ViewOf(participant).speakers.dominant);
}

const RoomMedia::WorkerView& RoomMedia::ViewOf(const Participant& participant) const {
  return workers_[participant.leg ? participant.leg->worker().value() : 0];
}

const Participant* RoomMedia::OwnerOf(SourceId source) const {
  const auto found = owners_.find(source);
  return found == owners_.end() ? nullptr : found->second;
}

}  // namespace parley
