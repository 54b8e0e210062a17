#include "signaling/features/lobby/lobby_feature.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "signaling/features/lobby/knock_row.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/display_name.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

constexpr size_t kMessageCharacters = 200;
constexpr std::string_view kLocked = "locked";
constexpr std::string_view kKnown = "known:";

void WriteMembers(JsonWriter& w, const Knock& knock) {
  WriteField(w, "id", knock.newcomer.id);
  WriteField(w, "name", knock.newcomer.name);
  WriteField(w, "kind", ToString(knock.newcomer.kind));
  WriteTime(w, "since", knock.since);
}

std::string KnockEvent(const Knock& knock) {
  return WriteEvent("lobby.knock", 0, [&](JsonWriter& w) {
    WriteObject(w, "waiting", [&](JsonWriter& waiting) { WriteMembers(waiting, knock); });
  });
}

}  // namespace

FeatureEntry LobbyFeature::Entry() {
  return {.name = "lobby",
          .requests = {"lobby.admit", "lobby.deny", "lobby.set", "lobby.renew", "lobby.lock"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<LobbyFeature>(room);
          }};
}

LobbyFeature::LobbyFeature(Room& room) : room_(room), rows_(room, "lobby") {
  room.lobby().set_listener(*this);
}

LobbyFeature::Result LobbyFeature::Handle(Participant& from, const FeatureRequest& request,
                                          Now now) {
  if (!MayDo(from.role, Action::kManageLobby)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden));
  }
  if (request.verb == "admit") return Admit(request, now);
  if (request.verb == "deny") return Deny(request);
  if (request.verb == "set") return Set(request);
  if (request.verb == "renew") return Renew(request);
  return Lock(request);
}

LobbyFeature::Result LobbyFeature::Admit(const FeatureRequest& request, Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const auto one = fields.OptionalString("waiting");
  if (fault) return std::unexpected(*std::move(fault));
  std::vector<std::string> ids;
  if (one) {
    ids.push_back(*one);
  } else {
    for (const auto& knock : room_.lobby().queue()) ids.push_back(knock->newcomer.id);
  }
  int64_t admitted = 0;
  for (const std::string& id : ids) {
    if (auto in = room_.lobby().Admit(room_, id, now); !in) {
      // Of all, as many as have space.
      if (admitted == 0) return std::unexpected(std::move(in.error()));
      break;
    }
    ++admitted;
  }
  return WriteObject([&](JsonWriter& w) { WriteField(w, "admitted", admitted); });
}

LobbyFeature::Result LobbyFeature::Deny(const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("waiting");
  const std::string message = fields.OptionalString("message").value_or("");
  if (fault) return std::unexpected(*std::move(fault));
  if (CountCodePoints(message).value_or(0) > kMessageCharacters) {
    Error error = Error::Of(ErrorCode::kTooLarge, "The message is too long.");
    error.field = "message";
    return std::unexpected(std::move(error));
  }
  if (auto denied = room_.lobby().Deny(id, message); !denied) {
    return std::unexpected(std::move(denied.error()));
  }
  return "{}";
}

LobbyFeature::Result LobbyFeature::Set(const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const RoomRecord& record = room_.record();
  const bool on = fields.OptionalBool("on", record.lobby);
  const LobbyRules admits = ReadLobbyRules(fields, "admits", record.lobby_admits, fault);
  const auto passcode = fields.OptionalString("passcode");
  if (fault) return std::unexpected(*std::move(fault));
  if (auto set = room_.SetDoors(on, admits, passcode); !set) {
    return std::unexpected(std::move(set.error()));
  }
  return "{}";
}

LobbyFeature::Result LobbyFeature::Renew(const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const bool stage = fields.OptionalBool("stage", false);
  if (fault) return std::unexpected(*std::move(fault));
  if (auto renewed = room_.RenewInvite(stage); !renewed) {
    return std::unexpected(std::move(renewed.error()));
  }
  return WriteObject([&](JsonWriter& w) { WriteInvites(w); });
}

LobbyFeature::Result LobbyFeature::Lock(const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const bool locked = fields.Bool("locked");
  if (fault) return std::unexpected(*std::move(fault));
  if (room_.lobby().locked() != locked) {
    room_.lobby().set_locked(locked);
    if (locked) {
      rows_.Save(kLocked, "true");
    } else {
      rows_.Forget(kLocked);
    }
    OnSettings();
    for (const Participant* participant : room_.participants()) {
      if (participant->sink) participant->sink->OnLocked(locked);
    }
  }
  return "{}";
}

void LobbyFeature::WriteSettings(JsonWriter& w) const {
  WriteFlag(w, "on", room_.record().lobby);
  WriteFlag(w, "locked", room_.lobby().locked());
  WriteLobbyRules(w, "admits", room_.record().lobby_admits);
  WriteFlag(w, "passcode", room_.passcode().exists());
}

void LobbyFeature::WriteInvites(JsonWriter& w) const {
  WriteField(w, "invite", room_.record().invite);
  if (room_.record().webinar) WriteField(w, "stage_invite", room_.record().stage_invite);
}

void LobbyFeature::OnSettings() {
  const auto write = [&](JsonWriter& w) { WriteSettings(w); };
  room_.Broadcast(WriteEvent("lobby.settings", room_.NextVersion(), write));
  room_.TellOutside("lobby.settings", WriteObject(write));
}

// Whoever is no host learns only that theirs is void: perhaps it was renewed because of them.
void LobbyFeature::OnInvitation(Role role) {
  TellHosts(WriteEvent("lobby.invitation", 0, [&](JsonWriter& w) { WriteInvites(w); }));
  const std::string is_void = WriteEvent("lobby.invitation", 0, [](JsonWriter&) {});
  for (const Participant* participant : room_.participants()) {
    if (!participant->sink || Hosts(participant->role)) continue;
    if (participant->granted_role == role) participant->sink->Deliver(is_void);
  }
}

void LobbyFeature::TellHosts(std::string_view event) {
  for (const Participant* participant : room_.participants()) {
    if (participant->sink && Hosts(participant->role)) participant->sink->Deliver(event);
  }
}

void LobbyFeature::OnKnock(const Knock& knock) {
  // A call ends with the server.
  if (knock.newcomer.kind == ParticipantKind::kBrowser) {
    rows_.Save(KeyOf(knock), WriteForStore(knock));
  }
  room_.TellOutside("lobby.knock", WriteObject([&](JsonWriter& w) {
                      WriteField(w, "waiting", knock.newcomer.id);
                      WriteField(w, "name", knock.newcomer.name);
                      WriteField(w, "kind", ToString(knock.newcomer.kind));
                    }));
  TellHosts(KnockEvent(knock));
  for (const Participant* participant : room_.participants()) {
    if (participant->sink && Hosts(participant->role)) participant->sink->OnKnock();
  }
}

void LobbyFeature::OnWaitEnded(const Knock& knock, WaitEnd end) {
  if (knock.newcomer.kind == ParticipantKind::kBrowser) rows_.Forget(KeyOf(knock));
  // All are told of that at once.
  if (end == WaitEnd::kEnded) return;
  const auto write = [&](JsonWriter& w) {
    WriteField(w, "waiting", knock.newcomer.id);
    WriteField(w, "reason", ToString(end));
  };
  TellHosts(WriteEvent("lobby.gone", 0, write));
  room_.TellOutside("lobby.gone", WriteObject(write));
}

void LobbyFeature::TellOfHost(const Participant& participant) {
  if (!MayDo(participant.role, Action::kManageLobby)) return;
  const bool others = std::ranges::any_of(room_.participants(), [&](const Participant* other) {
    return other != &participant && MayDo(other->role, Action::kManageLobby);
  });
  if (others) return;
  for (const auto& knock : room_.lobby().queue()) {
    if (knock->sink) knock->sink->OnHostArrived();
  }
}

void LobbyFeature::OnJoined(Participant& participant, Now) { TellOfHost(participant); }

// A new host is told who waits, and the links.
void LobbyFeature::OnRoleChanged(const Participant& participant) {
  TellOfHost(participant);
  if (!participant.sink || !Hosts(participant.role)) return;
  participant.sink->Deliver(
      WriteEvent("lobby.invitation", 0, [&](JsonWriter& w) { WriteInvites(w); }));
  for (const auto& knock : room_.lobby().queue()) participant.sink->Deliver(KnockEvent(*knock));
}

void LobbyFeature::OnKnown(std::string_view person, bool known) {
  const std::string key = std::string(kKnown) + std::string(person);
  if (known) {
    rows_.Save(key, "");
  } else {
    rows_.Forget(key);
  }
}

void LobbyFeature::OnEmpty() {
  room_.lobby().ForgetKnown();
  if (!room_.lobby().locked()) return;
  room_.lobby().set_locked(false);
  rows_.Forget(kLocked);
}

void LobbyFeature::AddTo(Snapshot& snapshot, const Participant& viewer) const {
  const std::string json = WriteObject([&](JsonWriter& w) {
    WriteSettings(w);
    if (!Hosts(viewer.role)) return;
    WriteInvites(w);
    w.Key("queue");
    w.StartArray();
    for (const auto& knock : room_.lobby().queue()) {
      w.StartObject();
      WriteMembers(w, *knock);
      w.EndObject();
    }
    w.EndArray();
  });
  snapshot.features.push_back({.name = "lobby", .json = json});
}

void LobbyFeature::Restore(std::string_view key, std::string_view value) {
  if (key == kLocked) room_.lobby().set_locked(true);
  if (key.starts_with(kKnown)) room_.lobby().RestoreKnown(key.substr(kKnown.size()));
  if (!key.starts_with(kKnockRow)) return;
  if (auto knock = ReadKnock(key, value)) {
    knock->sources = room_.NewSourceIds();
    room_.lobby().Restore(*std::move(knock));
  }
}

}  // namespace parley
