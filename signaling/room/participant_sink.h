#pragma once

// The way from a Room to the client of one participant; a Session implements it. Called on the
// signaling thread while the Room is at work: an implementation only queues and never calls back
// into the Room before it returned.

#include <string_view>

#include "signaling/protocol/types.h"

namespace parley {

struct Participant;

class ParticipantSink {
 public:
  virtual ~ParticipantSink() = default;
  // One whole JSON message.
  virtual void Deliver(std::string_view message) = 0;
  // The same, a tenth of a second later where many come at once: who comes, goes and changes is
  // told to everybody. Keeps its place among what is delivered.
  virtual void DeliverSoon(std::string_view message) { Deliver(message); }
  // What others see of the participant changed, by whoever's doing; the message about it follows.
  virtual void OnChanged(const Participant& /*participant*/) {}
  // Somebody else came or went; the message about it was delivered.
  virtual void OnOther(const Participant& /*other*/, bool /*joined*/) {}
  // A host wants to hear or see them; the message about it was delivered.
  virtual void OnAsked(SourceKind /*source*/) {}
  // A host: somebody waits in the lobby.
  virtual void OnKnock() {}
  // The room was locked or opened, by whomever.
  virtual void OnLocked(bool /*locked*/) {}
  // A host announced something to all; the message about it was delivered.
  virtual void OnAnnouncement() {}
  // The room is being recorded from now on, or is not any more.
  virtual void OnRecording(bool /*on*/) {}
  // The participant is no longer this client's (replaced, removed, ended): the Room has let go of
  // the sink already.
  virtual void Detached(CloseCode code) = 0;
};

}  // namespace parley
