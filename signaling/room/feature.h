#pragma once

// A module on a room's event stream: chat, raised hands and whatever a meeting or webinar adds to a
// call. Each lives in a folder of its own under signaling/features, is made once per room from the
// list in RoomEnvironment, answers the requests of its name and is told who comes and goes. It
// speaks through the Room it was made with, which outlives it. Signaling thread.

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/protocol/error.h"
#include "signaling/protocol/messages.h"
#include "signaling/protocol/requests.h"
#include "signaling/protocol/types.h"
#include "signaling/room/meeting_report.h"
#include "signaling/room/now.h"

namespace parley {

class Room;
struct Newcomer;
struct Participant;

class Feature {
 public:
  virtual ~Feature() = default;

  // One of its requests, by a member of the room. The `data` of the result, a JSON object.
  virtual std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                                   Now now) = 0;

  // Whether somebody may come in, or wait to be let in; the error is what they are told.
  virtual std::expected<void, Error> MayEnter(const Newcomer& /*newcomer*/) const { return {}; }
  // Somebody joins, perhaps again after a restart and so with the id of before. Nobody has been
  // told and nothing is negotiated: it may change their role.
  virtual void Prepare(Participant& /*participant*/) {}
  // All are told already; the newcomer's snapshot follows.
  virtual void OnJoined(Participant& /*participant*/, Now /*now*/) {}
  // Of somebody in the room; all are told already.
  virtual void OnRoleChanged(const Participant& /*participant*/) {}
  // A webinar goes live; those who wait for it come in next.
  virtual void OnLive() {}
  // For whichever reason, all are told already; the participant is destroyed next.
  virtual void OnLeft(const Participant& /*participant*/, Now /*now*/) {}
  // The last one left or the meeting was ended; what it tells of it is in the report. Not when the
  // server stops: then they may be back.
  virtual void OnEmpty() {}
  // Four times a second while somebody is there.
  virtual void OnTimeout(Now /*now*/) {}

  // What it kept of this meeting (FeatureRows) before the server started again: each row once, in
  // the order of their keys, before anybody joins. Another version of this program may have written
  // it.
  virtual void Restore(std::string_view /*key*/, std::string_view /*value*/) {}

  // What `viewer` may know of its state.
  virtual void AddTo(Snapshot& /*snapshot*/, const Participant& /*viewer*/) const {}

  // What somebody in a lobby may know of it.
  virtual void AddToWaiting(WaitingResult& /*waiting*/) const {}

  // What hosts may read of its part in the meeting, afterwards too.
  virtual void ReportTo(MeetingReport& /*report*/, Now /*now*/) const {}
};

struct FeatureEntry {
  std::string_view name;
  // The types of its requests: the name, or the name, a dot and a verb.
  std::vector<std::string_view> requests;
  std::unique_ptr<Feature> (*make)(Room& room);
};
using FeatureList = std::vector<FeatureEntry>;

}  // namespace parley
