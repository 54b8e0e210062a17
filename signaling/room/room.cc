#include "signaling/room/room.h"

#include <algorithm>
#include <utility>

#include "sfu/base/check.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/write_message.h"
#include "signaling/room/audience.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/recording_port.h"
#include "signaling/room/secrets.h"

namespace parley {
namespace {

constexpr size_t kIdBytes = 8;
// A WHIP or WHEP peer that never connects leaves after this, as one whose consent expires does
// (RFC 7675 section 5.1).
constexpr Duration kFirstConnection = Duration::Seconds(30);
constexpr Duration kAudienceInterval = Duration::Seconds(1);

}  // namespace

Room::Room(RoomId id, RoomRecord record, RoomEnvironment& environment)
    : record_(std::move(record)),
      environment_(environment),
      media_(id, environment),
      passcode_(record_.passcode),
      lobby_(environment, true),
      foyer_(environment, false) {
  for (const auto& entry : environment.features) features_.push_back(entry.make(*this));
}

Room::~Room() {
  PARLEY_CHECK(participants_.empty());
  std::erase(environment_.stale, this);
}

std::optional<Role> Room::RoleOfInvite(std::string_view secret) const {
  if (EqualInConstantTime(secret, record_.invite)) {
    return record_.webinar ? Role::kAttendee : Role::kPanelist;
  }
  if (record_.webinar && EqualInConstantTime(secret, record_.stage_invite)) return Role::kPanelist;
  return std::nullopt;
}

std::expected<void, Error> Room::RenewInvite(bool stage) {
  if (stage && !record_.webinar) {
    return std::unexpected(Error::BadField("stage", "Only a webinar has a link to its stage."));
  }
  std::string& invite = stage ? record_.stage_invite : record_.invite;
  invite = RandomBase64Url(environment_.random, kInviteBytes);
  environment_.store.Save(record_);
  lobby_.TellInvitation(*RoleOfInvite(invite));
  return {};
}

std::expected<void, Error> Room::HasSpace() const {
  if (environment_.participants >= environment_.limits.participants_in_all) {
    return std::unexpected(Error::Of(ErrorCode::kServerFull));
  }
  if (participants_.size() >= environment_.limits.participants_per_room) {
    return std::unexpected(Error::Of(ErrorCode::kRoomFull));
  }
  return {};
}

std::expected<void, Error> Room::MayEnter(const Newcomer& newcomer) const {
  for (const auto& feature : features_) {
    if (auto may = feature->MayEnter(newcomer); !may) return may;
  }
  return {};
}

std::vector<Participant*> Room::participants() const {
  std::vector<Participant*> all;
  all.reserve(participants_.size());
  for (const auto& participant : participants_) all.push_back(participant.get());
  return all;
}

Participant* Room::Find(std::string_view id) {
  for (const auto& participant : participants_) {
    if (participant->id == id) return participant.get();
  }
  return nullptr;
}

std::string Room::NewParticipantId() { return "p" + RandomBase32(environment_.random, kIdBytes); }

std::array<SourceId, kSourceKinds> Room::NewSourceIds() {
  std::array<SourceId, kSourceKinds> ids;
  for (auto& id : ids) id = environment_.NewSource();
  return ids;
}

Participant& Room::Join(Newcomer newcomer, const std::array<SourceId, kSourceKinds>& sources,
                        std::unique_ptr<PeerState> peer, std::optional<MediaPlan> media, Now now) {
  if (participants_.empty()) {
    ForgetAbandoned(now);
    media_.Open();
  }
  ++environment_.participants;

  auto owned = std::make_unique<Participant>();
  Participant& participant = *owned;
  participant.id = newcomer.id.empty() ? NewParticipantId() : std::move(newcomer.id);
  participant.name = std::move(newcomer.name);
  participant.person = std::move(newcomer.person);
  participant.instance = std::move(newcomer.instance);
  participant.granted_role = newcomer.role;
  participant.granted_publish = newcomer.may_publish;
  participant.SetRole(newcomer.role);
  participant.kind = newcomer.kind;
  participant.joined_at = now.wall;
  for (const auto& feature : features_) feature->Prepare(participant);
  for (size_t i = 0; i < kSourceKinds; ++i) {
    participant.sources[i] = {.id = sources[i],
                              .offered = false,
                              .on = newcomer.publish.test(i) && participant.may_publish.test(i)};
  }
  participant.peer = std::move(peer);
  if (!newcomer.sink) participant.expires = now.steady + kFirstConnection;
  participants_.push_back(std::move(owned));
  if (media) AttachMedia(participant, *std::move(media));

  TellOf(participant, WriteParticipantJoined(NextVersion(), participant.Info()));
  for (const auto& member : participants_) {
    if (member->sink) member->sink->OnOther(participant, true);
  }
  for (const auto& feature : features_) feature->OnJoined(participant, now);
  TellJoinedOutside(participant, now);
  if (participants_.size() == 1 && environment_.recording) {
    environment_.recording->HandleOpened(*this, now);
  }
  participant.sink = newcomer.sink;
  return participant;
}

void Room::Leave(Participant& participant, LeaveReason reason, Now now) {
  const std::string id = participant.id;
  const ParticipantSink* own = participant.sink;
  for (const auto& member : participants_) {
    if (member->sink && member->sink != own) member->sink->OnOther(participant, false);
  }
  participant.sink = nullptr;
  TellOf(participant, WriteParticipantLeft(NextVersion(), id, reason));
  for (const auto& feature : features_) feature->OnLeft(participant, now);
  TellLeftOutside(participant, ToString(reason));
  Erase(participant);
  if (!participants_.empty()) return;
  SaveReport(now);
  HandleEmpty();
}

void Room::HandleEmpty() {
  for (const auto& feature : features_) feature->OnEmpty();
}

std::optional<MeetingReport> Room::Report(Now now) const {
  MeetingReport report;
  for (const auto& feature : features_) feature->ReportTo(report, now);
  if (report.started_at == WallTime()) return std::nullopt;
  return report;
}

void Room::SaveReport(Now now) {
  const auto report = Report(now);
  if (!report) return;
  environment_.store.SaveReport({.room = record_.name,
                                 .started_at = report->started_at,
                                 .ended_at = report->ended_at.value_or(now.wall),
                                 .value = WriteForStore(*report)});
  TellMeetingOutside("meeting.ended", report->started_at);
}

// Of a meeting before the server started again, which no resume token reaches any more: whoever
// comes now is of another day.
void Room::ForgetAbandoned(Now now) {
  const auto report = Report(now);
  if (!report) return;
  if (report->ended_at.value_or(now.wall) + environment_.limits.resume_token_life >= now.wall)
    return;
  SaveReport(now);
  HandleEmpty();
}

void Room::Erase(Participant& participant) {
  participant.sink = nullptr;
  ForgetTransports(participant);
  media_.Disconnect(participant);
  quality_changes_.erase(participant.id);
  std::erase_if(participants_, [&](const auto& owned) { return owned.get() == &participant; });
  --environment_.participants;
  if (participants_.empty()) media_.Close();
  Mark();
}

void Room::Disconnect(Participant& participant, Now now) {
  participant.sink = nullptr;
  participant.connected = false;
  participant.lost_at = now.wall;
  participant.expires = now.steady + environment_.limits.resume_grace;
  Announce(participant);
}

void Room::Reconnect(Participant& participant, ParticipantSink& sink) {
  if (participant.sink) std::exchange(participant.sink, nullptr)->Detached(CloseCode::kReplaced);
  participant.expires = Timestamp::Never();
  participant.lost_at.reset();
  if (!participant.connected) {
    participant.connected = true;
    Announce(participant);
  }
  participant.sink = &sink;
  // Some of it may have been told to the socket that was lost.
  for (auto& source : participant.sources) source.demand_due = source.demand.has_value();
  Mark();
}

void Room::ConnectMedia(Participant& participant, MediaPlan plan) {
  const SourceKindSet before = participant.offered();
  AttachMedia(participant, std::move(plan));
  if (before != participant.offered()) Announce(participant);
}

void Room::AttachMedia(Participant& participant, MediaPlan plan) {
  ForgetTransports(participant);
  media_.Connect(participant, std::move(plan));
  environment_.room_of_transport[participant.leg->transport()] = this;
  Mark();
}

void Room::RestartIce(const Participant& participant, IceParams local, IceParams remote) {
  media_.RestartIce(participant, std::move(local), std::move(remote));
}

void Room::SetView(Participant& participant, ViewRequest view) {
  participant.view = std::move(view);
  media_.ApplyView(participant);
  Mark();
}

void Room::SetSource(Participant& participant, SourceKind kind, bool on) {
  SourceKindSet wanted;
  for (const SourceKind each : kAllSourceKinds) {
    wanted.set(IndexOf(each), each == kind ? on : participant.source(each).on);
  }
  SetSources(participant, wanted);
}

void Room::SetSources(Participant& participant, SourceKindSet on) {
  on &= participant.may_publish;
  bool visible = false;
  for (const SourceKind kind : kAllSourceKinds) {
    auto& source = participant.source(kind);
    if (source.on == on.test(IndexOf(kind))) continue;
    source.on = !source.on;
    visible = visible || source.offered;
    media_.ApplySourceState(participant, kind);
  }
  if (!visible) return;
  Announce(participant);
  Mark();
}

void Room::SetLobby(bool on, const LobbyRules& admits) {
  if (record_.lobby == on && record_.lobby_admits == admits) return;
  record_.lobby = on;
  record_.lobby_admits = admits;
  environment_.store.Save(record_);
  lobby_.TellSettings();
}

std::expected<void, Error> Room::SetPasscode(std::string_view text) {
  auto kept = Passcode::Keep(text, environment_.random);
  if (!kept) return std::unexpected(std::move(kept.error()));
  if (kept->empty() && !passcode_.exists()) return {};
  record_.passcode = *std::move(kept);
  passcode_ = Passcode(record_.passcode);
  environment_.store.Save(record_);
  lobby_.TellSettings();
  return {};
}

std::expected<void, Error> Room::SetDoors(bool lobby, const LobbyRules& admits,
                                          const std::optional<std::string>& passcode) {
  if (passcode) {
    if (auto set = SetPasscode(*passcode); !set) return set;
  }
  SetLobby(lobby, admits);
  return {};
}

void Room::Rename(Participant& participant, std::string name) {
  if (participant.name == name) return;
  participant.name = std::move(name);
  Announce(participant);
  TellChangedOutside("participant.renamed", participant);
}

void Room::SetRole(Participant& participant, Role role) {
  const bool was_in_audience = InAudience(participant);
  const bool saw_audience = SeesAudience(participant.role);
  participant.SetRole(role);
  media_.ApplyPermissions(participant);
  AnnounceRole(participant, was_in_audience, saw_audience);
  for (const auto& feature : features_) feature->OnRoleChanged(participant);
  TellChangedOutside("participant.role", participant);
  Mark();
}

void Room::MuteBy(const Participant& host, Participant& target, SourceKind kind) {
  if (!target.source(kind).on) return;
  SetSource(target, kind, false);
  if (target.sink) target.sink->Deliver(WriteMuted(kind, host.id));
  TellOutside("participant.muted", WriteObject([&](JsonWriter& w) {
                WriteField(w, "participant", target.id);
                WriteField(w, "source", ToString(kind));
                WriteField(w, "by", host.id);
              }));
}

void Room::MuteAllBy(const Participant& host, SourceKind kind,
                     const std::vector<std::string>& except) {
  for (Participant* target : participants()) {
    if (target == &host || Hosts(target->role)) continue;
    if (std::ranges::find(except, target->id) == except.end()) MuteBy(host, *target, kind);
  }
}

void Room::RemoveBy(const Participant& host, Participant& target, Now now) {
  if (ParticipantSink* sink = std::exchange(target.sink, nullptr)) {
    sink->Deliver(WriteRemoved(host.id));
    sink->Detached(CloseCode::kRemoved);
  }
  lobby_.SetKnown(target.person, false);
  Leave(target, LeaveReason::kRemoved, now);
}

std::expected<std::string, Error> Room::Ask(Participant& from, const FeatureRequest& request,
                                            Now now) {
  Feature* asked = feature(request.feature);
  if (!asked) return std::unexpected(Error::Of(ErrorCode::kUnknownType));
  return asked->Handle(from, request, now);
}

Feature* Room::feature(std::string_view name) const {
  for (size_t i = 0; i < features_.size(); ++i) {
    if (environment_.features[i].name == name) return features_[i].get();
  }
  return nullptr;
}

void Room::SetRecording(std::optional<RecordingInfo> recording,
                        const std::optional<RecordingTrouble>& trouble) {
  const bool was_stored = IsStored();
  const auto before = std::exchange(recording_, std::move(recording));
  if (!recording_) remarks_.clear();
  TellRecordingOutside(before, trouble);
  Broadcast(WriteRecording(NextVersion(), recording_, trouble));
  if (was_stored == IsStored()) return;
  for (const auto& member : participants_) {
    if (member->sink) member->sink->OnRecording(!was_stored);
  }
}

void Room::Note(Remark remark) {
  if (IsStored()) remarks_.push_back(std::move(remark));
}

void Room::ForgetConsents() {
  for (const auto& participant : participants_) participant->consent.reset();
}

void Room::End(const Participant* host, Now now) {
  const std::string message = WriteEnded(host ? std::optional(host->id) : std::nullopt);
  NextVersion();
  lobby_.End();
  foyer_.End();
  for (const auto& participant : participants_) {
    if (ParticipantSink* sink = std::exchange(participant->sink, nullptr)) {
      sink->Deliver(message);
      sink->Detached(CloseCode::kEnded);
    }
  }
  while (!participants_.empty()) {
    Participant& participant = *participants_.back();
    for (const auto& feature : features_) feature->OnLeft(participant, now);
    TellLeftOutside(participant, "ended");
    Erase(participant);
  }
  // In this order on the disk too: what a crash leaves is a report, or the meeting.
  SaveReport(now);
  ++record_.meeting;
  environment_.store.Save(record_);
  HandleEmpty();
}

void Room::Clear() {
  lobby_.Clear();
  foyer_.Clear();
  while (!participants_.empty()) Erase(*participants_.back());
}

Snapshot Room::SnapshotFor(Participant& participant) {
  Snapshot snapshot{.version = version_,
                    .name = record_.name,
                    .title = record_.title,
                    .participants = {},
                    .map = media_.MapFor(participant),
                    .dominant = {},
                    .dial_in = environment_.DialInOf(record_),
                    .records = environment_.recording != nullptr,
                    .recording = recording_,
                    .debug = record_.debug,
                    .members = {},
                    .features = {}};
  snapshot.participants = SeenBy(participant);
  snapshot.audience = AudienceSize();
  if (const auto* dominant = media_.DominantFor(participant)) snapshot.dominant = dominant->id;
  for (const auto& feature : features_) feature->AddTo(snapshot, participant);
  return snapshot;
}

void Room::AddToWaiting(WaitingResult& waiting) const {
  for (const auto& feature : features_) feature->AddToWaiting(waiting);
}

void Room::Broadcast(std::string_view message) {
  for (const auto& participant : participants_) {
    if (participant->sink) participant->sink->Deliver(message);
  }
}

void Room::BroadcastToWaiting(std::string_view message) {
  lobby_.Broadcast(message);
  foyer_.Broadcast(message);
}

void Room::HandleTimeout(Now now) {
  lobby_.HandleTimeout(now);
  foyer_.HandleTimeout(now);
  if (!InPractice()) EmptyFoyer(now);
  std::vector<Participant*> overdue;
  for (const auto& participant : participants_) {
    if (participant->expires <= now.steady) overdue.push_back(participant.get());
  }
  for (Participant* participant : overdue) Leave(*participant, LeaveReason::kLost, now);

  HandleMoveTimeouts(now);

  for (const auto& feature : features_) feature->OnTimeout(now);

  if (!quality_changes_.empty() && now.steady >= quality_due_) {
    quality_due_ = now.steady + environment_.limits.quality_interval;
    TellQuality();
  }
  if (now.steady < audience_due_) return;
  if (const size_t audience = AudienceSize(); audience != audience_told_) {
    audience_due_ = now.steady + kAudienceInterval;
    audience_told_ = audience;
    Broadcast(WriteAudience(audience));
  }
}

void Room::Mark() {
  if (std::ranges::find(environment_.stale, this) == environment_.stale.end()) {
    environment_.stale.push_back(this);
  }
}

}  // namespace parley
