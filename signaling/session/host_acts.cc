#include "signaling/session/host_acts.h"

#include <utility>

#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/refuse.h"
#include "signaling/room/display_name.h"
#include "signaling/room/limits.h"
#include "signaling/room/permissions.h"
#include "signaling/room/recording_port.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/token_verifier.h"

namespace parley {

HostActs::Result HostActs::Do(Room& room, const Participant& from, const RenameRequest& rename,
                              Now) const {
  auto name = NormalizeDisplayName(rename.name, limits_.name_characters);
  if (!name) return Refuse(ErrorCode::kNameInvalid);
  if (!MayDo(from.role, Action::kRenameCallers)) return Refuse(ErrorCode::kForbidden);
  Participant* target = room.Find(rename.participant);
  if (!target) return Refuse(ErrorCode::kParticipantNotFound);
  // Whoever has a page says themselves what they are called.
  if (target->kind != ParticipantKind::kPhone) return Refuse(ErrorCode::kForbidden);
  room.Rename(*target, *std::move(name));
  return "{}";
}

HostActs::Result HostActs::Do(Room& room, const Participant& from, const MuteRequest& mute,
                              Now) const {
  if (!MayDo(from.role, Action::kMuteOthers)) return Refuse(ErrorCode::kForbidden);
  if (mute.participant.empty()) {
    room.MuteAllBy(from, mute.source, mute.except);
    return "{}";
  }
  Participant* target = room.Find(mute.participant);
  if (!target) return Refuse(ErrorCode::kParticipantNotFound);
  if (!target->source(mute.source).offered) return Refuse(ErrorCode::kSourceNotFound);
  room.MuteBy(from, *target, mute.source);
  return "{}";
}

HostActs::Result HostActs::Do(Room& room, const Participant& from, const RemoveRequest& remove,
                              Now now) const {
  if (!MayDo(from.role, Action::kRemoveOthers)) return Refuse(ErrorCode::kForbidden);
  Participant* target = room.Find(remove.participant);
  if (!target) return Refuse(ErrorCode::kParticipantNotFound);
  if (target->role == Role::kHost && !MayDo(from.role, Action::kRemoveHosts)) {
    return Refuse(ErrorCode::kForbidden);
  }
  if (target == &from) {
    return std::unexpected(Error::BadField("participant", "To go oneself is to leave."));
  }
  room.RemoveBy(from, *target, now);
  return "{}";
}

HostActs::Result HostActs::Do(Room& room, const Participant& from, const RecordRequest& record,
                              Now now) const {
  if (!MayDo(from.role, Action::kRecord)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "Only hosts can record."));
  }
  RecordingPort* recording = rooms_.recording();
  if (!recording) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "This server does not record."));
  }
  const auto id = recording->Record(room, record.action, now);
  if (!id) return std::unexpected(id.error());
  const std::string ticket = tokens_.MakeTicket(*id, now.wall);
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "recording", *id);
    if (!ticket.empty()) WriteField(w, "ticket", ticket);
  });
}

HostActs::Result HostActs::Do(Room& room, const Participant& from, const EndRequest&,
                              Now now) const {
  if (!MayDo(from.role, Action::kEndMeeting)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "Only a host can end the meeting."));
  }
  room.End(&from, now);
  return "{}";
}

}  // namespace parley
